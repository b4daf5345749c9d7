package barnabas.sql.registry;

import barnabas.base.Mutex;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// A schema registry's REST interface. Safe for use by many threads.
public final class RegistryClient implements AutoCloseable {
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int BODY_BYTES_MAX = 16 << 20;
    private static final int KEPT_MAX = 1_000;
    private static final int REFERENCES_MAX = 100;
    private static final int NOT_FOUND = 404;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final RegistryConfig config;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
    private final Mutex mutex = new Mutex();
    private final Map<Integer, Known> known = new LinkedHashMap<>(16, 0.75f, true); // guarded by mutex

    /// A schema.
    ///
    /// @param type AVRO, JSON or PROTOBUF
    /// @param used texts of the schemas that it refers to, those without references first
    public record Known(int id, String type, String text, List<String> used) {}

    private record Answer(int status, JsonNode body) {
        String problem() {
            String message = body.path("message").asText();
            return message.isEmpty() ? "HTTP status " + status : message;
        }
    }

    public RegistryClient(RegistryConfig config) {
        this.config = config;
    }

    public static String subject(String topic, boolean key) {
        return topic + (key ? "-key" : "-value");
    }

    /// Registers a schema that may be there already.
    ///
    /// @return its id
    /// @throws SerializationException when the registry refuses it
    /// @throws RegistryUnavailable when no registry answers
    public int register(String subject, String type, String schema) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (!type.equals("AVRO")) body.put("schemaType", type);
        body.put("schema", schema);
        Answer answer = send("POST", "/subjects/" + encoded(subject) + "/versions", body);
        JsonNode id = answer.body().path("id");
        if (answer.status() == 200 && id.isInt()) return id.intValue();
        throw new SerializationException(
                "The schema registry does not take the schema for subject '" + subject + "': " + answer.problem());
    }

    /// @throws SerializationException when there is no such schema
    public Known schema(int id) {
        try (var _ = mutex.hold()) {
            Known kept = known.get(id);
            if (kept != null) return kept;
        }
        Answer answer = send("GET", "/schemas/ids/" + id, null);
        if (answer.status() != 200)
            throw new SerializationException("No schema with id " + id + ": " + answer.problem());
        Known found = known(id, answer.body());
        try (var _ = mutex.hold()) {
            known.put(id, found);
            if (known.size() > KEPT_MAX) known.remove(known.keySet().iterator().next());
        }
        return found;
    }

    /// The newest schema of a subject; empty without one.
    public Optional<Known> latest(String subject) {
        Answer answer = send("GET", "/subjects/" + encoded(subject) + "/versions/latest", null);
        if (answer.status() == NOT_FOUND) return Optional.empty();
        if (answer.status() != 200)
            throw new RegistryUnavailable(
                    "The schema registry does not show subject '" + subject + "': " + answer.problem());
        return Optional.of(known(answer.body().path("id").asInt(), answer.body()));
    }

    /// Whether the subject has the schema, or, without an id, any.
    public boolean has(@Nullable String subject, @Nullable Integer id) {
        if (subject == null)
            return id != null && send("GET", "/schemas/ids/" + id, null).status() == 200;
        if (id == null) return latest(subject).isPresent();
        Answer answer = send("GET", "/schemas/ids/" + id + "/versions", null);
        for (JsonNode each : answer.body()) if (each.path("subject").asText().equals(subject)) return true;
        return false;
    }

    private Known known(int id, JsonNode body) {
        var used = new LinkedHashMap<String, String>();
        references(body, used);
        return new Known(
                id,
                body.path("schemaType").asText("AVRO"),
                body.path("schema").asText(),
                new ArrayList<>(used.values()));
    }

    private void references(JsonNode body, Map<String, String> used) {
        for (JsonNode each : body.path("references")) {
            String path = "/subjects/" + encoded(each.path("subject").asText()) + "/versions/"
                    + each.path("version").asInt();
            if (used.containsKey(path)) continue;
            if (used.size() >= REFERENCES_MAX)
                throw new SerializationException("The schema refers to more than " + REFERENCES_MAX + " others");
            Answer answer = send("GET", path, null);
            if (answer.status() != 200)
                throw new SerializationException("The schema refers to " + path + ": " + answer.problem());
            references(answer.body(), used);
            used.put(path, answer.body().path("schema").asText());
        }
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// @throws RegistryUnavailable when none answers, or the answer says nothing of the schema
    private Answer send(String method, String path, @Nullable JsonNode body) {
        RegistryUnavailable last = new RegistryUnavailable("There is no schema registry");
        for (URI each : config.urls()) {
            try {
                Answer answer = send(each, method, path, body);
                if (answer.status() < 500 && answer.status() != 401 && answer.status() != 403) return answer;
                last = new RegistryUnavailable(
                        "The schema registry " + each.getAuthority() + " refuses: " + answer.problem());
            } catch (IOException e) {
                last = new RegistryUnavailable(
                        "The schema registry " + each.getHost() + ":" + each.getPort() + " does not answer: " + e, e);
            } catch (InterruptedException e) {
                throw new InterruptException(e);
            }
        }
        throw last;
    }

    private Answer send(URI url, String method, String path, @Nullable JsonNode body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(ANSWER_MAX)
                .header("Content-Type", TYPE)
                .header("Accept", TYPE)
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()));
        if (config.login() != null)
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(config.login().getBytes(StandardCharsets.UTF_8)));
        HttpResponse<InputStream> response = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] bytes = in.readNBytes(BODY_BYTES_MAX);
            return new Answer(response.statusCode(), bytes.length == 0 ? MAPPER.nullNode() : MAPPER.readTree(bytes));
        } catch (JsonProcessingException e) {
            throw new IOException("the answer is no JSON: is this a schema registry?", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
