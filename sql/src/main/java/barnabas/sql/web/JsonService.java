package barnabas.sql.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/// Requests to a service that takes and gives JSON. Safe for use by many threads.
public final class JsonService implements AutoCloseable {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int BODY_BYTES_MAX = 16 << 20;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final String name;
    private final String type;
    private final ServiceAddress address;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

    /// @param status of HTTP, below 500
    public record Answer(int status, JsonNode body) {
        public boolean isGood() {
            return status / 100 == 2;
        }

        public String problem() {
            String message = body.path("message").asText();
            return message.isEmpty() ? "HTTP status " + status : message;
        }
    }

    /// @param name of the service, for messages
    /// @param type of bodies
    public JsonService(String name, String type, ServiceAddress address) {
        this.name = name;
        this.type = type;
        this.address = address;
    }

    public static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// @param body null for none
    /// @throws ServiceUnavailable when none of the addresses answers, or the service refuses this one
    public Answer send(String method, String path, @Nullable JsonNode body) {
        var last = new ServiceUnavailable("There is no " + name);
        for (URI each : address.urls()) {
            String place = name + " " + each.getHost() + ":" + each.getPort();
            try {
                Answer answer = send(each, method, path, body);
                if (answer.status() < 500 && answer.status() != UNAUTHORIZED && answer.status() != FORBIDDEN)
                    return answer;
                last = new ServiceUnavailable("The " + place + " refuses: " + answer.problem());
            } catch (IOException e) {
                last = new ServiceUnavailable("The " + place + " does not answer: " + e, e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        throw last;
    }

    private Answer send(URI url, String method, String path, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        var publisher = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(body.toString());
        var request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(ANSWER_MAX)
                .header("Content-Type", type)
                .header("Accept", type)
                .method(method, publisher);
        String login = address.login();
        if (login != null)
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] bytes = in.readNBytes(BODY_BYTES_MAX);
            return new Answer(response.statusCode(), bytes.length == 0 ? MAPPER.nullNode() : MAPPER.readTree(bytes));
        } catch (JsonProcessingException e) {
            throw new IOException("the answer is no JSON", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
