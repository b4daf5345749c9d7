package barnabas.console.json;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A JSON object on its way to a client, with members in the order in which they were put. Owner: the request's thread.
public final class JsonObject {
    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

    public static JsonObject of(String name, @Nullable Object value) {
        return new JsonObject().put(name, value);
    }

    /// @param value a text, number, boolean, [JsonObject], list of such values, or null
    public JsonObject put(String name, @Nullable Object value) {
        members.put(name, value);
        return this;
    }

    Map<String, @Nullable Object> members() {
        return members;
    }
}
