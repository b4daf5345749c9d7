package barnabas.sql.definitions;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Streams and tables as JSON; docs/formats/sql-definitions.md.
final class SourceForm {
    private SourceForm() {}

    static ObjectNode node(DataSource source) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("kind", source.kind().name());
        node.put("name", source.name());
        node.put("topic", source.topic());
        if (source.readOnly()) node.put("readOnly", true);
        var columns = node.putArray("columns");
        for (Column each : source.schema().columns()) {
            ObjectNode column = columns.addObject();
            column.put("name", each.name());
            column.put("type", each.type().toString());
            column.put("role", each.role().name());
            if (each.header() != null) column.put("header", each.header());
        }
        DataSource.Encoding encoding = source.encoding();
        node.put("keyFormat", encoding.keyFormat().name());
        node.put("valueFormat", encoding.valueFormat().name());
        Format.Options options = encoding.options();
        if (options.wrapSingle() != null) node.put("wrapSingle", options.wrapSingle());
        node.put("delimiter", String.valueOf(options.delimiter()));
        node.put("keyDelimiter", String.valueOf(options.keyDelimiter()));
        nulls(node, "nulls", options.nulls());
        nulls(node, "keyNulls", options.keyNulls());
        schema(node, "keySchema", "keySchemaName", options.keySchema());
        schema(node, "valueSchema", "valueSchemaName", options.valueSchema());
        DataSource.TimestampColumn timestamp = encoding.timestamp();
        if (timestamp != null) {
            node.put("timestampColumn", timestamp.column());
            if (timestamp.format() != null) node.put("timestampFormat", timestamp.format());
        }
        WindowInfo window = encoding.window();
        if (window != null) {
            node.put("window", window.kind().name());
            if (window.sizeMs() != null) node.put("windowSizeMs", window.sizeMs());
        }
        return node;
    }

    /// Optional fields are `true`, which is older than wrappers.
    private static void nulls(ObjectNode node, String name, Format.Nulls nulls) {
        switch (nulls) {
            case NONE -> {}
            case OPTIONAL -> node.put(name, true);
            case WRAPPER -> node.put(name, nulls.name());
        }
    }

    private static Format.Nulls nulls(JsonNode node) {
        if (node.isTextual()) return Format.Nulls.valueOf(node.textValue());
        return node.booleanValue() ? Format.Nulls.OPTIONAL : Format.Nulls.NONE;
    }

    /// @throws IllegalArgumentException when the node is no source
    static DataSource source(JsonNode node) {
        var columns = new ArrayList<Column>();
        for (JsonNode each : node.path("columns"))
            columns.add(new Column(
                    text(each, "name"),
                    SqlType.parse(text(each, "type")),
                    Column.Role.valueOf(text(each, "role")),
                    optional(each, "header")));
        JsonNode wrap = node.get("wrapSingle");
        var options = new Format.Options(
                wrap == null ? null : wrap.booleanValue(),
                text(node, "delimiter").charAt(0),
                text(node, "keyDelimiter").charAt(0),
                nulls(node.path("nulls")),
                nulls(node.path("keyNulls")),
                schema(node, "keySchema", "keySchemaName"),
                schema(node, "valueSchema", "valueSchemaName"));
        String timestamp = optional(node, "timestampColumn");
        String window = optional(node, "window");
        JsonNode size = node.get("windowSizeMs");
        var encoding = new DataSource.Encoding(
                Format.named(text(node, "keyFormat")),
                Format.named(text(node, "valueFormat")),
                options,
                timestamp == null ? null : new DataSource.TimestampColumn(timestamp, optional(node, "timestampFormat")),
                window == null
                        ? null
                        : new WindowInfo(Query.WindowKind.valueOf(window), size == null ? null : size.longValue()));
        return new DataSource(
                Statement.Kind.valueOf(text(node, "kind")),
                text(node, "name"),
                new Schema(columns),
                text(node, "topic"),
                encoding,
                node.path("readOnly").booleanValue());
    }

    private static void schema(ObjectNode node, String field, String nameField, Format.@Nullable SchemaName schema) {
        if (schema == null) return;
        if (schema.id() != null) node.put(field, schema.id());
        if (schema.fullName() != null) node.put(nameField, schema.fullName());
    }

    private static Format.@Nullable SchemaName schema(JsonNode node, String field, String nameField) {
        JsonNode id = node.get(field);
        String name = optional(node, nameField);
        return id == null && name == null
                ? null
                : new Format.SchemaName(id == null ? null : (Integer) id.intValue(), name);
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || !value.isTextual() || value.textValue().isEmpty())
            throw new IllegalArgumentException("no text in the field '" + field + "'");
        return value.textValue();
    }

    private static @Nullable String optional(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null ? null : value.textValue();
    }
}
