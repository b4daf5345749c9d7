package barnabas.broker.http;

import barnabas.net.http.HttpResponse;
import java.util.List;

/// Whether a node can serve clients, with reasons.
public interface Health {
    /// @param reasons why clients should not be sent here; none when the node is ready
    /// @param warnings about what is wrong although the node is ready
    record State(List<String> reasons, List<String> warnings) {}

    State state();

    /// Not ready, always for the same reason.
    record NotReady(String reason) implements Health {
        @Override
        public State state() {
            return new State(List.of(reason), List.of());
        }
    }

    /// As JSON: status 200 when ready, 503 otherwise.
    default HttpResponse page() {
        State state = state();
        boolean ready = state.reasons().isEmpty();
        var json = new StringBuilder("{\"status\":\"")
                .append(ready ? "ready" : "not ready")
                .append('"');
        append(json, "reasons", state.reasons());
        append(json, "warnings", state.warnings());
        return HttpResponse.json(ready ? 200 : 503, json.append("}\n").toString());
    }

    private static void append(StringBuilder json, String name, List<String> texts) {
        if (texts.isEmpty()) return;
        json.append(",\"").append(name).append("\":[");
        for (int i = 0; i < texts.size(); i++) {
            json.append(i == 0 ? "\"" : ",\"");
            String text = texts.get(i);
            for (int at = 0; at < text.length(); at++) {
                char c = text.charAt(at);
                if (c == '"' || c == '\\') json.append('\\').append(c);
                else if (c < ' ') json.append("\\u00").append(Integer.toHexString(0x100 | c), 1, 3);
                else json.append(c);
            }
            json.append('"');
        }
        json.append(']');
    }
}
