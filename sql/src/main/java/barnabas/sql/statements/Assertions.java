package barnabas.sql.statements;

import barnabas.sql.catalog.Catalog;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.util.Map;

/// ASSERT STREAM and ASSERT TABLE.
final class Assertions {
    private Assertions() {}

    static void source(Statement.AssertSource check, Catalog catalog) {
        DataSource source = catalog.source(check.name(), check.at());
        if (source.kind() != check.kind())
            throw new SqlProblem(
                    check.at(), "Expected a " + check.kind() + " but got a " + source.kind() + ": " + check.name());
        Schema wanted = SourceCreation.schema(check.elements(), check.kind());
        if (!wanted.columns().isEmpty() && !wanted.equals(source.schema()))
            throw new SqlProblem(
                    check.at(), "Expected schema " + wanted + " but got " + source.schema() + ": " + check.name());
        var properties = new SourceProperties(check.properties(), Map.of());
        String topic = properties.value("KAFKA_TOPIC");
        if (topic != null && !topic.equals(source.topic())) throw other(check, "kafka topic", topic, source.topic());
        Format key = properties.keyFormat();
        if (key != null && key != source.encoding().keyFormat())
            throw other(check, "key format", key, source.encoding().keyFormat());
        Format value = properties.valueFormat();
        if (value != null && value != source.encoding().valueFormat())
            throw other(check, "value format", value, source.encoding().valueFormat());
    }

    private static SqlProblem other(Statement.AssertSource check, String what, Object wanted, Object actual) {
        return new SqlProblem(
                check.at(),
                "Expected " + what + " does not match actual for source " + check.name() + ". Expected: " + wanted
                        + ", Actual: " + actual);
    }
}
