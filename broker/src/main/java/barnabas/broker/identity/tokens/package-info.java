/// Tokens of OAUTHBEARER: their keys, which are read again while the node runs, and the check of a token. The only
/// package that uses jose4j; loaded when a listener serves OAUTHBEARER. Start reading at
/// [barnabas.broker.identity.tokens.TokenKeys].
@NullMarked
package barnabas.broker.identity.tokens;

import org.jspecify.annotations.NullMarked;
