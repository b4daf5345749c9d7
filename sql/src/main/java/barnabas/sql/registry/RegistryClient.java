package barnabas.sql.registry;

import barnabas.base.Mutex;
import barnabas.sql.web.JsonService;
import barnabas.sql.web.ServiceAddress;
import barnabas.sql.web.ServiceUnavailable;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// A schema registry's REST interface. Safe for use by many threads.
public final class RegistryClient implements AutoCloseable {
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int KEPT_MAX = 1_000;
    private static final int REFERENCES_MAX = 100;
    private static final int NOT_FOUND = 404;

    private final JsonService http;
    private final Mutex mutex = new Mutex();
    private final Map<Integer, Known> known = new LinkedHashMap<>(16, 0.75f, true); // guarded by mutex

    /// A schema.
    ///
    /// @param type AVRO, JSON or PROTOBUF
    /// @param used texts of the schemas that it refers to, those without references first
    public record Known(int id, String type, String text, List<String> used) {}

    public RegistryClient(ServiceAddress address) {
        http = new JsonService("schema registry", TYPE, address);
    }

    public static String subject(String topic, boolean key) {
        return topic + (key ? "-key" : "-value");
    }

    /// Registers a schema that may be there already.
    ///
    /// @return its id
    /// @throws SerializationException when the registry refuses it
    /// @throws ServiceUnavailable when no registry answers
    public int register(String subject, String type, String schema) {
        JsonService.Answer answer =
                http.send("POST", "/subjects/" + JsonService.encoded(subject) + "/versions", body(type, schema));
        JsonNode id = answer.body().path("id");
        if (answer.status() == 200 && id.isInt()) return id.intValue();
        throw refused(subject, answer.problem());
    }

    /// Asks whether a schema fits the newest one of a subject.
    ///
    /// @throws SerializationException when it does not
    void check(String subject, String type, String schema) {
        JsonService.Answer answer = http.send(
                "POST",
                "/compatibility/subjects/" + JsonService.encoded(subject) + "/versions/latest",
                body(type, schema));
        JsonNode compatible = answer.body().path("is_compatible");
        if (answer.status() == 200 && !compatible.asBoolean(true))
            throw refused(subject, "it is incompatible with the newest one");
    }

    private static ObjectNode body(String type, String schema) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (!type.equals("AVRO")) body.put("schemaType", type);
        return body.put("schema", schema);
    }

    private static SerializationException refused(String subject, String reason) {
        return new SerializationException(
                "The schema registry does not take the schema for subject '" + subject + "': " + reason);
    }

    /// @throws SerializationException when there is no such schema
    public Known schema(int id) {
        try (var _ = mutex.hold()) {
            Known kept = known.get(id);
            if (kept != null) return kept;
        }
        JsonService.Answer answer = http.send("GET", "/schemas/ids/" + id, null);
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
        JsonService.Answer answer =
                http.send("GET", "/subjects/" + JsonService.encoded(subject) + "/versions/latest", null);
        if (answer.status() == NOT_FOUND) return Optional.empty();
        if (answer.status() != 200)
            throw new ServiceUnavailable(
                    "The schema registry does not show subject '" + subject + "': " + answer.problem());
        return Optional.of(known(answer.body().path("id").asInt(), answer.body()));
    }

    /// Whether the subject has the schema, or, without an id, any.
    public boolean has(@Nullable String subject, @Nullable Integer id) {
        if (subject == null)
            return id != null && http.send("GET", "/schemas/ids/" + id, null).status() == 200;
        if (id == null) return latest(subject).isPresent();
        JsonService.Answer answer = http.send("GET", "/schemas/ids/" + id + "/versions", null);
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
            String path =
                    "/subjects/" + JsonService.encoded(each.path("subject").asText()) + "/versions/"
                            + each.path("version").asInt();
            if (used.containsKey(path)) continue;
            if (used.size() >= REFERENCES_MAX)
                throw new SerializationException("The schema refers to more than " + REFERENCES_MAX + " others");
            JsonService.Answer answer = http.send("GET", path, null);
            if (answer.status() != 200)
                throw new SerializationException("The schema refers to " + path + ": " + answer.problem());
            references(answer.body(), used);
            used.put(path, answer.body().path("schema").asText());
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
