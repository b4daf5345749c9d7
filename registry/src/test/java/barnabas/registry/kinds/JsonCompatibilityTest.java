package barnabas.registry.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.registry.kinds.ParsedSchema.MismatchException;
import barnabas.registry.model.RegistryProblem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Verdicts on random pairs of JSON schemas beside those of the library that validates: where the check finds no
/// obstacle, every value of the old schema is one of the new schema.
class JsonCompatibilityTest {
    private static final int PAIRS = Integer.getInteger("barnabas.registry.pairs", 4_000);
    private static final int VALUES = 60;
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final List<String> TYPES =
            List.of("null", "boolean", "integer", "number", "string", "array", "object");

    private final long seed = Long.getLong("barnabas.registry.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    @Test
    void aCompatibleSchemaTakesEveryValueOfTheOldOne() throws Exception {
        int compatible = 0;
        int taken = 0;
        for (int i = 0; i < PAIRS; i++) {
            Map<String, Object> old = schema(2);
            Map<String, Object> changed = random.nextInt(6) == 0 ? schema(2) : mutated(old, 2);
            ParsedSchema writer = parsed(old);
            ParsedSchema reader = parsed(changed);
            if (!reader.obstacles(writer).isEmpty()) continue;
            compatible++;
            for (int j = 0; j < VALUES; j++) {
                String value = text(value(2));
                if (!isValid(writer, value)) continue;
                taken++;
                assertThat(isValid(reader, value))
                        .as("seed %d: %s, of %s, in %s", seed, value, text(old), text(changed))
                        .isTrue();
            }
        }
        assertThat(compatible).as("seed " + seed).isGreaterThan(PAIRS / 20);
        assertThat(taken).as("seed " + seed).isGreaterThan(PAIRS);
    }

    @Test
    void aSchemaIsCompatibleWithItself() throws Exception {
        for (int i = 0; i < PAIRS; i++) {
            Map<String, Object> schema = schema(3);
            assertThat(parsed(schema).obstacles(parsed(schema)))
                    .as("seed %d: %s", seed, text(schema))
                    .isEmpty();
        }
    }

    /// From draft 2019-09 on what stands beside a reference counts; before it does not.
    @Test
    void limitsBesideAReferenceCount() throws Exception {
        assertThat(besideReference("2020-12", "", ",\"minLength\":2")).isNotEmpty();
        assertThat(besideReference("2020-12", ",\"minLength\":2", ",\"minLength\":2"))
                .isEmpty();
        assertThat(besideReference("2020-12", ",\"minLength\":2", ",\"minLength\":1"))
                .isEmpty();
        assertThat(besideReference("2020-12", ",\"minLength\":2", "")).isEmpty();
        assertThat(besideReference("2020-12", "", ",\"title\":\"t\"")).isEmpty();
        assertThat(besideReference("7", "", ",\"minLength\":2")).isEmpty();
    }

    private static List<String> besideReference(String draft, String old, String now) throws RegistryProblem {
        String id = draft.equals("7")
                ? "http://json-schema.org/draft-07/schema#"
                : "https://json-schema.org/draft/2020-12/schema";
        String form = "{\"$schema\":\"" + id
                + "\",\"$defs\":{\"s\":{\"type\":\"string\"}},\"properties\":{\"p\":{\"$ref\":\"#/$defs/s\"%s}}}";
        return new JsonKind()
                .parse(form.formatted(now), List.of())
                .obstacles(new JsonKind().parse(form.formatted(old), List.of()));
    }

    private static ParsedSchema parsed(Map<String, Object> schema) throws RegistryProblem {
        return new JsonKind().parse(text(schema), List.of());
    }

    private static boolean isValid(ParsedSchema schema, String value) {
        try {
            schema.json(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
            return true;
        } catch (MismatchException e) {
            return false;
        }
    }

    // ---- schemas

    private Map<String, Object> schema(int depth) {
        var schema = new LinkedHashMap<String, Object>();
        if (random.nextInt(8) > 0) schema.put("type", random.nextInt(4) == 0 ? two() : any(TYPES));
        for (int left = random.nextInt(4); left > 0; left--) constrain(schema, depth);
        return schema;
    }

    private List<String> two() {
        String one = any(TYPES);
        String other = any(TYPES);
        return one.equals(other) ? List.of(one) : List.of(one, other);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void constrain(Map<String, Object> schema, int depth) {
        switch (random.nextInt(depth > 0 ? 19 : 11)) {
            case 0 -> {
                var values = new LinkedHashMap<String, Object>();
                for (Object each : List.of(value(0), value(0), "x")) values.put(text(each), each);
                schema.put("enum", List.copyOf(values.values()));
            }
            case 1 -> schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", random.nextInt(-2, 3));
            case 2 -> schema.put(random.nextBoolean() ? "maximum" : "exclusiveMaximum", random.nextInt(0, 5));
            case 3 -> schema.put("minLength", random.nextInt(3));
            case 4 -> schema.put("maxLength", random.nextInt(4));
            case 5 -> schema.put("pattern", any(List.of("^a", "b$", "a")));
            case 6 -> schema.put("multipleOf", 1 + random.nextInt(4));
            case 7 -> schema.put(random.nextBoolean() ? "minItems" : "minProperties", random.nextInt(3));
            case 8 -> schema.put(random.nextBoolean() ? "maxItems" : "maxProperties", random.nextInt(4));
            case 9 -> schema.put("required", List.of(any(NAMES)));
            case 10 -> schema.put("const", value(0));
            case 11, 12, 13 -> {
                var properties = new LinkedHashMap<String, Object>();
                for (int left = 1 + random.nextInt(2); left > 0; left--) properties.put(any(NAMES), schema(depth - 1));
                schema.put("properties", properties);
            }
            case 14 -> schema.put("additionalProperties", random.nextBoolean() ? false : schema(depth - 1));
            case 15 -> schema.put("items", random.nextInt(3) == 0 ? List.of(schema(depth - 1)) : schema(depth - 1));
            // the library takes members of an object for items
            case 16 -> {
                schema.put("type", "array");
                schema.put("uniqueItems", random.nextBoolean());
            }
            case 17 ->
                schema.put(any(List.of("anyOf", "oneOf", "allOf")), List.of(schema(depth - 1), schema(depth - 1)));
            default -> {
                if (random.nextBoolean()) schema.put("not", schema(0));
                else schema.put("patternProperties", Map.of("^a", schema(0)));
            }
        }
    }

    /// The same with one change, at any depth.
    private Map<String, Object> mutated(Map<String, Object> schema, int depth) {
        var changed = new LinkedHashMap<>(schema);
        List<String> keys = new ArrayList<>(schema.keySet());
        switch (random.nextInt(5)) {
            case 0 -> {
                if (!keys.isEmpty() && !keys.contains("uniqueItems")) changed.remove(any(keys));
            }
            case 1 -> constrain(changed, depth);
            case 2 -> {
                if (changed.containsKey("uniqueItems")) return changed;
                if (changed.get("type") instanceof String type) changed.put("type", List.of(type, wider(type)));
                else changed.remove("type");
            }
            case 3 -> {
                if (depth > 0) return wrapped(schema, depth);
            }
            default -> {
                for (String key : keys) {
                    if (changed.get(key) instanceof Map<?, ?> map && depth > 0) {
                        changed.put(
                                key,
                                key.endsWith("roperties") && !key.startsWith("add")
                                        ? members(map, depth)
                                        : mutated(typed(map), depth - 1));
                        break;
                    }
                }
            }
        }
        return changed;
    }

    private Map<String, Object> wrapped(Map<String, Object> schema, int depth) {
        List<Object> parts = new ArrayList<>(List.of(schema, schema(depth - 1)));
        if (random.nextBoolean()) parts = List.of(parts.get(1), parts.get(0));
        return new LinkedHashMap<>(Map.of(any(List.of("anyOf", "oneOf", "allOf")), parts));
    }

    private Map<String, Object> members(Map<?, ?> map, int depth) {
        var changed = typed(map);
        String key = any(new ArrayList<>(changed.keySet()));
        if (random.nextInt(3) == 0) changed.remove(key);
        else if (changed.get(key) instanceof Map<?, ?> one) changed.put(key, mutated(typed(one), depth - 1));
        return changed;
    }

    private static Map<String, Object> typed(Map<?, ?> map) {
        var typed = new LinkedHashMap<String, Object>();
        map.forEach((key, value) -> typed.put(String.valueOf(key), value));
        return typed;
    }

    private String wider(String type) {
        if (type.equals("integer") && random.nextBoolean()) return "number";
        String other = any(TYPES);
        return other.equals(type) ? type.equals("null") ? "string" : "null" : other;
    }

    // ---- values

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 9 : 6)) {
            case 0 -> Literal.NULL;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextInt(-3, 6);
            case 3 -> random.nextInt(-3, 6) + 0.5;
            case 4, 5 -> any(List.of("", "a", "b", "ab", "abc", "bcda"));
            case 6 -> {
                var list = new ArrayList<Object>();
                for (int left = random.nextInt(4); left > 0; left--) list.add(value(depth - 1));
                yield list;
            }
            default -> {
                var members = new LinkedHashMap<String, Object>();
                for (int left = random.nextInt(4); left > 0; left--) members.put(any(NAMES), value(depth - 1));
                yield members;
            }
        };
    }

    private enum Literal {
        NULL;

        @Override
        public String toString() {
            return "null";
        }
    }

    private static String text(Object value) {
        return switch (value) {
            case String text -> '"' + text + '"';
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(each -> text(each.getKey()) + ":" + text(each.getValue()))
                        .collect(Collectors.joining(",", "{", "}"));
            case List<?> list ->
                list.stream().map(JsonCompatibilityTest::text).collect(Collectors.joining(",", "[", "]"));
            default -> String.valueOf(value);
        };
    }
}
