package barnabas.sql.functions.json;

import barnabas.sql.types.ValueProblem;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A path to one value in JSON: `$.log.cloud`, `$['a b'][0]`. Paths to many values, with wildcards or filters, are
/// refused.
final class JsonPath {
    private final List<Object> steps = new ArrayList<>();

    private JsonPath() {}

    /// @throws ValueProblem when `text` is no path to one value
    static JsonPath of(String text) {
        JsonPath path = new JsonPath();
        if (!text.startsWith("$")) throw problem(text, "it does not begin with $");
        int at = 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '.') at = path.name(text, at + 1);
            else if (c == '[') at = path.bracket(text, at + 1);
            else throw problem(text, "'.' or '[' expected at character " + (at + 1));
        }
        return path;
    }

    private int name(String text, int start) {
        int end = start;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') end++;
        String name = text.substring(start, end);
        if (name.isEmpty() || name.equals("*")) throw problem(text, "a name expected at character " + (start + 1));
        steps.add(name);
        return end;
    }

    private int bracket(String text, int start) {
        char quote = start < text.length() ? text.charAt(start) : 0;
        if (quote == '\'' || quote == '"') {
            int end = text.indexOf(quote, start + 1);
            if (end < 0 || end + 1 >= text.length() || text.charAt(end + 1) != ']')
                throw problem(text, "the name at character " + (start + 1) + " is not closed");
            steps.add(text.substring(start + 1, end));
            return end + 2;
        }
        int end = text.indexOf(']', start);
        if (end < 0) throw problem(text, "']' is missing");
        try {
            steps.add(Integer.parseInt(text.substring(start, end).strip()));
        } catch (NumberFormatException e) {
            throw problem(text, "an index or a quoted name expected at character " + (start + 1));
        }
        return end + 1;
    }

    /// The value that this path leads to; null when it leads nowhere.
    @Nullable
    JsonNode in(JsonNode root) {
        JsonNode node = root;
        for (Object step : steps) {
            JsonNode next = step instanceof Integer index
                    ? node.isArray() ? node.get(index < 0 ? node.size() + index : index) : null
                    : node.isObject() ? node.get((String) step) : null;
            if (next == null) return null;
            node = next;
        }
        return node;
    }

    private static ValueProblem problem(String text, String reason) {
        return new ValueProblem("Invalid JSON path '" + text + "': " + reason);
    }
}
