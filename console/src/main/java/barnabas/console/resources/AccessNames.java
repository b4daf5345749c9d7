package barnabas.console.resources;

import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import java.util.List;
import java.util.stream.Collectors;

/// Words for the numbers of ACLs, in the order of the protocol's numbers.
final class AccessNames {
    /// The number that stands for everything in a filter.
    static final byte ANY = 1;
    /// Filters only.
    private static final String MATCH = "match";

    static final List<String> RESOURCES =
            List.of("unknown", "any", "topic", "group", "cluster", "transactional-id", "delegation-token", "user");
    static final List<String> PATTERNS = List.of("unknown", "any", "match", "literal", "prefixed");
    static final List<String> PERMISSIONS = List.of("unknown", "any", "deny", "allow");
    static final List<String> OPERATIONS = List.of(
            "unknown",
            "any",
            "all",
            "read",
            "write",
            "create",
            "delete",
            "alter",
            "describe",
            "cluster-action",
            "describe-configs",
            "alter-configs",
            "idempotent-write",
            "create-tokens",
            "describe-tokens",
            "two-phase-commit");

    private AccessNames() {}

    static String word(List<String> names, int code) {
        return code >= 0 && code < names.size() ? names.get(code) : String.valueOf(code);
    }

    /// Number of a word in the body.
    ///
    /// @param absent the word without one; empty when it is needed
    static byte code(ApiRequest request, String name, List<String> names, String absent) throws ApiProblem {
        String word =
                absent.isEmpty() ? request.neededText(name) : request.text(name).orElse(absent);
        int code = names.indexOf(word);
        if (code > ANY && !word.equals(MATCH)) return (byte) code;
        throw ApiProblem.invalid(name + " is one of " + choices(names) + ", not " + word);
    }

    /// All words of a list that a rule can have.
    static String choices(List<String> names) {
        return names.stream().skip(2).filter(each -> !each.equals(MATCH)).collect(Collectors.joining(", "));
    }
}
