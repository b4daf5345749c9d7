package barnabas.sql.syntax;

import org.jspecify.annotations.Nullable;

/// A statement that shows something, or that holds a query up.
public sealed interface Inquiry {
    enum Subject {
        STREAMS,
        TABLES,
        TOPICS,
        QUERIES,
        PROPERTIES,
        FUNCTIONS,
        TYPES,
        VARIABLES
    }

    /// SHOW and LIST.
    ///
    /// @param all SHOW ALL TOPICS
    record Show(Subject subject, boolean all, boolean extended) implements Inquiry {}

    record Describe(Position at, String name, boolean extended) implements Inquiry {}

    record DescribeFunction(Position at, String name) implements Inquiry {}

    /// @param subject id of a query, or a statement
    record Explain(Position at, String subject) implements Inquiry {}

    /// @param every one record of so many; 1 for all
    /// @param limit null without
    record Print(
            Position at,
            String topic,
            boolean fromBeginning,
            int every,
            @Nullable Integer limit) implements Inquiry {}

    /// PAUSE and RESUME.
    ///
    /// @param query an id, or `ALL`
    record Pause(Position at, String query, boolean paused) implements Inquiry {}
}
