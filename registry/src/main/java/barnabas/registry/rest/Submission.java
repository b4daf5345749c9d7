package barnabas.registry.rest;

import barnabas.console.json.JsonTree;
import barnabas.registry.model.Reference;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A schema in the body of a request.
///
/// @param id of an import, 0 without one
/// @param version of an import, 0 without one
record Submission(SchemaText schema, int id, int version) {
    private static final int REFERENCES_MAX = 500;

    static Submission of(RegistryRequest request) throws RegistryProblem {
        Map<?, ?> body = request.json();
        if (!(body.get("schema") instanceof String text) || text.isBlank())
            throw new RegistryProblem(42201, "Empty schema");
        SchemaType type = SchemaType.AVRO;
        if (body.get("schemaType") instanceof String name) {
            SchemaType named = SchemaType.named(name);
            if (named == null) throw new RegistryProblem(42201, "Invalid schema type " + name);
            type = named;
        }
        var schema = new SchemaText(
                type,
                text,
                references(request, body.get("references")),
                members("metadata", body.get("metadata")),
                members("ruleSet", body.get("ruleSet")));
        int version = RegistryRequest.bodyNumber(body, "version");
        return new Submission(schema, RegistryRequest.bodyNumber(body, "id"), Math.max(version, 0));
    }

    private static List<Reference> references(RegistryRequest request, @Nullable Object value) throws RegistryProblem {
        if (value == null || value.equals(JsonTree.NULL)) return List.of();
        if (!(value instanceof List<?> list)) throw new RegistryProblem(422, "references is no array");
        if (list.size() > REFERENCES_MAX) throw RegistryProblem.invalidSchema(list.size() + " references");
        var references = new ArrayList<Reference>(list.size());
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> map)
                    || !(map.get("name") instanceof String name)
                    || !(map.get("subject") instanceof String subject))
                throw new RegistryProblem(422, "a reference has no name or subject");
            int version = RegistryRequest.bodyNumber(map, "version");
            references.add(new Reference(name, request.subject(subject), version == 0 ? -1 : version));
        }
        return references;
    }

    private static Map<String, Object> members(String name, @Nullable Object value) throws RegistryProblem {
        if (value == null || value.equals(JsonTree.NULL)) return Map.of();
        if (!(value instanceof Map<?, ?> map)) throw new RegistryProblem(422, name + " is no object");
        var members = new LinkedHashMap<String, Object>();
        map.forEach((key, member) -> {
            if (!member.equals(JsonTree.NULL)) members.put(String.valueOf(key), member);
        });
        return members;
    }
}
