package barnabas.mirror;

import barnabas.client.admin.AclAdmin.Rule;
import barnabas.metadata.access.Acl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// ACLs of a source as those of a mirror's topics: each becomes one of the topic's very name, whatever the pattern that
/// it has at the source, so that no other topic here is touched.
///
/// ALLOW gives rights to read only, as only the mirror changes its topics: READ, DESCRIBE and DESCRIBE_CONFIGS
/// are copied, ALL becomes READ, all others are left out. DENY is copied as it is.
final class AclRules {
    private final Map<String, List<Rule>> literal = new HashMap<>();
    private final Map<String, List<Rule>> prefixed = new HashMap<>();
    private final Set<Integer> prefixLengths = new TreeSet<>();

    AclRules(List<Rule> source) {
        for (Rule each : source) {
            if (each.resourceType() != Acl.TOPIC || !isCopied(each)) continue;
            if (each.patternType() == Acl.LITERAL) add(literal, each);
            else if (each.patternType() == Acl.PREFIXED) {
                add(prefixed, each);
                prefixLengths.add(each.resourceName().length());
            }
        }
    }

    private static void add(Map<String, List<Rule>> to, Rule rule) {
        to.computeIfAbsent(rule.resourceName(), _ -> new ArrayList<>()).add(rule);
    }

    private static boolean isCopied(Rule rule) {
        if (rule.permissionType() == Acl.DENY) return true;
        return rule.permissionType() == Acl.ALLOW
                && switch (rule.operation()) {
                    case Acl.ALL, Acl.READ, Acl.DESCRIBE, Acl.DESCRIBE_CONFIGS -> true;
                    default -> false;
                };
    }

    /// ACLs that the topic has here.
    Set<Acl> of(String topic) {
        var found = new LinkedHashSet<Acl>();
        take(literal.get(topic), topic, found);
        take(literal.get(Acl.WILDCARD), topic, found);
        for (int each : prefixLengths)
            if (each <= topic.length()) take(prefixed.get(topic.substring(0, each)), topic, found);
        return found;
    }

    private static void take(@Nullable List<Rule> rules, String topic, Set<Acl> to) {
        if (rules == null) return;
        for (Rule each : rules) {
            boolean reads = each.permissionType() == Acl.ALLOW && each.operation() == Acl.ALL;
            to.add(new Acl(
                    Acl.TOPIC,
                    topic,
                    Acl.LITERAL,
                    each.principal(),
                    each.host(),
                    reads ? Acl.READ : each.operation(),
                    each.permissionType()));
        }
    }
}
