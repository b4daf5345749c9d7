package barnabas.net.http;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;

/// A whole request.
///
/// @param method in capitals, `GET`
/// @param path decoded, without query, begins with `/`
/// @param rawPath as it was sent
/// @param query as it was sent, without `?`; empty without one
/// @param headers by name in lower case; of several with one name the values joined with a comma
/// @param body empty without one; not to be changed
/// @param peer address of the client, or of what stands between
/// @param isEncrypted whether it came over TLS
public record HttpRequest(
        String method,
        String path,
        String rawPath,
        String query,
        Map<String, String> headers,
        ByteBuffer body,
        InetAddress peer,
        boolean isEncrypted) {
    public HttpRequest {
        headers = Map.copyOf(headers);
    }

    /// The header's value; empty when it is missing.
    public String header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, "");
    }
}
