package barnabas.cli.access;

import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;
import barnabas.metadata.access.Acl;
import barnabas.metadata.access.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Words for the numbers of access rules.
public final class AclNames {
    public static final String OPERATIONS =
            "read, write, create, delete, alter, describe, cluster-action, describe-configs,"
                    + " alter-configs, idempotent-write, create-tokens, describe-tokens, two-phase-commit or all";

    /// No operation.
    public static final byte NONE = 0;

    private static final String ALL = "all";

    private AclNames() {}

    public static List<String> operations() {
        var names = new ArrayList<String>();
        for (Operation each : Operation.values()) names.add(word(each));
        names.add(ALL);
        return names;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// [#NONE] for a word that is no operation.
    public static byte operation(String word) {
        String wanted = word.toLowerCase(Locale.ROOT).replace('_', '-');
        if (wanted.equals(ALL)) return Acl.ALL;
        for (Operation each : Operation.values()) if (word(each).equals(wanted)) return each.code();
        return NONE;
    }

    public static String operation(byte code) {
        if (code == Acl.ALL) return ALL;
        for (Operation each : Operation.values()) if (each.code() == code) return word(each);
        return "operation-" + code;
    }

    public static String type(byte code) {
        for (Resource.Type each : Resource.Type.values()) if (each.code() == code) return word(each);
        return "type-" + code;
    }

    public static String pattern(byte code) {
        return code == Acl.PREFIXED ? "prefix" : "literal";
    }

    public static String permission(byte code) {
        return code == Acl.ALLOW ? "allow" : "deny";
    }

    /// `allow User:alice read on topic orders`.
    public static String sentence(Acl acl) {
        String resource = acl.patternType() == Acl.PREFIXED ? acl.resourceName() + "..." : acl.resourceName();
        String host = acl.host().equals(Acl.WILDCARD) ? "" : " from " + acl.host();
        return permission(acl.permissionType()) + " " + acl.principal() + " " + operation(acl.operation()) + " on "
                + type(acl.resourceType()) + " " + resource + host;
    }

    public static String sentence(Explanation reason) {
        return switch (reason) {
            case Explanation.ByAcl(Acl acl) -> sentence(acl);
            case Explanation.NoAclOfClient(int covering) ->
                "none of the " + covering + " rules about it is about this client and operation";
            case Explanation.NoAcl() -> "there is no rule about it (allow.everyone.if.no.acl.found decides)";
        };
    }
}
