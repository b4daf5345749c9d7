package barnabas.sql.engine;

import org.jspecify.annotations.Nullable;

/// The result of a statement that changes definitions.
public sealed interface Outcome {
    /// @param command name of the change: `stream/ORDERS/create`
    /// @param query id of the query that was made; null without
    record Done(String command, String message, @Nullable String query, long sequence) implements Outcome {}

    /// Nothing had to be changed.
    record Unchanged(String message) implements Outcome {}
}
