package barnabas.registry.kinds;

import barnabas.registry.model.RegistryProblem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.Incompatibility;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;

/// Avro, with the rules of its own library.
final class AvroKind implements SchemaKind {
    /// Attributes in the order of a normalised text; others follow by name.
    private static final List<String> ORDER = List.of(
            "type",
            "name",
            "namespace",
            "doc",
            "aliases",
            "fields",
            "symbols",
            "items",
            "values",
            "size",
            "default",
            "order");

    @Override
    public ParsedSchema parse(String text, List<Used> used) throws RegistryProblem {
        Object tree = JsonForm.parse(text);
        try {
            // defaults last: to check them takes time for each place where a type is used
            AvroSize.check(parsed(text, used, false));
            return new Parsed(parsed(text, used, true), tree);
        } catch (AvroRuntimeException | StackOverflowError e) {
            throw RegistryProblem.invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    private static Schema parsed(String text, List<Used> used, boolean checksDefaults) {
        var parser = new Schema.Parser().setValidateDefaults(checksDefaults);
        for (Used each : used) parser.parse(each.schema().text());
        return parser.parse(text);
    }

    private record Parsed(Schema schema, Object tree) implements ParsedSchema {
        @Override
        public String canonical() {
            return JsonForm.compact(tree);
        }

        @Override
        public String normalized() {
            return JsonForm.compact(ordered(tree));
        }

        @Override
        public List<String> obstacles(ParsedSchema writer) {
            if (!(writer instanceof Parsed other)) return List.of("/: not an Avro schema");
            var obstacles = new ArrayList<String>();
            var answer = SchemaCompatibility.checkReaderWriterCompatibility(schema, other.schema);
            for (Incompatibility each : answer.getResult().getIncompatibilities())
                obstacles.add(each.getLocation() + ": " + each.getType() + ": " + shortened(each.getMessage()));
            return obstacles;
        }

        @Override
        public List<String> recordNames() {
            return switch (schema.getType()) {
                case RECORD, ENUM, FIXED -> List.of(schema.getFullName());
                default -> List.of();
            };
        }

        @Override
        public Optional<BytesCheck> check() {
            return Optional.of(AvroBytes.of(schema)::fits);
        }

        @Override
        public String json(ByteBuffer data) throws MismatchException {
            // The library makes room for what a length or a count claims.
            if (!AvroBytes.of(schema).fits(data, data.position(), data.limit()))
                throw new MismatchException("not of its Avro schema");
            var bytes = new byte[data.remaining()];
            data.duplicate().get(bytes);
            var text = new ByteArrayOutputStream();
            try {
                BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
                Object value = new GenericDatumReader<>(schema).read(null, decoder);
                if (!decoder.isEnd()) throw new MismatchException("bytes behind the value");
                JsonEncoder encoder = EncoderFactory.get().jsonEncoder(schema, text, false);
                new GenericDatumWriter<>(schema).write(value, encoder);
                encoder.flush();
            } catch (IOException | RuntimeException | StackOverflowError e) {
                throw new MismatchException("not of its Avro schema: " + e.getMessage());
            }
            return text.toString(StandardCharsets.UTF_8);
        }
    }

    /// A message lists all symbols of an enum.
    private static String shortened(String message) {
        return message.length() > 1_000 ? message.substring(0, 1_000) + "…" : message;
    }

    /// The same schema with attributes in one order and `{"type":"string"}` written as `"string"`.
    private static Object ordered(Object value) {
        if (value instanceof List<?> list) {
            var items = new ArrayList<>(list.size());
            for (Object each : list) items.add(ordered(each));
            return items;
        }
        if (!(value instanceof Map<?, ?> map)) return value;
        if (map.size() == 1 && map.get("type") instanceof String primitive) return primitive;
        var members = new LinkedHashMap<String, Object>();
        for (String each : ORDER) {
            Object present = map.get(each);
            if (present != null) members.put(each, part(each, present));
        }
        var others = new TreeMap<String, Object>();
        map.forEach((name, member) -> {
            if (!members.containsKey(String.valueOf(name))) others.put(String.valueOf(name), JsonForm.sorted(member));
        });
        members.putAll(others);
        return members;
    }

    /// Schemas lie in some attributes only: a default is data.
    private static Object part(String attribute, Object value) {
        return switch (attribute) {
            case "type", "fields", "items", "values" -> ordered(value);
            default -> value;
        };
    }
}
