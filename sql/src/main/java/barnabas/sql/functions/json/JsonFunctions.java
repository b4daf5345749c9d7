package barnabas.sql.functions.json;

import barnabas.sql.functions.Remembered;
import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Comparison;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Functions of strings that hold JSON. Text that is no JSON gives null.
public final class JsonFunctions {
    private static final String CATEGORY = "Strings";

    private JsonFunctions() {}

    public static List<SqlFunction> all() {
        return List.of(
                Scalar.named("EXTRACTJSONFIELD", CATEGORY, "Returns the value at a JSON path as a string.")
                        .strictWith("(json STRING, path STRING) STRING", () -> {
                            Remembered<JsonPath> paths = new Remembered<>(JsonPath::of);
                            return a -> extract(paths.of((String) a[1]), (String) a[0]);
                        })
                        .example(
                                "EXTRACTJSONFIELD('{\"log\": {\"cloud\": \"gcp836Csd\"}}', '$.log.cloud') => 'gcp836Csd'")
                        .build(),
                Scalar.named("IS_JSON_STRING", CATEGORY, "Returns whether a string holds a JSON value.")
                        .variant("(json STRING) BOOLEAN", a -> a[0] instanceof String json && Json.read(json) != null)
                        .example("IS_JSON_STRING('[1, 2, 3]') => TRUE")
                        .example("IS_JSON_STRING('abc') => FALSE")
                        .build(),
                arrayContains(),
                Scalar.named("JSON_ARRAY_LENGTH", CATEGORY, "Returns the number of elements of a JSON array.")
                        .strict("(json STRING) INTEGER", a -> {
                            JsonNode node = Json.read((String) a[0]);
                            return node != null && node.isArray() ? node.size() : null;
                        })
                        .example("JSON_ARRAY_LENGTH('[1, [1, [2]], 3]') => 3")
                        .build(),
                concat(),
                items(),
                keys(),
                records(),
                Scalar.named("TO_JSON_STRING", CATEGORY, "Converts a value of any type to JSON.")
                        .variant("(value T) STRING", a -> Json.of(a[0]).toString())
                        .example("TO_JSON_STRING(ARRAY[1, 2, 3]) => '[1,2,3]'")
                        .example("TO_JSON_STRING(STRUCT(ID := 1, NAME := 'A')) => '{\"ID\":1,\"NAME\":\"A\"}'")
                        .build());
    }

    private static @Nullable String extract(JsonPath path, String json) {
        JsonNode root = Json.read(json);
        JsonNode node = root == null ? null : path.in(root);
        if (node == null || node.isNull()) return null;
        return node.isTextual() ? node.textValue() : node.toString();
    }

    private static SqlFunction arrayContains() {
        Scalar.Builder builder =
                Scalar.named("JSON_ARRAY_CONTAINS", "Collections", "Returns whether a JSON array holds a value.");
        for (String type : List.of("BOOLEAN", "INTEGER", "BIGINT", "DOUBLE", "STRING"))
            builder.variant("(json STRING, value " + type + ") BOOLEAN", a -> {
                JsonNode node = a[0] instanceof String json ? Json.read(json) : null;
                if (node == null || !node.isArray()) return false;
                for (JsonNode each : node) if (Comparison.equal(scalar(each), a[1])) return true;
                return false;
            });
        return builder.example("JSON_ARRAY_CONTAINS('[1, 2, 3]', 3) => TRUE").build();
    }

    /// The value of a node without parts; the node for others, which equals no SQL value.
    private static @Nullable Object scalar(JsonNode node) {
        if (node.isNull()) return null;
        if (node.isBoolean()) return node.booleanValue();
        if (node.isTextual()) return node.textValue();
        return node.isNumber() ? node.decimalValue() : node;
    }

    private static SqlFunction concat() {
        return Scalar.named("JSON_CONCAT", CATEGORY, "Merges JSON objects, or appends JSON values in an array.")
                .strict("(json STRING, more STRING...) STRING", a -> {
                    List<JsonNode> nodes = new ArrayList<>();
                    for (Object json : a) {
                        JsonNode node = Json.read((String) json);
                        if (node == null) return null;
                        nodes.add(node);
                    }
                    return (nodes.stream().allMatch(JsonNode::isObject) ? merged(nodes) : appended(nodes)).toString();
                })
                .example("JSON_CONCAT('{\"a\": 1}', '{\"b\": 2}') => '{\"a\":1,\"b\":2}'")
                .example("JSON_CONCAT('[1, 2]', '3') => '[1,2,3]'")
                .build();
    }

    private static JsonNode merged(List<JsonNode> objects) {
        ObjectNode merged = Json.object();
        for (JsonNode object : objects)
            object.properties().forEach(field -> merged.set(field.getKey(), field.getValue()));
        return merged;
    }

    private static JsonNode appended(List<JsonNode> nodes) {
        ArrayNode appended = Json.array();
        for (JsonNode node : nodes) {
            if (node instanceof ArrayNode array) appended.addAll(array);
            else appended.add(node);
        }
        return appended;
    }

    private static SqlFunction items() {
        return Scalar.named("JSON_ITEMS", CATEGORY, "Returns the elements of a JSON array as strings with JSON.")
                .strict("(json STRING) ARRAY<STRING>", a -> {
                    JsonNode node = Json.read((String) a[0]);
                    if (node == null || !node.isArray()) return null;
                    List<String> items = new ArrayList<>();
                    for (JsonNode each : node) items.add(each.toString());
                    return items;
                })
                .example("JSON_ITEMS('[1, {\"a\": 2}]') => ARRAY['1', '{\"a\":2}']")
                .build();
    }

    private static SqlFunction keys() {
        return Scalar.named("JSON_KEYS", CATEGORY, "Returns the keys of a JSON object.")
                .strict("(json STRING) ARRAY<STRING>", a -> {
                    JsonNode node = Json.read((String) a[0]);
                    if (node == null || !node.isObject()) return null;
                    List<String> keys = new ArrayList<>();
                    node.fieldNames().forEachRemaining(keys::add);
                    return keys;
                })
                .example("JSON_KEYS('{\"a\": \"abc\", \"b\": {\"c\": \"a\"}, \"d\": 1}') => ARRAY['a', 'b', 'd']")
                .build();
    }

    private static SqlFunction records() {
        return Scalar.named("JSON_RECORDS", CATEGORY, "Returns the keys of a JSON object with their values as JSON.")
                .strict("(json STRING) MAP<STRING, STRING>", a -> {
                    JsonNode node = Json.read((String) a[0]);
                    if (node == null || !node.isObject()) return null;
                    Map<String, String> records = new LinkedHashMap<>();
                    node.properties()
                            .forEach(field ->
                                    records.put(field.getKey(), field.getValue().toString()));
                    return records;
                })
                .example("JSON_RECORDS('{\"a\": \"abc\", \"d\": 1}') => MAP('a' := '\"abc\"', 'd' := '1')")
                .build();
    }
}
