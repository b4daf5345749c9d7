package barnabas.metadata.access;

import java.util.LinkedHashSet;
import java.util.Set;

/// Decisions of Kafka's `StandardAuthorizer`: super users first, then any DENY, then any ALLOW, then the default.
///
/// @param superUsers principals (`User:admin`) to whom nothing is forbidden
/// @param everyoneWithoutAcl whether a resource without any ACL is open to everyone
public record AccessPolicy(Set<String> superUsers, boolean everyoneWithoutAcl) {
    /// Name of a resource that no ACL is expected to name, as Kafka has it (KIP-679).
    private static final String NO_RESOURCE = "hardcode";

    /// The principals of `super.users`, which are separated by `;`.
    ///
    /// @throws IllegalArgumentException when one of them has no type
    public static Set<String> superUsers(String text) {
        var users = new LinkedHashSet<String>();
        for (String each : text.split(";", -1)) {
            String user = each.trim();
            if (user.isEmpty()) continue;
            int colon = user.indexOf(':');
            if (colon <= 0 || colon == user.length() - 1) {
                throw new IllegalArgumentException("super.users: `" + user
                        + "` is no principal; one is written `User:alice`, several are separated" + " by `;`");
            }
            users.add(user);
        }
        return Set.copyOf(users);
    }

    /// Whether a client may do this on one resource.
    ///
    /// @param principal `User:alice`
    /// @param address of the client, as text
    public boolean allows(
            AclIndex acls, String principal, String address, byte operation, byte resourceType, String name) {
        if (principal.equals(Acl.WILDCARD_PRINCIPAL)) return false;
        if (superUsers.contains(principal)) return true;
        return switch (acls.decide(principal, address, operation, resourceType, name)) {
            case ALLOWED -> true;
            case DENIED -> false;
            case NO_ACL -> everyoneWithoutAcl;
        };
    }

    /// Whether a client may do this on some resource of the type (KIP-679).
    public boolean allowsAny(AclIndex acls, String principal, String address, byte operation, byte resourceType) {
        if (principal.equals(Acl.WILDCARD_PRINCIPAL)) return false;
        return allows(acls, principal, address, operation, resourceType, NO_RESOURCE)
                || acls.allowsAny(principal, address, operation, resourceType);
    }
}
