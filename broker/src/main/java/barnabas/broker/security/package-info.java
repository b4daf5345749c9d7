/// Principals and permissions. So far every client is anonymous and may do everything; each check already runs, see
/// [barnabas.broker.security.Authorizer].
@NullMarked
package barnabas.broker.security;

import org.jspecify.annotations.NullMarked;
