/// Logins by delegation tokens (KIP-48).
@NullMarked
package barnabas.broker.identity.delegation;

import org.jspecify.annotations.NullMarked;
