package barnabas.sql.statements;

import barnabas.sql.formats.Format;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.syntax.Statement.Element;
import barnabas.sql.syntax.Statement.Kind;
import barnabas.sql.syntax.Statement.Role;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;

/// Columns that a statement leaves to the schemas of its topic: those of the value when it names none, and with no
/// columns at all those of the key as well.
final class InferredColumns {
    private InferredColumns() {}

    static List<Element> elements(
            Statement.CreateSource statement,
            SourceProperties properties,
            String topic,
            Format key,
            Format value,
            TopicTypes types) {
        List<Element> given = statement.elements();
        boolean values = given.stream().anyMatch(each -> each.role() == Role.VALUE);
        boolean keys = given.stream().anyMatch(each -> each.role() == Role.KEY || each.role() == Role.PRIMARY_KEY);
        var all = new ArrayList<Element>();
        if (!keys && key.usesRegistry()) {
            Role role = statement.creation().kind() == Kind.TABLE ? Role.PRIMARY_KEY : Role.KEY;
            Integer id = properties.schemaId(true);
            SqlType type = id == null
                    ? types.type(topic, properties.side(true, key)).orElseThrow(() -> missing(statement, topic, true))
                    : withId(statement.at(), id, properties.side(true, key), types);
            add(all, statement, type, role, key);
        }
        all.addAll(given);
        if (values || !value.usesRegistry()) return all;
        Integer id = properties.schemaId(false);
        SqlType type = id == null
                ? types.type(topic, properties.side(false, value)).orElseThrow(() -> missing(statement, topic, false))
                : withId(statement.at(), id, properties.side(false, value), types);
        boolean whole = id != null && "false".equalsIgnoreCase(properties.value("WRAP_SINGLE_VALUE"));
        if (whole) all.add(new Element(statement.at(), "ROWVAL", type, Role.VALUE, null));
        else add(all, statement, type, Role.VALUE, value);
        return all;
    }

    /// @throws SqlProblem when there is no schema of the format with the id
    static SqlType withId(Position at, int id, TopicTypes.Side part, TopicTypes types) {
        String side = part.key() ? "key" : "value";
        return types.withId(id, part)
                .orElseThrow(() -> new SqlProblem(
                        at,
                        "Schema for message " + side + "s with schema id " + id
                                + " does not exist in the Schema Registry, or is none of the format "
                                + part.format() + (part.name() == null ? "" : " with the name " + part.name()) + "."));
    }

    private static SqlProblem missing(Statement.CreateSource statement, String topic, boolean key) {
        String side = key ? "key" : "value";
        return new SqlProblem(
                statement.at(),
                "Schema for message " + side + "s on topic '" + topic
                        + "' does not exist in the Schema Registry.\nSubject: " + topic + "-" + side
                        + ".\nSHOW TOPICS; says whether the topic exists, PRINT '" + topic
                        + "' FROM BEGINNING; what is in it."
                        + " Without a schema, or with one that has a part of no type of SQL, name the columns of "
                        + statement.name() + ".");
    }

    private static void add(
            List<Element> all, Statement.CreateSource statement, SqlType type, Role role, Format format) {
        boolean alone = role != Role.VALUE && format != Format.PROTOBUF && format != Format.PROTOBUF_NOSR;
        if (type instanceof SqlType.Structure structure && !alone) {
            for (SqlType.Field each : structure.fields())
                all.add(new Element(statement.at(), each.name(), each.type(), role, null));
            return;
        }
        all.add(new Element(statement.at(), role == Role.VALUE ? "ROWVAL" : "ROWKEY", type, role, null));
    }
}
