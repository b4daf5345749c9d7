package barnabas.net.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A whole response.
///
/// @param status 200, 404, ...
/// @param headers further ones
/// @param body not to be changed
public record HttpResponse(int status, String contentType, Map<String, String> headers, ByteBuffer body) {
    private static final String JSON = "application/json; charset=utf-8";

    public HttpResponse {
        headers = Map.copyOf(headers);
    }

    public static HttpResponse json(int status, String json) {
        return new HttpResponse(status, JSON, Map.of(), StandardCharsets.UTF_8.encode(json));
    }

    public static HttpResponse of(String contentType, ByteBuffer body) {
        return new HttpResponse(200, contentType, Map.of(), body);
    }

    /// A refusal as JSON.
    ///
    /// @param message without characters that JSON escapes
    public static HttpResponse error(int status, String message) {
        return json(status, "{\"error\":\"" + message + "\"}\n");
    }
}
