package barnabas.console.rest;

import barnabas.base.PlainNumber;
import barnabas.console.json.JsonTree;
import barnabas.console.json.JsonTree.MalformedJson;
import barnabas.console.json.PercentText;
import barnabas.net.http.HttpRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A request for a resource, with its parameters as texts and numbers. Reading one that is malformed refuses the
/// request.
public final class ApiRequest {
    /// Values of a body, as many as a move of the partitions of a large topic has.
    private static final int BODY_VALUES_MAX = 20_000;

    private final Map<String, String> path;
    private final Map<String, String> query;
    private final Map<String, Object> body;

    private ApiRequest(Map<String, String> path, Map<String, String> query, Map<String, Object> body) {
        this.path = path;
        this.query = query;
        this.body = body;
    }

    /// @param path parameters of the path by name, decoded
    public static ApiRequest of(HttpRequest request, Map<String, String> path) throws ApiProblem {
        return new ApiRequest(path, queryOf(request.query()), bodyOf(request));
    }

    private static Map<String, String> queryOf(String text) throws ApiProblem {
        var query = new LinkedHashMap<String, String>();
        for (String each : text.split("&", -1)) {
            if (each.isEmpty()) continue;
            int equals = each.indexOf('=');
            String name = equals < 0 ? each : each.substring(0, equals);
            query.put(decoded(name), equals < 0 ? "" : decoded(each.substring(equals + 1)));
        }
        return query;
    }

    private static String decoded(String text) throws ApiProblem {
        try {
            return PercentText.decoded(text);
        } catch (IllegalArgumentException malformed) {
            throw ApiProblem.invalid("The query is not well percent-encoded");
        }
    }

    private static Map<String, Object> bodyOf(HttpRequest request) throws ApiProblem {
        if (!request.body().hasRemaining()) return Map.of();
        var bytes = new byte[request.body().remaining()];
        request.body().duplicate().get(bytes);
        Object parsed;
        try {
            parsed = JsonTree.parse(bytes, BODY_VALUES_MAX);
        } catch (MalformedJson e) {
            throw ApiProblem.invalid("The body is no JSON: " + e.getMessage());
        }
        if (!(parsed instanceof Map<?, ?> map)) throw ApiProblem.invalid("The body is no JSON object");
        var body = new LinkedHashMap<String, Object>();
        map.forEach((name, value) -> body.put(String.valueOf(name), value));
        return body;
    }

    /// A parameter of the path.
    public String path(String name) {
        return path.getOrDefault(name, "");
    }

    public int pathNumber(String name) throws ApiProblem {
        return (int) number(path(name), name, 0, Integer.MAX_VALUE);
    }

    public long pathOffset(String name) throws ApiProblem {
        return number(path(name), name, 0, Long.MAX_VALUE);
    }

    /// Names of all parameters of the query.
    Set<String> queryNames() {
        return query.keySet();
    }

    /// A parameter of the query; empty when it is missing.
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    public boolean flag(String name) {
        return query(name).map(value -> !value.equals("false")).orElse(query.containsKey(name))
                || Boolean.TRUE.equals(body.get(name));
    }

    public long number(String name, long absent, long min, long max) throws ApiProblem {
        Optional<String> text = query(name);
        return text.isEmpty() ? absent : number(text.get(), name, min, max);
    }

    private static long number(String text, String name, long min, long max) throws ApiProblem {
        try {
            long number = Long.parseLong(text);
            if (number >= min && number <= max) return number;
        } catch (NumberFormatException e) {
            // refused below
        }
        throw ApiProblem.invalid(name + "=" + text + " is no whole number "
                + (max == Long.MAX_VALUE ? "from " + min + " on" : "between " + min + " and " + max));
    }

    public boolean has(String name) {
        return body.containsKey(name) && !JsonTree.NULL.equals(body.get(name));
    }

    /// Whether the body names it, be it with null.
    public boolean isNamed(String name) {
        return body.containsKey(name);
    }

    /// A text in the body.
    public Optional<String> text(String name) throws ApiProblem {
        if (!has(name)) return Optional.empty();
        if (body.get(name) instanceof String text) return Optional.of(text);
        throw ApiProblem.invalid(name + " is no text");
    }

    public String neededText(String name) throws ApiProblem {
        Optional<String> text = text(name);
        if (text.isEmpty() || text.get().isEmpty()) throw ApiProblem.invalid(name + " is missing");
        return text.get();
    }

    /// A whole number in the body.
    public long bodyNumber(String name, long absent, long min, long max) throws ApiProblem {
        if (!has(name)) return absent;
        return number(String.valueOf(body.get(name)), name, min, max);
    }

    /// Texts by name in the body; numbers and booleans become texts.
    public Map<String, String> texts(String name) throws ApiProblem {
        var texts = new LinkedHashMap<String, String>();
        if (!has(name)) return texts;
        if (!(body.get(name) instanceof Map<?, ?> map)) throw ApiProblem.invalid(name + " is no object");
        for (Map.Entry<?, ?> each : map.entrySet()) {
            String text = switch (each.getValue()) {
                case String value -> value;
                case BigDecimal number -> PlainNumber.text(number);
                case Boolean flag -> flag.toString();
                case null, default -> throw ApiProblem.invalid(name + "." + each.getKey() + " is no text");
            };
            texts.put(String.valueOf(each.getKey()), text);
        }
        return texts;
    }

    /// Names by kind in the body; null for one that is null or empty.
    public Map<String, @Nullable String> names(String name) throws ApiProblem {
        var names = new LinkedHashMap<String, @Nullable String>();
        if (!has(name)) return names;
        if (!(body.get(name) instanceof Map<?, ?> map)) throw ApiProblem.invalid(name + " is no object");
        for (Map.Entry<?, ?> each : map.entrySet()) {
            Object value = each.getValue();
            boolean isNone = value == null || JsonTree.NULL.equals(value) || "".equals(value);
            if (!isNone && !(value instanceof String))
                throw ApiProblem.invalid(name + "." + each.getKey() + " is no text");
            names.put(String.valueOf(each.getKey()), isNone ? null : String.valueOf(value));
        }
        return names;
    }

    /// Texts in the body.
    public List<String> list(String name) throws ApiProblem {
        var texts = new ArrayList<String>();
        if (!has(name)) return texts;
        if (!(body.get(name) instanceof List<?> list)) throw ApiProblem.invalid(name + " is no array");
        for (Object each : list)
            texts.add(each instanceof BigDecimal number ? PlainNumber.text(number) : each.toString());
        return texts;
    }
}
