package barnabas.registry.rest;

import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonText;
import barnabas.net.http.HttpResponse;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.state.RecordFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Bodies of answers.
public final class Answers {
    private static final String TYPE = "application/vnd.schemaregistry.v1+json";

    private Answers() {}

    /// @param value as in [JsonObject#put]
    static HttpResponse json(Object value) {
        return HttpResponse.of(TYPE, JsonText.of(value));
    }

    /// The text of a schema as it is.
    static HttpResponse text(String schema) {
        return HttpResponse.of(TYPE, StandardCharsets.UTF_8.encode(schema));
    }

    public static HttpResponse of(RegistryProblem problem) {
        var body = new JsonObject().put("error_code", problem.code()).put("message", problem.getMessage());
        Map<String, String> headers =
                problem.status() == 401 ? Map.of("WWW-Authenticate", "Basic realm=\"schema-registry\"") : Map.of();
        return new HttpResponse(problem.status(), TYPE, headers, JsonText.of(body));
    }

    static JsonObject version(SchemaVersion version) {
        var json = new JsonObject()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id());
        schema(json, version.schema());
        if (version.deleted()) json.put("deleted", true);
        return json;
    }

    /// Puts the members of a content.
    static JsonObject schema(JsonObject json, SchemaText schema) {
        if (schema.type() != SchemaType.AVRO)
            json.put("schemaType", schema.type().name());
        if (!schema.references().isEmpty()) json.put("references", RecordFormat.references(schema.references()));
        if (!schema.metadata().isEmpty()) json.put("metadata", schema.metadata());
        if (!schema.ruleSet().isEmpty()) json.put("ruleSet", schema.ruleSet());
        return json.put("schema", schema.text());
    }

    static JsonObject of(String name, @Nullable Object value) {
        return JsonObject.of(name, value);
    }
}
