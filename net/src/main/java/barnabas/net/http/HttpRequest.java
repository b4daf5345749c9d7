package barnabas.net.http;

import java.nio.ByteBuffer;
import java.util.Map;

/// A whole request.
///
/// @param method in capitals, `GET`
/// @param path decoded, without query, begins with `/`
/// @param query as it was sent, without `?`; empty without one
/// @param headers by name in lower case; of several with one name the values joined with a comma
/// @param body empty without one; not to be changed
public record HttpRequest(String method, String path, String query, Map<String, String> headers, ByteBuffer body) {
    public HttpRequest {
        headers = Map.copyOf(headers);
    }

    /// The header's value; empty when it is missing.
    public String header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, "");
    }
}
