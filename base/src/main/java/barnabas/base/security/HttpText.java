package barnabas.base.security;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import org.jspecify.annotations.Nullable;

/// Text fetched over HTTP. Bounded in size and time; no redirect is followed, as it could lead to where nothing was
/// allowed.
public final class HttpText {
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int READ_MILLIS_MAX = 5_000;
    private static final int ALL_MILLIS_MAX = 10_000;
    private static final int PIECE_BYTES = 8_192;

    private HttpText() {}

    /// @param tls of an `https:` address; null for that of the JVM
    /// @throws IOException with the reason, without the address
    public static String get(URI address, @Nullable TlsContext tls, int bytesMax, Clock clock) throws IOException {
        return fetched(open(address, tls, Map.of()), bytesMax, clock);
    }

    /// Posts a form.
    ///
    /// @param tls of an `https:` address; null for that of the JVM
    /// @param headers beside those of a form and of JSON
    /// @throws IOException with the reason, without the address
    public static String post(
            URI address, @Nullable TlsContext tls, Map<String, String> headers, String form, int bytesMax, Clock clock)
            throws IOException {
        HttpURLConnection connection = open(address, tls, headers);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
        connection.setRequestProperty("Cache-Control", "no-cache");
        byte[] body = form.getBytes(StandardCharsets.UTF_8);
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body);
        }
        return fetched(connection, bytesMax, clock);
    }

    private static HttpURLConnection open(URI address, @Nullable TlsContext tls, Map<String, String> headers)
            throws IOException {
        var connection = (HttpURLConnection) address.toURL().openConnection();
        if (tls != null && connection instanceof HttpsURLConnection encrypted)
            encrypted.setSSLSocketFactory(tls.clientSockets());
        connection.setConnectTimeout(CONNECT_MILLIS_MAX);
        connection.setReadTimeout(READ_MILLIS_MAX);
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setRequestProperty("Accept", "application/json");
        headers.forEach(connection::setRequestProperty);
        return connection;
    }

    private static String fetched(HttpURLConnection connection, int bytesMax, Clock clock) throws IOException {
        try {
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) throw new IOException("HTTP status " + status);
            try (InputStream body = connection.getInputStream()) {
                return text(body, bytesMax, clock);
            }
        } finally {
            connection.disconnect();
        }
    }

    private static String text(InputStream body, int bytesMax, Clock clock) throws IOException {
        Deadline end = Deadline.inMillis(ALL_MILLIS_MAX, clock);
        var bytes = ByteBuffer.allocate(bytesMax);
        byte[] piece = new byte[PIECE_BYTES];
        for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
            if (read > bytes.remaining()) throw new IOException("it is larger than " + bytesMax + " bytes");
            if (end.passed()) throw new IOException("it takes longer than " + ALL_MILLIS_MAX + " ms");
            bytes.put(piece, 0, read);
        }
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }
}
