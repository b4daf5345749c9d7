package barnabas.sql.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// A record of a case file.
///
/// @param key missing when the file has none
/// @param timestamp null when the file has none
/// @param window null for records without a window
/// @param headers null when the file has none
record CaseRecord(
        String topic,
        JsonNode key,
        JsonNode value,
        @Nullable Long timestamp,
        @Nullable Bounds window,
        @Nullable List<Header> headers) {

    record Bounds(long start, long end, boolean session) {}

    static CaseRecord of(JsonNode node) {
        JsonNode window = node.path("window");
        Bounds bounds = null;
        if (window.isObject()) {
            bounds = new Bounds(
                    window.path("start").asLong(),
                    window.path("end").asLong(),
                    window.path("type").asText().equalsIgnoreCase("session"));
        }
        JsonNode timestamp = node.path("timestamp");
        return new CaseRecord(
                node.path("topic").asText(),
                node.has("key") ? node.get("key") : MissingNode.getInstance(),
                node.has("value") ? node.get("value") : MissingNode.getInstance(),
                timestamp.isNumber()
                        ? (Long) timestamp.longValue()
                        : timestamp.isTextual()
                                ? (Long) Long.parseLong(timestamp.textValue().strip())
                                : null,
                bounds,
                node.path("headers").isArray() ? headers(node.path("headers")) : null);
    }

    /// Headers as `[{"KEY": "a", "VALUE": "base64"}]`.
    private static List<Header> headers(JsonNode nodes) {
        var headers = new ArrayList<Header>();
        for (JsonNode each : nodes) {
            JsonNode key = each.has("KEY") ? each.path("KEY") : each.path("key");
            JsonNode value = each.has("VALUE") ? each.path("VALUE") : each.path("value");
            byte[] bytes = value.isTextual() ? Base64.getDecoder().decode(value.textValue()) : null;
            headers.add(new RecordHeader(key.asText(), bytes));
        }
        return headers;
    }
}
