/// Kerberos (GSSAPI): the login of a listener, and users of principals. Loaded when a listener serves GSSAPI.
@NullMarked
package barnabas.broker.identity.kerberos;

import org.jspecify.annotations.NullMarked;
