package barnabas.registry.rest;

import barnabas.client.Cluster;
import barnabas.console.json.JsonTree;
import barnabas.console.json.JsonTree.MalformedJson;
import barnabas.console.json.PercentText;
import barnabas.net.http.HttpRequest;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.Subjects;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request with its path in parts, its query and its body.
///
/// @param method `GET` for `HEAD` too
/// @param path decoded segments, without those that name a context
/// @param context of subjects that name none
/// @param cluster connections of the user who asks
public record RegistryRequest(
        String method, List<String> path, Map<String, String> query, ByteBuffer body, String context, Cluster cluster) {
    private static final int SUBJECT_CHARS_MAX = 1_000;
    /// Values of a body. A schema in it is one text.
    private static final int BODY_VALUES_MAX = 20_000;

    public static RegistryRequest of(HttpRequest request, Cluster cluster) throws RegistryProblem {
        List<String> path = segments(request.rawPath());
        String context = Subjects.DEFAULT_CONTEXT;
        if (path.size() > 2 && path.getFirst().equals("contexts")) {
            context = contextName(path.get(1));
            path = path.subList(2, path.size());
        }
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        return new RegistryRequest(method, path, queryOf(request.query()), request.body(), context, cluster);
    }

    /// The name of a context in a path or query: `:.c:`, `.c` or `c`.
    private static String contextName(String text) {
        String name = text.startsWith(":") && text.endsWith(":") && text.length() > 1
                ? text.substring(1, text.length() - 1)
                : text;
        return name.startsWith(".") ? name : "." + name;
    }

    private static List<String> segments(String rawPath) throws RegistryProblem {
        var segments = new ArrayList<String>();
        for (String each : rawPath.split("/", -1)) if (!each.isEmpty()) segments.add(decoded(each.replace("+", "%2B")));
        return segments;
    }

    private static Map<String, String> queryOf(String text) throws RegistryProblem {
        var query = new HashMap<String, String>();
        for (String each : text.split("&", -1)) {
            if (each.isEmpty()) continue;
            int equals = each.indexOf('=');
            String name = decoded(equals < 0 ? each : each.substring(0, equals));
            String value = equals < 0 ? "" : decoded(each.substring(equals + 1));
            // a name that comes several times has several values, one a line
            query.merge(name, value, (before, more) -> before + "\n" + more);
        }
        return query;
    }

    private static String decoded(String text) throws RegistryProblem {
        try {
            return PercentText.decoded(text);
        } catch (IllegalArgumentException malformed) {
            throw new RegistryProblem(400, "The address is not well percent-encoded");
        }
    }

    /// Values of a name that may come several times.
    public List<String> values(String name) {
        String all = query.get(name);
        return all == null ? List.of() : List.of(all.split("\n", -1));
    }

    /// A subject of the path, qualified with the request's context.
    public String subject(int segment) throws RegistryProblem {
        return subject(path.get(segment));
    }

    public String subject(String name) throws RegistryProblem {
        if (name.length() > SUBJECT_CHARS_MAX || name.chars().anyMatch(Character::isISOControl))
            throw new RegistryProblem(42208, "The specified subject '" + shown(name) + "' is not a valid.");
        if (name.startsWith(":.") && name.indexOf(':', 1) > 0) return Subjects.canonical(name);
        return Subjects.qualified(context, name);
    }

    private static String shown(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    /// The subject of settings; empty for those of all.
    public String place() throws RegistryProblem {
        return path.size() > 1 ? subject(1) : Subjects.qualified(context, "");
    }

    public boolean flag(String name) {
        String value = query.get(name);
        return value != null && !value.equals("false");
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    public int number(String name, int absent) throws RegistryProblem {
        Optional<String> text = query(name);
        return text.isEmpty() ? absent : number(text.get());
    }

    /// A number of the path.
    static int number(String text) throws RegistryProblem {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new RegistryProblem(404, "HTTP 404 Not Found");
        }
    }

    /// A version of the path.
    ///
    /// @return null for the latest
    @Nullable
    public Integer version(int segment) throws RegistryProblem {
        String text = path.get(segment);
        if (text.equals("latest") || text.equals("-1")) return null;
        try {
            int version = Integer.parseInt(text);
            if (version >= 1) return version;
        } catch (NumberFormatException e) {
            // refused below
        }
        throw RegistryProblem.invalidVersion(text);
    }

    /// The body as a JSON object.
    public Map<?, ?> json() throws RegistryProblem {
        if (!body.hasRemaining()) throw new RegistryProblem(422, "The request has no body");
        var bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        try {
            if (JsonTree.parse(bytes, BODY_VALUES_MAX) instanceof Map<?, ?> map) return map;
        } catch (MalformedJson e) {
            throw new RegistryProblem(400, "The body is no JSON: " + e.getMessage());
        }
        throw new RegistryProblem(400, "The body is no JSON object");
    }

    /// A whole number of the body, 0 when it is missing.
    static int bodyNumber(Map<?, ?> body, String name) throws RegistryProblem {
        Object value = body.get(name);
        if (value == null || value.equals(JsonTree.NULL)) return 0;
        if (value instanceof BigDecimal number && number.compareTo(BigDecimal.valueOf(number.intValue())) == 0)
            return number.intValue();
        throw new RegistryProblem(422, name + " is no whole number");
    }
}
