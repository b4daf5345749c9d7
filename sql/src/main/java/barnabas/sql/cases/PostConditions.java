package barnabas.sql.cases;

import barnabas.config.dynamic.ClientPattern;
import barnabas.sql.catalog.Catalog;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.schemas.FieldNames;
import barnabas.sql.schemas.SchemaTypes;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Checks `post`: streams, tables and topics that there are at the end of a case. Parts that have another form than
/// the documented one are ignored.
final class PostConditions {
    private final Catalog catalog;
    private final Set<String> topics;
    private final Function<String, Optional<Integer>> partitions;

    /// @param topics that records were written to, with those inside queries
    /// @param partitions number of a topic's, where it is known
    PostConditions(Catalog catalog, Set<String> topics, Function<String, Optional<Integer>> partitions) {
        this.catalog = catalog;
        this.partitions = partitions;
        this.topics = topics;
    }

    Optional<String> difference(JsonNode post) {
        for (JsonNode each : post.path("sources")) {
            Optional<String> difference = source(each);
            if (difference.isPresent()) return difference;
        }
        JsonNode wanted = post.path("topics");
        for (JsonNode each : wanted.isArray() ? wanted : wanted.path("topics")) {
            Optional<String> difference = topic(each);
            if (difference.isPresent()) return difference;
        }
        return refused(wanted.path("blacklist"));
    }

    private Optional<String> source(JsonNode wanted) {
        if (!wanted.path("name").isTextual()) return Optional.empty();
        String name = wanted.path("name").textValue();
        Optional<DataSource> found = catalog.find(name);
        if (found.isEmpty()) found = catalog.find(name.toUpperCase(Locale.ROOT));
        if (found.isEmpty()) return Optional.of("post: there is no stream or table " + name);
        DataSource source = found.get();
        var differences = new ArrayList<String>();
        String type = wanted.path("type").asText("");
        if (!type.isEmpty() && !type.equalsIgnoreCase(source.kind().name()))
            differences.add("is a " + source.kind() + ", expected " + type);
        format(wanted.path("keyFormat"), source.encoding().keyFormat(), "key format", differences);
        format(wanted.path("valueFormat"), source.encoding().valueFormat(), "value format", differences);
        window(wanted.path("keyFormat"), source.encoding().window(), differences);
        JsonNode schema = wanted.path("schema");
        if (schema.isTextual()
                && !plain(schema.textValue()).equals(plain(source.schema().toString())))
            differences.add("has the columns " + source.schema() + ", expected " + schema.textValue());
        if (wanted.path("isSource").isBoolean() && wanted.path("isSource").booleanValue() != source.readOnly())
            differences.add(source.readOnly() ? "is read-only" : "is not read-only");
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("post: " + name + " " + String.join("; ", differences));
    }

    /// Columns without backticks, with one name for each type.
    private static String plain(String schema) {
        return schema.replace("`", "")
                .replaceAll("(?i)\\bVARCHAR\\b", "STRING")
                .replaceAll("(?i)\\bINT\\b", "INTEGER")
                .replaceAll("(?i)\\bPRIMARY KEY\\b", "KEY")
                .replaceAll("\\s+", "");
    }

    /// A format is a name, or an object with a `format`.
    private static void format(JsonNode wanted, Format format, String what, List<String> differences) {
        JsonNode name = wanted.isObject() ? wanted.path("format") : wanted;
        if (name.isTextual() && !name.textValue().equalsIgnoreCase(format.name()))
            differences.add("has the " + what + " " + format + ", expected " + name.textValue());
    }

    private static void window(JsonNode wanted, @Nullable WindowInfo window, List<String> differences) {
        JsonNode type = wanted.path("windowType");
        if (!type.isTextual()) return;
        String found = window == null ? "none" : window.kind().name();
        if (!type.textValue().equalsIgnoreCase(found))
            differences.add("has windows of type " + found + ", expected " + type.textValue());
    }

    private Optional<String> topic(JsonNode wanted) {
        if (!wanted.path("name").isTextual()) return Optional.empty();
        String name = wanted.path("name").textValue();
        var differences = new ArrayList<String>();
        JsonNode number = wanted.path("partitions");
        Integer known = partitions.apply(name).orElse(null);
        if (number.isInt() && known != null && known != number.intValue())
            differences.add("has " + known + " partitions, expected " + number);
        for (DataSource each : catalog.sources()) {
            if (!each.topic().equals(name)) continue;
            format(wanted.path("keyFormat"), each.encoding().keyFormat(), "key format", differences);
            format(wanted.path("valueFormat"), each.encoding().valueFormat(), "value format", differences);
            for (boolean key : new boolean[] {true, false}) schema(SqlCase.schema(wanted, key), each, key, differences);
            break;
        }
        return differences.isEmpty()
                ? Optional.empty()
                : Optional.of("post: topic " + name + " " + String.join("; ", differences));
    }

    /// A schema must stand for the types of the columns. Names of fields are compared without case.
    private static void schema(JsonNode schema, DataSource source, boolean key, List<String> differences) {
        if (schema.isMissingNode() || schema.isNull()) return;
        DataSource.Encoding encoding = source.encoding();
        Format format = key ? encoding.keyFormat() : encoding.valueFormat();
        SqlType wanted = SchemaTypes.of(format, schema, FieldNames.UPPER_CASE).orElse(null);
        List<Column> columns = key ? source.schema().keys() : source.schema().values();
        if (wanted == null || columns.isEmpty()) return;
        Boolean wrap = key ? null : encoding.options().wrapSingle();
        boolean alone = columns.size() == 1 && format.standsAlone(key, wrap);
        SqlType found = alone
                ? columns.getFirst().type()
                : new SqlType.Structure(columns.stream()
                        .map(each -> new SqlType.Field(each.name(), each.type()))
                        .toList());
        if (!found.toString().equalsIgnoreCase(wanted.toString()))
            differences.add("has " + (key ? "keys" : "values") + " of the type " + found + ", expected " + wanted);
    }

    private Optional<String> refused(JsonNode blacklist) {
        if (!blacklist.isTextual()) return Optional.empty();
        if (!(ClientPattern.read(blacklist.textValue()) instanceof ClientPattern.Reading.Valid valid))
            return Optional.empty();
        for (String each : topics)
            if (valid.pattern().matches(each))
                return Optional.of("post: there is a topic " + each + ", which '" + valid.pattern() + "' refuses");
        return Optional.empty();
    }
}
