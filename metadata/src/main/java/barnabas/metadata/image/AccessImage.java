package barnabas.metadata.image;

import barnabas.protocol.Uuid;

/// ACLs and credentials.
public record AccessImage(
        PersistentMap<Uuid, Acl> acls,
        PersistentMap<ScramCredential.Key, ScramCredential> scram,
        PersistentMap<String, DelegationToken> tokens) {
    static final AccessImage EMPTY =
            new AccessImage(PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty());

    AccessImage withAcls(PersistentMap<Uuid, Acl> changed) {
        return new AccessImage(changed, scram, tokens);
    }

    AccessImage withScram(PersistentMap<ScramCredential.Key, ScramCredential> changed) {
        return new AccessImage(acls, changed, tokens);
    }

    AccessImage withTokens(PersistentMap<String, DelegationToken> changed) {
        return new AccessImage(acls, scram, changed);
    }
}
