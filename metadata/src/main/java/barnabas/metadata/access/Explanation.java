package barnabas.metadata.access;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// Reason of a decision: the ACL that it follows from. Looks at every ACL, in the words of the rules and without
/// [AclIndex], so that tests can compare the two.
public sealed interface Explanation {
    /// The first DENY that is about the request, else the first ALLOW.
    record ByAcl(Acl acl) implements Explanation {
        public boolean isAllowed() {
            return acl.permissionType() == Acl.ALLOW;
        }
    }

    /// ACLs cover the resource, and none of them is about the client and the operation: denied.
    ///
    /// @param covering how many
    record NoAclOfClient(int covering) implements Explanation {}

    /// No ACL covers the resource: `allow.everyone.if.no.acl.found` decides.
    record NoAcl() implements Explanation {}

    static Explanation of(
            Collection<Acl> acls,
            String principal,
            String address,
            byte operation,
            byte resourceType,
            String resourceName) {
        int covering = 0;
        @Nullable Acl allowing = null;
        for (Acl acl : acls) {
            if (!acl.covers(resourceType, resourceName)) continue;
            covering++;
            if (!acl.concerns(principal, address, operation)) continue;
            if (acl.permissionType() == Acl.DENY) return new ByAcl(acl);
            if (allowing == null) allowing = acl;
        }
        if (allowing != null) return new ByAcl(allowing);
        return covering == 0 ? new NoAcl() : new NoAclOfClient(covering);
    }
}
