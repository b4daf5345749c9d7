package barnabas.sql.statements;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.formats.Format;
import barnabas.sql.grammar.Durations;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Properties of a WITH clause, with those of the session behind them.
final class SourceProperties {
    private static final Set<String> NAMES = Set.of(
            "KAFKA_TOPIC",
            "FORMAT",
            "KEY_FORMAT",
            "VALUE_FORMAT",
            "PARTITIONS",
            "REPLICAS",
            "RETENTION_MS",
            "CLEANUP_POLICY",
            "TIMESTAMP",
            "TIMESTAMP_FORMAT",
            "WRAP_SINGLE_VALUE",
            "WINDOW_TYPE",
            "WINDOW_SIZE",
            "VALUE_DELIMITER",
            "KEY_DELIMITER",
            "VALUE_AVRO_SCHEMA_FULL_NAME",
            "VALUE_SCHEMA_FULL_NAME",
            "KEY_SCHEMA_FULL_NAME",
            "KEY_SCHEMA_ID",
            "VALUE_SCHEMA_ID",
            "SOURCED_BY_CONNECTOR",
            "KEY_PROTOBUF_NULLABLE_REPRESENTATION",
            "VALUE_PROTOBUF_NULLABLE_REPRESENTATION");

    /// A place in the text of a property, which is none of the statement.
    private static final Pattern PLACE = Pattern.compile("^line \\d+:\\d+: ");

    private static final String DEFAULT_KEY = "ksql.persistence.default.format.key";
    private static final String DEFAULT_VALUE = "ksql.persistence.default.format.value";
    private static final String WRAP = "ksql.persistence.wrap.single.values";
    private static final String TOPIC_PREFIX = "ksql.output.topic.name.prefix";

    private final Map<String, String> properties;
    private final Map<String, String> session;

    /// @param session properties of SET
    SourceProperties(Map<String, String> properties, Map<String, String> session) {
        this.properties = properties;
        this.session = session;
        for (String each : properties.keySet()) {
            if (!NAMES.contains(each))
                throw new SqlProblem("Failed to prepare statement: Invalid config variable(s) in the WITH clause: "
                        + each + "." + Names.hint(each, NAMES));
        }
        checkValues();
        if (has("FORMAT")) {
            for (String each : List.of("KEY_FORMAT", "VALUE_FORMAT"))
                if (has(each))
                    throw new SqlProblem("Cannot supply both '" + each
                            + "' and 'FORMAT' properties, as 'FORMAT' sets both key and value formats.");
        }
    }

    private void checkValues() {
        for (String each : List.of("PARTITIONS", "REPLICAS", "RETENTION_MS", "KEY_SCHEMA_ID", "VALUE_SCHEMA_ID")) {
            String text = value(each);
            if (text == null) continue;
            try {
                long number = Long.parseLong(text.strip());
                if (each.endsWith("_SCHEMA_ID")) Integer.parseInt(text.strip());
                if (each.equals("PARTITIONS") && (number < 1 || number > Integer.MAX_VALUE))
                    throw new SqlProblem(
                            "Invalid value " + text + " for property PARTITIONS: Value must be at least 1");
                // -1 is the cluster's own number, or for ever
                if (each.equals("REPLICAS") && number != -1 && (number < 1 || number > Short.MAX_VALUE))
                    throw new SqlProblem("Invalid value " + text
                            + " for property REPLICAS: Value must be at least 1, or -1 for the cluster's own");
                if (each.equals("RETENTION_MS") && number < -1)
                    throw new SqlProblem("Invalid value " + text
                            + " for property RETENTION_MS: Value must be at least 0, or -1 for no limit");
            } catch (NumberFormatException e) {
                throw new SqlProblem(
                        "Invalid value " + text + " for property " + each + ": Not a number of type "
                                + (each.equals("RETENTION_MS") ? "LONG" : each.equals("REPLICAS") ? "SHORT" : "INT"),
                        e);
            }
        }
        String wrap = value("WRAP_SINGLE_VALUE");
        if (wrap != null && !wrap.equalsIgnoreCase("true") && !wrap.equalsIgnoreCase("false"))
            throw new SqlProblem("Invalid value " + wrap
                    + " for property WRAP_SINGLE_VALUE: Expected value to be either true or false");
        String topic = value("KAFKA_TOPIC");
        if (topic != null && topic.isBlank())
            throw new SqlProblem("Invalid value for property KAFKA_TOPIC: the name of a topic must not be empty");
    }

    /// Topic of a query's result `name`: as the statement says, or the name behind the prefix of the session.
    String topic(String name) {
        String topic = value("KAFKA_TOPIC");
        return topic == null ? session.getOrDefault(TOPIC_PREFIX, "") + name : topic;
    }

    boolean has(String name) {
        return properties.containsKey(name);
    }

    @Nullable
    String value(String name) {
        return properties.get(name);
    }

    @Nullable
    Format keyFormat() {
        String name = has("FORMAT") ? value("FORMAT") : value("KEY_FORMAT");
        return name == null ? null : Format.named(name);
    }

    @Nullable
    Format valueFormat() {
        String name = has("FORMAT") ? value("FORMAT") : value("VALUE_FORMAT");
        return name == null ? null : Format.named(name);
    }

    Format keyFormatDefault() {
        return Format.named(session.getOrDefault(DEFAULT_KEY, "KAFKA"));
    }

    @Nullable
    Format valueFormatDefault() {
        String name = session.get(DEFAULT_VALUE);
        return name == null ? null : Format.named(name);
    }

    /// @param inherited options of the query's source; null for a source of its own
    Format.Options options(
            Format keyFormat, Format valueFormat, List<Column> values, Format.@Nullable Options inherited) {
        Boolean wrap = null;
        String given = value("WRAP_SINGLE_VALUE");
        if (given != null) {
            wrap = Boolean.parseBoolean(given);
            if (!valueFormat.wraps() || (valueFormat == Format.PROTOBUF && !wrap))
                throw new SqlProblem(
                        "Format '" + valueFormat + "' does not support 'WRAP_SINGLE_VALUE' set to '" + wrap + "'.");
            if (values.size() != 1)
                throw new SqlProblem("'WRAP_SINGLE_VALUE' is only valid for single-field value schemas");
        } else if (session.containsKey(WRAP) && valueFormat.wraps()) {
            wrap = Boolean.parseBoolean(session.get(WRAP));
        }
        String delimiter = value("VALUE_DELIMITER");
        if (delimiter != null && valueFormat != Format.DELIMITED)
            throw new SqlProblem(valueFormat + " does not support the following configs: [delimiter]");
        char character = inherited == null || valueFormat != Format.DELIMITED ? ',' : inherited.delimiter();
        if (delimiter != null) character = delimiter(delimiter);
        String ofKey = value("KEY_DELIMITER");
        if (ofKey != null && keyFormat != Format.DELIMITED)
            throw new SqlProblem(keyFormat + " does not support the following configs: [delimiter]");
        checkSchemaNames(keyFormat, valueFormat);
        char keyDelimiter = ofKey != null ? delimiter(ofKey) : inherited == null ? ',' : inherited.keyDelimiter();
        return new Format.Options(
                wrap,
                character,
                keyDelimiter,
                nulls("VALUE", valueFormat),
                nulls("KEY", keyFormat),
                schema(true),
                schema(false));
    }

    private Format.@Nullable SchemaName schema(boolean key) {
        Integer id = schemaId(key);
        String name = schemaName(key);
        return id == null && name == null ? null : new Format.SchemaName(id, name);
    }

    private @Nullable String schemaName(boolean key) {
        String name = value(key ? "KEY_SCHEMA_FULL_NAME" : "VALUE_SCHEMA_FULL_NAME");
        return name != null || key ? name : value("VALUE_AVRO_SCHEMA_FULL_NAME");
    }

    TopicTypes.Side side(boolean key, Format format) {
        return new TopicTypes.Side(key, format, schemaName(key));
    }

    /// Id of the schema of keys or values; null without.
    @Nullable
    Integer schemaId(boolean key) {
        String text = value(key ? "KEY_SCHEMA_ID" : "VALUE_SCHEMA_ID");
        return text == null ? null : Integer.valueOf(text.strip());
    }

    /// Nulls of keys or values in PROTOBUF.
    private Format.Nulls nulls(String side, Format format) {
        String name = side + "_PROTOBUF_NULLABLE_REPRESENTATION";
        String text = value(name);
        if (text == null) return Format.Nulls.NONE;
        if (!text.equalsIgnoreCase("OPTIONAL") && !text.equalsIgnoreCase("WRAPPER"))
            throw new SqlProblem(
                    "Invalid value " + text + " for property " + name + ": String must be one of: OPTIONAL, WRAPPER");
        if (!format.hasDefaults())
            throw new SqlProblem(format + " does not support the following configs: [nullableRepresentation]");
        return Format.Nulls.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private void checkSchemaNames(Format keyFormat, Format valueFormat) {
        for (String each : List.of("KEY_SCHEMA_FULL_NAME", "VALUE_SCHEMA_FULL_NAME", "VALUE_AVRO_SCHEMA_FULL_NAME")) {
            String name = value(each);
            if (name == null) continue;
            Format format = each.startsWith("KEY") ? keyFormat : valueFormat;
            if (!format.usesRegistry() && format != Format.PROTOBUF_NOSR)
                throw new SqlProblem(format + " does not support the following configs: [fullSchemaName]");
            if (name.isBlank())
                throw new SqlProblem("fullSchemaName cannot be empty. Format configuration: {fullSchemaName=" + name
                        + "} of " + each);
        }
    }

    private static char delimiter(String text) {
        return switch (text.toUpperCase(Locale.ROOT)) {
            case "TAB" -> '\t';
            case "SPACE" -> ' ';
            default -> {
                if (text.isEmpty())
                    throw new SqlProblem("Delimiter cannot be empty: 'TAB' stands for a tab, 'SPACE' for a blank.");
                if (text.length() != 1)
                    throw new SqlProblem("Invalid delimiter value: '" + text
                            + "'. Delimiter must be a single character or TAB,SPACE");
                yield text.charAt(0);
            }
        };
    }

    /// @throws SqlProblem when the column is not in the schema
    DataSource.@Nullable TimestampColumn timestamp(Schema schema) {
        String column = value("TIMESTAMP");
        if (column == null) {
            if (has("TIMESTAMP_FORMAT"))
                throw new SqlProblem("'TIMESTAMP_FORMAT' needs 'TIMESTAMP', the name of a column, in the WITH clause");
            return null;
        }
        String quoted = column.startsWith("`") && column.endsWith("`") && column.length() > 1
                ? column.substring(1, column.length() - 1)
                : column;
        String name = schema.find(quoted).isPresent() ? quoted : quoted.toUpperCase(Locale.ROOT);
        if (schema.find(name).isEmpty())
            throw new SqlProblem("The TIMESTAMP column set in the WITH clause does not exist in the schema: '"
                    + Names.text(name) + "'");
        return new DataSource.TimestampColumn(name, value("TIMESTAMP_FORMAT"));
    }

    @Nullable
    WindowInfo window() {
        String type = value("WINDOW_TYPE");
        String size = value("WINDOW_SIZE");
        if (type == null) {
            if (size != null) throw new SqlProblem("'WINDOW_SIZE' needs 'WINDOW_TYPE' in the WITH clause");
            return null;
        }
        Query.WindowKind kind = switch (type.toUpperCase(Locale.ROOT)) {
            case "SESSION" -> Query.WindowKind.SESSION;
            case "TUMBLING" -> Query.WindowKind.TUMBLING;
            case "HOPPING" -> Query.WindowKind.HOPPING;
            default ->
                throw new SqlProblem("Invalid value " + type
                        + " for property WINDOW_TYPE: String must be one of: SESSION, HOPPING, TUMBLING, null");
        };
        if (kind == Query.WindowKind.SESSION) {
            if (size != null) throw new SqlProblem("'WINDOW_SIZE' should not be set for SESSION windows.");
            return new WindowInfo(kind, null);
        }
        if (size == null)
            throw new SqlProblem(
                    kind
                            + " windows require 'WINDOW_SIZE' to be provided in the WITH clause. For example: 'WINDOW_SIZE'='10 SECONDS'");
        try {
            return new WindowInfo(kind, Durations.parse(size).toMillis());
        } catch (SqlProblem e) {
            throw new SqlProblem(
                    "Invalid value " + size + " for property WINDOW_SIZE: "
                            + PLACE.matcher(String.valueOf(e.getMessage())).replaceFirst(""),
                    e);
        }
    }
}
