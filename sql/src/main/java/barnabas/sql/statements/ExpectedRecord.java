package barnabas.sql.statements;

import barnabas.sql.catalog.Catalog;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.syntax.Statement;
import java.util.List;

/// A record that ASSERT VALUES, or ASSERT NULL VALUES with its key alone, expects in a topic.
///
/// @param columns those that are compared
/// @param deleted the record has no value
public record ExpectedRecord(Insertion record, List<String> columns, boolean deleted) {
    static ExpectedRecord of(Statement.AssertValues check, Catalog catalog, FunctionRegistry functions) {
        DataSource source = catalog.source(check.source(), check.at());
        Insertion record = ValueInsertion.expected(check, source, functions);
        return new ExpectedRecord(record, check.columns(), check.deleted());
    }
}
