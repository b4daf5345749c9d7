package barnabas.sql.functions;

import java.util.List;

/// A function that statements may call by name.
public sealed interface SqlFunction permits ScalarFunction, AggregateFunction, TableFunction {
    Description description();

    /// Name in upper case.
    default String name() {
        return description().name();
    }

    /// Texts for `SHOW FUNCTIONS` and `DESCRIBE FUNCTION`.
    ///
    /// @param category one of the headings of docs/sql/functions.md
    /// @param overview one sentence
    /// @param variants signatures, as `ABS(value DOUBLE) DOUBLE`
    /// @param examples calls and their results, as `ABS(-1) => 1`
    record Description(String name, String category, String overview, List<String> variants, List<String> examples) {}
}
