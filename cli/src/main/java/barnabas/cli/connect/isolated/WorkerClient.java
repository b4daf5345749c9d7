package barnabas.cli.connect.isolated;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Requests to workers on this machine.
final class WorkerClient implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final int BODY_BYTES_MAX = 16 << 20;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

    /// @param worker `HOST:PORT`
    /// @param target path and query
    /// @param body null without one
    Reply send(String worker, String method, String target, byte @Nullable [] body, Duration patience)
            throws IOException, InterruptedException {
        var publisher =
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body);
        var request = HttpRequest.newBuilder(URI.create("http://" + worker + target))
                .timeout(patience)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, publisher)
                .build();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] bytes;
        try (InputStream in = answer.body()) {
            bytes = in.readNBytes(BODY_BYTES_MAX + 1);
        }
        if (bytes.length > BODY_BYTES_MAX) throw new IOException("the answer has more than 16 MB");
        return new Reply(
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElse("application/json"),
                answer.headers().firstValue("Location").orElse(""),
                ByteBuffer.wrap(bytes));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
