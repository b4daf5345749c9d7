/// Identity of clients: TLS contexts of listeners with their reload, principals from certificates, SASL. Start reading
/// at [barnabas.broker.identity.Identities].
@NullMarked
package barnabas.broker.identity;

import org.jspecify.annotations.NullMarked;
