package barnabas.cli.connect.isolated;

import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonText;
import barnabas.console.json.JsonTree;
import barnabas.net.http.HttpResponse;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/// An answer of a worker.
///
/// @param location header of that name; empty without one
/// @param body not to be changed
record Reply(int status, String contentType, String location, ByteBuffer body) {
    boolean isGood() {
        return status / 100 == 2;
    }

    /// Value of the body; empty when it is no object or array of JSON.
    Optional<Object> json() {
        return json(body);
    }

    /// A JSON object or array; empty for anything else.
    static Optional<Object> json(ByteBuffer text) {
        return JsonTree.parseIfStructured(bytes(text));
    }

    static byte[] bytes(ByteBuffer text) {
        byte[] bytes = new byte[text.remaining()];
        text.duplicate().get(bytes);
        return bytes;
    }

    HttpResponse response() {
        // A worker names itself in it; the path alone leads through the REST before it.
        String path = location.isEmpty() ? "" : URI.create(location).getRawPath();
        Map<String, String> headers = path == null || path.isEmpty() ? Map.of() : Map.of("Location", path);
        return new HttpResponse(status, contentType, headers, body);
    }

    /// A refusal in Connect's form.
    static HttpResponse problem(int status, String message) {
        return json(status, new JsonObject().put("error_code", status).put("message", message));
    }

    static HttpResponse json(int status, Object value) {
        return new HttpResponse(status, "application/json", Map.of(), JsonText.of(value));
    }
}
