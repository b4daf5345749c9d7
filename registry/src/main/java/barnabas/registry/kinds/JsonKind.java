package barnabas.registry.kinds;

import barnabas.registry.model.RegistryProblem;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON Schema, drafts 4 to 2020-12. A schema that names no draft is of draft 7, as Confluent's registry takes it.
/// Nothing is fetched from the network: what is not among the references does not exist.
final class JsonKind implements SchemaKind {
    private static final SpecificationVersion DRAFT_BY_DEFAULT = SpecificationVersion.DRAFT_7;

    @Override
    public ParsedSchema parse(String text, List<Used> used) throws RegistryProblem {
        Object tree = JsonForm.parse(text);
        if (!(tree instanceof Map<?, ?>) && !(tree instanceof Boolean))
            throw RegistryProblem.invalidSchema("a JSON schema is an object or a boolean");
        Map<String, Object> documents = new HashMap<>();
        Map<String, String> texts = new HashMap<>();
        for (Used each : used) {
            documents.put(each.name(), JsonForm.parse(each.schema().text()));
            texts.put(each.name(), each.schema().text());
        }
        checkAgainstDraft(tree, text);
        var document = new JsonDocument(tree, documents);
        document.checkReferences();
        return new Parsed(text, document, texts);
    }

    private static SpecificationVersion draft(Object tree) {
        if (tree instanceof Map<?, ?> map && map.get("$schema") instanceof String id)
            return SpecificationVersion.fromDialectId(id).orElse(DRAFT_BY_DEFAULT);
        return DRAFT_BY_DEFAULT;
    }

    private static void checkAgainstDraft(Object tree, String text) throws RegistryProblem {
        String draft = draft(tree).getDialectId();
        try {
            Schema ofSchemas = SchemaRegistry.withDefaultDialect(draft(tree)).getSchema(SchemaLocation.of(draft));
            List<Error> errors = ofSchemas.validate(text, InputFormat.JSON);
            if (!errors.isEmpty()) throw RegistryProblem.invalidSchema(sentence(errors.getFirst()));
        } catch (RuntimeException | StackOverflowError e) {
            throw RegistryProblem.invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    private static String sentence(Error error) {
        String place = error.getInstanceLocation().toString();
        return (place.isEmpty() ? "/" : place) + ": " + error.getMessage();
    }

    private static final class Parsed implements ParsedSchema {
        private final String text;
        private final JsonDocument document;
        private final Map<String, String> used;
        private volatile @Nullable Schema validator;

        Parsed(String text, JsonDocument document, Map<String, String> used) {
            this.text = text;
            this.document = document;
            this.used = used;
        }

        @Override
        public String canonical() {
            return JsonForm.compact(document.root());
        }

        @Override
        public String normalized() {
            return JsonForm.compact(JsonForm.sorted(document.root()));
        }

        @Override
        public List<String> obstacles(ParsedSchema writer) {
            if (!(writer instanceof Parsed other)) return List.of("/: not a JSON schema");
            return new JsonSubset(other.document, document).obstacles();
        }

        @Override
        public List<String> recordNames() {
            return document.root() instanceof Map<?, ?> map && map.get("title") instanceof String title
                    ? List.of(title)
                    : List.of();
        }

        @Override
        public String json(ByteBuffer data) throws MismatchException {
            String value = StandardCharsets.UTF_8.decode(data.duplicate()).toString();
            try {
                JsonForm.parse(value);
                List<Error> errors =
                        BoundedPattern.within(value.length(), () -> validator().validate(value, InputFormat.JSON));
                if (!errors.isEmpty()) throw new MismatchException(sentence(errors.getFirst()));
            } catch (RegistryProblem e) {
                throw new MismatchException("no JSON: " + e.getMessage());
            } catch (RuntimeException | StackOverflowError | BoundedPattern.TooManySteps e) {
                throw new MismatchException("not of its JSON schema: " + e.getMessage());
            }
            return value;
        }

        private Schema validator() {
            Schema present = validator;
            if (present == null) {
                SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(
                        draft(document.root()),
                        builder -> builder.schemas(used::get)
                                .dialectRegistry(CountedReference.DRAFTS)
                                .schemaRegistryConfig(BoundedPattern.CONFIG));
                validator = present = schemas.getSchema(text, InputFormat.JSON);
            }
            return present;
        }
    }
}
