package barnabas.sql.cases;

import barnabas.sql.schemas.FieldNames;
import barnabas.sql.schemas.SchemaTypes;
import barnabas.sql.statements.TopicTypes;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A case of a file.
///
/// @param topics formats and schemas that the file declares for topics
/// @param outputs null when the file has none: records out are not compared then
/// @param rows of each SELECT, in their order; missing when the file has none: they are not compared then
/// @param failure expected failure; null when all statements must succeed
/// @param post conditions for streams, tables and topics at the end
/// @param enabled false for a case that is not run
record SqlCase(
        String name,
        List<String> statements,
        Map<String, String> properties,
        JsonNode topics,
        List<CaseRecord> inputs,
        @Nullable List<CaseRecord> outputs,
        List<JsonNode> rows,
        @Nullable ExpectedFailure failure,
        JsonNode post,
        boolean enabled)
        implements TopicTypes {

    /// Type of the schema that the case declares for keys or values of a topic.
    @Override
    public Optional<SqlType> type(String topic, Side side) {
        for (JsonNode each : topics) {
            if (!each.path("name").asText().equals(topic)) continue;
            JsonNode schema = schema(each, side.key());
            if (!schema.isMissingNode() && !schema.isNull())
                return SchemaTypes.of(side.format(), schema, side.name(), FieldNames.UPPER_CASE);
        }
        return Optional.empty();
    }

    /// Schema of a topic's keys or values; missing without one.
    static JsonNode schema(JsonNode topic, boolean key) {
        JsonNode schema = topic.path(key ? "keySchema" : "valueSchema");
        return !key && schema.isMissingNode() ? topic.path("schema") : schema;
    }

    /// Type of the schema with this id, of keys or values of any topic. In a case without ids any id stands for the
    /// first schema.
    @Override
    public Optional<SqlType> withId(int id, Side side) {
        boolean key = side.key();
        boolean ids = false;
        for (JsonNode each : topics) ids |= each.has("keySchemaId") || each.has("valueSchemaId");
        for (JsonNode each : topics) {
            JsonNode schema = schema(each, key);
            if (!ids && !schema.isMissingNode()) return type(schema, side);
            for (boolean ofKey : new boolean[] {key, !key})
                if (ids && each.path(ofKey ? "keySchemaId" : "valueSchemaId").asInt() == id)
                    return type(schema(each, ofKey), side);
        }
        return Optional.empty();
    }

    private static Optional<SqlType> type(JsonNode schema, Side side) {
        return SchemaTypes.of(side.format(), schema, side.name(), FieldNames.AS_WRITTEN);
    }

    /// Numbers of partitions that the case declares for topics.
    Map<String, Integer> partitions() {
        var partitions = new LinkedHashMap<String, Integer>();
        for (JsonNode each : topics)
            if (each.path("partitions").isInt())
                partitions.put(
                        each.path("name").asText(), each.path("partitions").intValue());
        return partitions;
    }

    /// The cases of a file, unread: `{"tests": [...]}`, an array, or one case.
    static List<JsonNode> nodes(JsonNode file) {
        JsonNode tests = file.has("tests") ? file.get("tests") : file.has("cases") ? file.get("cases") : file;
        var nodes = new ArrayList<JsonNode>();
        if (tests.isObject()) nodes.add(tests);
        else for (JsonNode each : tests) nodes.add(each);
        return nodes;
    }

    /// A case with several formats is several cases.
    ///
    /// @throws IllegalArgumentException when a part of it cannot be read
    static List<SqlCase> of(JsonNode node) {
        if (!node.path("statements").isArray() && !node.path("statements").isTextual())
            throw new IllegalArgumentException("no 'statements'");
        return formats(node);
    }

    private static List<SqlCase> formats(JsonNode node) {
        JsonNode formats = node.path("format");
        var cases = new ArrayList<SqlCase>();
        if (formats.isTextual()) {
            cases.add(of(with(node, formats.textValue()), ""));
        } else if (formats.isArray() && !formats.isEmpty()) {
            for (JsonNode each : formats) cases.add(of(with(node, each.asText()), " - " + each.asText()));
        } else {
            cases.add(of(node, ""));
        }
        return cases;
    }

    /// The case with the format in each of its texts.
    private static JsonNode with(JsonNode node, String format) {
        try {
            return TopicBytes.MAPPER.readTree(node.toString().replace("{FORMAT}", format));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("'" + format + "' is no format", e);
        }
    }

    private static SqlCase of(JsonNode node, String suffix) {
        var statements = new ArrayList<String>();
        JsonNode texts = node.path("statements");
        if (texts.isTextual()) statements.add(texts.textValue());
        for (JsonNode each : texts) statements.add(each.asText());
        var properties = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> each : node.path("properties").properties())
            properties.put(each.getKey(), each.getValue().asText());
        return new SqlCase(
                node.path("name").asText("(no name)") + suffix,
                statements,
                properties,
                node.path("topics"),
                records(node.path("inputs")),
                node.has("outputs") ? records(node.get("outputs")) : null,
                SelectedRows.expected(node),
                ExpectedFailure.of(node.path("expectedException")),
                node.path("post"),
                node.path("enabled").asBoolean(true));
    }

    private static List<CaseRecord> records(JsonNode nodes) {
        var records = new ArrayList<CaseRecord>();
        for (JsonNode each : nodes) records.add(CaseRecord.of(each));
        return records;
    }
}
