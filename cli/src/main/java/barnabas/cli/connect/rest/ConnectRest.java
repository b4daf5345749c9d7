package barnabas.cli.connect.rest;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.cli.console.Failure;
import barnabas.console.json.JsonText;
import barnabas.console.json.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One Connect worker's REST. Requests that meet a rebalance of the workers are sent again for a while.
public final class ConnectRest implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    /// A worker answers within 90 s or says that it did not; one that is started for a connector needs as long before.
    private static final Duration ANSWER_MAX = Duration.ofSeconds(200);

    private static final Duration REBALANCE_MAX = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final int BODY_BYTES_MAX = 64 << 20;
    private static final int CONFLICT = 409;
    /// Words of the answer 409 during a rebalance; the other 409 says that something exists.
    private static final String REBALANCE = "rebalance";

    private final String address;
    private final URI base;
    private final Clock clock;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

    /// @param status of HTTP
    public record Answer(int status, JsonNode body) {
        public boolean isGood() {
            return status / 100 == 2;
        }

        /// Text for operators.
        public String problem() {
            String message = body.at("message").text();
            return message.isEmpty() ? "the Connect worker answered with HTTP status " + status : message;
        }
    }

    /// @param address `HOST:PORT` or a URL
    /// @throws IllegalArgumentException for anything else
    public ConnectRest(String address, Clock clock) {
        this.address = address;
        this.base = URI.create(address.contains("://") ? address : "http://" + address);
        this.clock = clock;
        if (base.getHost() == null) throw new IllegalArgumentException("'" + address + "' is not HOST:PORT");
    }

    /// Encodes a name for a path.
    public static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    public JsonNode get(String path) throws Failure, InterruptedException {
        return good(send("GET", path, null));
    }

    public JsonNode change(String method, String path, @Nullable Object body) throws Failure, InterruptedException {
        return good(send(method, path, body));
    }

    private static JsonNode good(Answer answer) throws Failure {
        if (!answer.isGood()) throw new Failure(answer.problem());
        return answer.body();
    }

    /// Sends a request, again while workers rebalance.
    ///
    /// @param body as [JsonText#of] takes it
    /// @throws Failure when no worker answers
    public Answer send(String method, String path, @Nullable Object body) throws Failure, InterruptedException {
        var deadline = Deadline.in(REBALANCE_MAX, clock);
        while (true) {
            Answer answer;
            try {
                answer = once(method, path, body);
            } catch (ConnectException e) {
                throw new Failure(
                        "no Connect worker answers on " + address + ": start one with 'barnabas connect start'"
                                + " or name another with --rest",
                        e);
            } catch (IOException e) {
                throw new Failure("the worker on " + address + " does not answer: " + e.getMessage(), e);
            }
            boolean rebalances = answer.status() == CONFLICT && answer.problem().contains(REBALANCE);
            if (!rebalances || deadline.passed()) return answer;
            clock.sleep(PAUSE);
        }
    }

    /// Sends a request once.
    public Answer once(String method, String path, @Nullable Object body) throws IOException, InterruptedException {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(JsonText.of(body).array());
        var request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER_MAX)
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .method(method, publisher)
                .build();
        HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] bytes;
        try (InputStream in = response.body()) {
            bytes = in.readNBytes(BODY_BYTES_MAX);
        }
        return new Answer(response.statusCode(), parsed(bytes));
    }

    private static JsonNode parsed(byte[] bytes) throws IOException {
        if (bytes.length == 0) return new JsonNode(null);
        try {
            return new JsonNode(JsonTree.parse(bytes));
        } catch (JsonTree.MalformedJson e) {
            throw new IOException("the answer is no JSON: is this a Connect worker?", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
