package barnabas.sql.statements;

import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.syntax.Statement.Element;
import barnabas.sql.syntax.Statement.Role;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;

/// Rules of KEY_SCHEMA_ID and VALUE_SCHEMA_ID.
final class SchemaIds {
    private SchemaIds() {}

    /// A schema that is named by its id gives all columns of its side.
    static void check(Statement.CreateSource statement, SourceProperties properties, boolean ofKey, Format format) {
        if (properties.schemaId(ofKey) == null) return;
        checkFormat(statement.at(), ofKey, format);
        for (Element each : statement.elements())
            if (ofKey ? each.role() == Role.KEY || each.role() == Role.PRIMARY_KEY : each.role() == Role.VALUE)
                throw new SqlProblem(
                        each.at(),
                        "Table elements and " + side(ofKey) + "_SCHEMA_ID cannot both exist for create statement.");
    }

    /// The columns of a query are the first ones of the schema, under the same names.
    static void check(
            Position at, SourceProperties properties, boolean ofKey, Format format, Schema schema, TopicTypes types) {
        Integer id = properties.schemaId(ofKey);
        if (id == null) return;
        checkFormat(at, ofKey, format);
        SqlType type = InferredColumns.withId(at, id, properties.side(ofKey, format), types);
        List<Column> columns = ofKey ? schema.keys() : schema.values();
        boolean alone = columns.size() == 1 && (ofKey || !(type instanceof SqlType.Structure));
        var changed = new ArrayList<String>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            boolean same = alone
                    ? column.type().equals(type)
                    : type instanceof SqlType.Structure structure
                            && i < structure.fields().size()
                            && structure.fields().get(i).equals(new SqlType.Field(column.name(), column.type()));
            if (!same) changed.add(new SqlType.Field(column.name(), column.type()).toString());
        }
        if (changed.isEmpty()) return;
        throw new SqlProblem(
                at,
                "The following " + (ofKey ? "key" : "value") + " columns are changed, missing or reordered: " + changed
                        + ". Schema from schema registry is " + type + ", that of " + side(ofKey) + "_SCHEMA_ID=" + id
                        + ".");
    }

    private static void checkFormat(Position at, boolean ofKey, Format format) {
        String side = side(ofKey);
        if (!format.usesRegistry())
            throw new SqlProblem(
                    at,
                    side + "_FORMAT should support schema inference when " + side
                            + "_SCHEMA_ID is provided. Current format is " + format + ".");
    }

    private static String side(boolean ofKey) {
        return ofKey ? "KEY" : "VALUE";
    }
}
