package barnabas.sql.statements;

import barnabas.sql.catalog.Catalog;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;

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
    }
}
