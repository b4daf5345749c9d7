package barnabas.metadata.image;

import barnabas.metadata.access.Acl;
import barnabas.metadata.access.AclIndex;
import barnabas.metadata.access.DelegationToken;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.maps.PersistentMap;
import barnabas.protocol.Uuid;

/// ACLs and credentials.
///
/// @param index the same ACLs, for decisions
public record AccessImage(
        PersistentMap<Uuid, Acl> acls,
        AclIndex index,
        PersistentMap<ScramCredential.Key, ScramCredential> scram,
        PersistentMap<String, DelegationToken> tokens) {
    static final AccessImage EMPTY =
            new AccessImage(PersistentMap.empty(), AclIndex.EMPTY, PersistentMap.empty(), PersistentMap.empty());

    AccessImage withAcl(Uuid id, Acl acl) {
        Acl before = acls.find(id);
        AclIndex rest = before == null ? index : index.without(before);
        return new AccessImage(acls.with(id, acl), rest.with(acl), scram, tokens);
    }

    /// Without an ACL; this image itself when it has none of that id.
    AccessImage withoutAcl(Uuid id) {
        Acl before = acls.find(id);
        return before == null ? this : new AccessImage(acls.without(id), index.without(before), scram, tokens);
    }

    AccessImage withScram(PersistentMap<ScramCredential.Key, ScramCredential> changed) {
        return new AccessImage(acls, index, changed, tokens);
    }

    AccessImage withTokens(PersistentMap<String, DelegationToken> changed) {
        return new AccessImage(acls, index, scram, changed);
    }
}
