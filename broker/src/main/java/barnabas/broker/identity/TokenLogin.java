package barnabas.broker.identity;

import barnabas.metadata.access.ScramCredential;

/// Keys of a delegation token, with which a client logs in as its owner (KIP-48).
///
/// @param user name of the owner
/// @param lifeMillis until the token expires, above 0
public record TokenLogin(String user, ScramCredential keys, long lifeMillis) {}
