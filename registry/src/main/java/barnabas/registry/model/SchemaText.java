package barnabas.registry.model;

import java.util.List;
import java.util.Map;

/// Content of a schema: schemas of one context with the same content have one id.
///
/// @param metadata as a client gave it; empty without any
/// @param ruleSet as a client gave it; empty without any
public record SchemaText(
        SchemaType type,
        String text,
        List<Reference> references,
        Map<String, Object> metadata,
        Map<String, Object> ruleSet) {
    public SchemaText {
        references = List.copyOf(references);
    }

    public static SchemaText of(SchemaType type, String text, List<Reference> references) {
        return new SchemaText(type, text, references, Map.of(), Map.of());
    }

    public SchemaText withText(String other) {
        return new SchemaText(type, other, references, metadata, ruleSet);
    }

    public SchemaText withReferences(List<Reference> others) {
        return new SchemaText(type, text, others, metadata, ruleSet);
    }
}
