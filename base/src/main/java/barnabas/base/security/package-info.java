/// TLS and SASL as clients and brokers share them: keys and trust from files and settings, TLS engines, SCRAM, JAAS
/// entries. Start reading at [barnabas.base.security.TlsContext]. Nothing of it is loaded by a node without them.
@NullMarked
package barnabas.base.security;

import org.jspecify.annotations.NullMarked;
