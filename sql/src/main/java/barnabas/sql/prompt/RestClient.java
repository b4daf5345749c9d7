package barnabas.sql.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The service over HTTP, as the documentation of ksqlDB's REST interface describes it.
public final class RestClient implements AskedService {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final String JSON = "application/vnd.ksql.v1+json";
    private static final String ROWS = "application/vnd.ksqlapi.delimited.v1";
    private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
    private static final Duration ANSWER_MAX = Duration.ofMinutes(2);
    /// Characters of a line of a query's answer at most.
    private static final int LINE_MAX = 64 * 1024 * 1024;

    private final URI service;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_MAX)
            .build();
    /// Body of the query that runs.
    private final AtomicReference<@Nullable InputStream> running = new AtomicReference<>();

    public RestClient(URI service) {
        this.service = service;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(service.resolve(path));
        String user = service.getUserInfo();
        if (user != null) {
            String basic = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
            request.header("Authorization", "Basic " + basic);
        }
        return request;
    }

    private HttpRequest.Builder post(String path, ObjectNode body) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    }

    private static ObjectNode body(String name, String statement, String properties, Settings settings) {
        ObjectNode body = MAPPER.createObjectNode();
        body.put(name, statement);
        put(body.putObject(properties), settings.properties());
        put(body.putObject("sessionVariables"), settings.variables());
        return body;
    }

    private static void put(ObjectNode node, Map<String, String> values) {
        values.forEach(node::put);
    }

    @Override
    public JsonNode execute(String statement, Settings settings) throws IOException, InterruptedException {
        HttpRequest request = post("/ksql", body("ksql", statement, "streamsProperties", settings))
                .header("Accept", JSON)
                .timeout(ANSWER_MAX)
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return json(response.body(), response.statusCode());
    }

    private static JsonNode json(String text, int status) throws IOException {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node != null && !node.isMissingNode()) return node;
        } catch (JsonProcessingException e) {
            throw new IOException("The service answered " + status + " with no JSON: " + shortened(text), e);
        }
        throw new IOException("The service answered " + status + " with nothing");
    }

    private static String shortened(String text) {
        return text.length() > 200 ? text.substring(0, 200) + "..." : text;
    }

    @Override
    public void query(String statement, Settings settings, Rows rows) throws IOException, InterruptedException {
        HttpRequest request = post("/query-stream", body("sql", statement, "properties", settings))
                .header("Accept", ROWS)
                .build();
        boolean[] begun = {false};
        lines(request, line -> {
            JsonNode node = MAPPER.readTree(line);
            if (node.isArray()) return rows.row(node);
            if (node.has("columnNames")) {
                if (!begun[0]) rows.header(node);
                begun[0] = true;
                return true;
            }
            if (isProblem(node)) throw new ServiceProblem(message(node));
            return true;
        });
    }

    @Override
    public void print(String statement, Settings settings, Lines lines) throws IOException, InterruptedException {
        HttpRequest request = post("/query", body("ksql", statement, "streamsProperties", settings))
                .header("Accept", JSON)
                .build();
        lines(request, lines::line);
    }

    /// Whether the object is a failure.
    static boolean isProblem(JsonNode node) {
        return node.path("@type").asText().endsWith("error")
                || node.has("error_code")
                || (node.has("message") && node.has("statusCode"));
    }

    static String message(JsonNode node) {
        String message = node.path("message").asText();
        return message.isEmpty() ? node.toString() : message;
    }

    /// A line of a body that is read while it comes.
    private interface OfLine {
        /// @return false to end
        boolean take(String line) throws IOException;
    }

    private void lines(HttpRequest request, OfLine each) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            running.set(body);
            if (response.statusCode() >= 400) {
                JsonNode problem =
                        json(new String(body.readNBytes(LINE_MAX), StandardCharsets.UTF_8), response.statusCode());
                throw new ServiceProblem(message(problem));
            }
            var reader = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            for (String line = line(reader); line != null; line = line(reader))
                if (!line.isBlank() && !each.take(line)) return;
        } catch (ServiceProblem e) {
            throw e;
        } catch (IOException e) {
            // The body was closed to end the query.
            if (running.get() != null) throw e;
        } finally {
            running.set(null);
        }
    }

    private static @Nullable String line(BufferedReader reader) throws IOException {
        var line = new StringBuilder();
        for (int c = reader.read(); c >= 0; c = reader.read()) {
            if (c == '\n') return line.toString();
            if (line.length() == LINE_MAX) throw new IOException("a row has more than " + LINE_MAX + " characters");
            if (c != '\r') line.append((char) c);
        }
        return line.isEmpty() ? null : line.toString();
    }

    @Override
    public boolean answers() throws InterruptedException {
        try {
            HttpRequest request = request("/info").timeout(CONNECT_MAX).GET().build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() < 500;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void cancel() {
        InputStream body = running.getAndSet(null);
        if (body == null) return;
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
