package barnabas.sql.statements;

import barnabas.sql.analysis.KeyTypes;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.syntax.Statement.Element;
import barnabas.sql.syntax.Statement.Kind;
import barnabas.sql.syntax.Statement.Role;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Streams and tables over topics, from CREATE with columns.
final class SourceCreation {
    private static final SqlType HEADERS = SqlType.array(SqlType.struct("KEY", SqlType.STRING, "VALUE", SqlType.BYTES));

    private SourceCreation() {}

    static DataSource source(Statement.CreateSource statement, Map<String, String> session, TopicTypes types) {
        var properties = new SourceProperties(statement.properties(), session);
        String topic = properties.value("KAFKA_TOPIC");
        if (topic == null) topic = missing(properties, statement);
        Format value = properties.valueFormat();
        if (value == null) value = properties.valueFormatDefault();
        if (value == null)
            throw new SqlProblem(
                    "Statement is missing the 'VALUE_FORMAT' property from the WITH clause. Give one there, or a default with 'ksql.persistence.default.format.value'.");
        Format key = properties.keyFormat();
        if (key == null) key = properties.keyFormatDefault();
        Kind kind = statement.creation().kind();
        SchemaIds.check(statement, properties, true, key);
        SchemaIds.check(statement, properties, false, value);
        Schema schema = schema(InferredColumns.elements(statement, properties, topic, key, value, types), kind);
        if (schema.columns().isEmpty()) throw new SqlProblem("The statement does not define any columns.");
        checkKeys(schema, kind, key);
        var encoding = new DataSource.Encoding(
                key,
                value,
                properties.options(key, value, schema.values(), null),
                properties.timestamp(schema),
                properties.window());
        var source = new DataSource(
                kind,
                statement.name(),
                schema,
                topic,
                encoding,
                statement.creation().readOnly());
        checkFormats(source);
        if (encoding.window() != null && schema.keys().isEmpty())
            throw new SqlProblem(statement.at(), "Windowed sources require a key column.");
        return source;
    }

    private static String missing(SourceProperties properties, Statement.CreateSource statement) {
        if (properties.has("PARTITIONS")) return statement.name();
        throw new SqlProblem("Missing required property \"KAFKA_TOPIC\" which has no default value.");
    }

    static Schema schema(List<Element> elements, Kind kind) {
        var columns = new ArrayList<Column>();
        Set<String> names = new HashSet<>();
        for (Element each : elements) {
            if (Column.isPseudo(each.name()) || Column.isBound(each.name()))
                throw new SqlProblem(
                        each.at(),
                        "'" + each.name() + "' is a reserved column name. You cannot use it as a name for a column.");
            if (!names.add(each.name()))
                throw new SqlProblem(each.at(), "Duplicate column names: " + Names.text(each.name()));
            checkRole(each, kind);
            Column.Role role = switch (each.role()) {
                case VALUE -> Column.Role.VALUE;
                case KEY, PRIMARY_KEY -> Column.Role.KEY;
                case HEADER -> Column.Role.HEADER;
            };
            columns.add(new Column(each.name(), each.type(), role, each.header()));
        }
        return new Schema(columns);
    }

    private static void checkRole(Element element, Kind kind) {
        if (element.role() == Role.KEY && kind == Kind.TABLE)
            throw new SqlProblem(
                    element.at(),
                    "Column " + Names.text(element.name())
                            + " is a 'KEY' column: please use 'PRIMARY KEY' for tables. It is unique and not null, which the KEY of a stream need not be.");
        if (element.role() == Role.PRIMARY_KEY && kind == Kind.STREAM)
            throw new SqlProblem(
                    element.at(),
                    "Column " + Names.text(element.name())
                            + " is a 'PRIMARY KEY' column: please use 'KEY' for streams. It need not be unique and may be null.");
        if (element.role() != Role.HEADER) return;
        SqlType wanted = element.header() == null ? HEADERS : SqlType.BYTES;
        if (!element.type().equals(wanted))
            throw new SqlProblem(
                    element.at(),
                    "Invalid type for " + (element.header() == null ? "HEADERS" : "HEADER('" + element.header() + "')")
                            + " column: expected " + wanted + ", got " + element.type());
    }

    static void checkKeys(Schema schema, Kind kind, Format key) {
        if (kind == Kind.TABLE && schema.keys().isEmpty())
            throw new SqlProblem("Tables require a PRIMARY KEY. Please define the PRIMARY KEY.");
        if (key == Format.NONE && !schema.keys().isEmpty())
            throw new SqlProblem(
                    "Key format specified as 'NONE', but the statement has key columns. The 'NONE' format can only be used when no columns are defined. Got: "
                            + schema.keys());
        for (Column each : schema.keys()) KeyTypes.check(each);
        var headers = new HashSet<String>();
        for (Column each : schema.headers())
            if (each.header() != null && !headers.add(each.header()))
                throw new SqlProblem("Schema already contains a HEADER('" + each.header() + "') column.");
        long all =
                schema.headers().stream().filter(each -> each.header() == null).count();
        if (all > 1 || (all == 1 && schema.headers().size() > 1))
            throw new SqlProblem("Schema already contains a HEADERS column.");
    }

    /// Whether both formats can hold the columns.
    static void checkFormats(DataSource source) {
        if (source.encoding().valueFormat() == Format.NONE
                && !source.schema().values().isEmpty())
            throw new SqlProblem("The 'NONE' format can only be used when no columns are defined. Got: "
                    + source.schema().values());
        try {
            source.keyCodec();
        } catch (SqlProblem e) {
            throw new SqlProblem(
                    "Key format does not support schema.\nformat: "
                            + source.encoding().keyFormat() + "\nschema: "
                            + source.schema().keys() + "\nreason: " + e.getMessage(),
                    e);
        } catch (TypeProblem e) {
            throw new SqlProblem("The key columns are too large together: " + e.getMessage(), e);
        }
        try {
            source.valueCodec();
        } catch (SqlProblem e) {
            throw new SqlProblem(
                    "Value format does not support schema.\nformat: "
                            + source.encoding().valueFormat() + "\nschema: "
                            + source.schema().values() + "\nreason: " + e.getMessage(),
                    e);
        } catch (TypeProblem e) {
            throw new SqlProblem("The value columns are too large together: " + e.getMessage(), e);
        }
    }
}
