package barnabas.metadata.access;

import org.jspecify.annotations.Nullable;

/// Pattern for ACLs, as DescribeAcls and DeleteAcls have it: null and [Acl#ANY] match everything.
public record AclFilter(
        byte resourceType,
        @Nullable String resourceName,
        byte patternType,
        @Nullable String principal,
        @Nullable String host,
        byte operation,
        byte permissionType) {

    /// Whether the pattern has a resource type or a pattern type that this version does not know.
    public boolean hasUnknownPattern() {
        return resourceType < Acl.ANY
                || resourceType > Acl.RESOURCE_TYPE_MAX
                || patternType < Acl.ANY
                || patternType > Acl.PREFIXED;
    }

    /// Whether the entry has an operation or a permission that this version does not know.
    public boolean hasUnknownEntry() {
        return operation < Acl.ANY
                || operation > Acl.OPERATION_MAX
                || permissionType < Acl.ANY
                || permissionType > Acl.ALLOW;
    }

    public boolean matches(Acl acl) {
        return (resourceType == Acl.ANY || resourceType == acl.resourceType())
                && (patternType <= Acl.MATCH || patternType == acl.patternType())
                && matchesName(acl)
                && (principal == null || principal.equals(acl.principal()))
                && (host == null || host.equals(acl.host()))
                && (operation == Acl.ANY || operation == acl.operation())
                && (permissionType == Acl.ANY || permissionType == acl.permissionType());
    }

    private boolean matchesName(Acl acl) {
        if (resourceName == null) return true;
        if (patternType != Acl.MATCH) return resourceName.equals(acl.resourceName());
        return acl.patternType() == Acl.PREFIXED
                ? resourceName.startsWith(acl.resourceName())
                : acl.resourceName().equals(resourceName) || acl.resourceName().equals(Acl.WILDCARD);
    }
}
