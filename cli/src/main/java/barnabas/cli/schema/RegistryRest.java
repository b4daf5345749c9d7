package barnabas.cli.schema;

import barnabas.cli.connect.rest.JsonNode;
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
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// A schema registry's REST interface.
final class RegistryRest implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(100);
    private static final int BODY_BYTES_MAX = 256 << 20;
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;

    private final String address;
    private final URI base;
    private final @Nullable String authorization;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

    /// @param address URL or `HOST:PORT`
    /// @param credentials `user:password`; null for no login
    /// @throws IllegalArgumentException for another form of address
    RegistryRest(String address, @Nullable String credentials) {
        this.address = address;
        this.base = URI.create(address.contains("://") ? address : "http://" + address);
        this.authorization = credentials == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        boolean http = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
        if (base.getHost() == null || !http)
            throw new IllegalArgumentException("'" + address + "' is not a URL of http or https");
    }

    /// An answer.
    ///
    /// @param status of HTTP
    record Answer(int status, JsonNode body) {
        boolean isGood() {
            return status / 100 == 2;
        }

        boolean isMissing() {
            return status == NOT_FOUND;
        }

        /// Text for operators.
        String problem() {
            String message = body.at("message").text();
            return message.isEmpty() ? "the schema registry answered with HTTP status " + status : message;
        }
    }

    /// Encodes a name for a path or a query.
    static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) throws Failure, InterruptedException {
        return good(send("GET", path, null));
    }

    JsonNode post(String path, Object body) throws Failure, InterruptedException {
        return good(send("POST", path, body));
    }

    private static JsonNode good(Answer answer) throws Failure {
        if (!answer.isGood()) throw new Failure(answer.problem());
        return answer.body();
    }

    /// @param body as [JsonText#of] takes it; null for none
    /// @throws Failure when no registry answers
    Answer send(String method, String path, @Nullable Object body) throws Failure, InterruptedException {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(JsonText.of(body).array());
        var request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWER_MAX)
                .header("Content-Type", TYPE)
                .header("Accept", TYPE)
                .method(method, publisher);
        if (authorization != null) request.header("Authorization", authorization);
        try {
            HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            byte[] bytes;
            try (InputStream in = response.body()) {
                bytes = in.readNBytes(BODY_BYTES_MAX);
            }
            var answer = new Answer(response.statusCode(), parsed(bytes));
            if (answer.status() == UNAUTHORIZED)
                throw new Failure(answer.problem() + ": name a file with USER:PASSWORD with --login");
            return answer;
        } catch (ConnectException e) {
            throw new Failure(
                    "no schema registry answers on " + address + ": name one with --registry, an address of"
                            + " barnabas.http.listeners or barnabas.schema.registry.listeners",
                    e);
        } catch (IOException e) {
            throw new Failure("the schema registry on " + address + " does not answer: " + e.getMessage(), e);
        }
    }

    private static JsonNode parsed(byte[] bytes) throws IOException {
        if (bytes.length == 0) return new JsonNode(null);
        try {
            return new JsonNode(JsonTree.parse(bytes));
        } catch (JsonTree.MalformedJson e) {
            throw new IOException("the answer is no JSON: is this a schema registry?", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
