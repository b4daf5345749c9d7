package barnabas.sql.syntax;

import barnabas.sql.types.SqlType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One statement.
public sealed interface Statement {
    Position at();

    enum Kind {
        STREAM,
        TABLE
    }

    enum Role {
        VALUE,
        KEY,
        PRIMARY_KEY,
        /// All headers, or the last one of a name.
        HEADER
    }

    /// @param header name of the header, null for all headers and for other roles
    record Element(
            Position at,
            String name,
            SqlType type,
            Role role,
            @Nullable String header) {}

    /// Ways to create a source.
    ///
    /// @param readOnly CREATE SOURCE
    record Creation(Kind kind, boolean orReplace, boolean ifNotExists, boolean readOnly) {}

    /// Values of properties are texts; their names are in upper case.
    record CreateSource(
            Position at, Creation creation, String name, List<Element> elements, Map<String, String> properties)
            implements Statement {}

    record CreateAs(Position at, Creation creation, String name, Map<String, String> properties, Query query)
            implements Statement {}

    /// @param queryId the query's id; null for one that is made
    record InsertSelect(
            Position at,
            String target,
            Query query,
            @Nullable String queryId) implements Statement {}

    /// @param columns empty for all columns of the target
    record InsertValues(Position at, String target, List<String> columns, List<Expression> values)
            implements Statement {}

    record Select(Position at, Query query) implements Statement {}

    record CreateType(Position at, String name, SqlType type, boolean ifNotExists) implements Statement {}

    record DropType(Position at, String name, boolean ifExists) implements Statement {}

    record DropSource(Position at, Kind kind, String name, boolean ifExists, boolean deleteTopic)
            implements Statement {}

    record AlterSource(Position at, Kind kind, String name, List<Element> added) implements Statement {}

    record Define(Position at, String name, String value) implements Statement {}

    record Undefine(Position at, String name) implements Statement {}

    record SetProperty(Position at, String name, String value) implements Statement {}

    record UnsetProperty(Position at, String name) implements Statement {}

    /// @param query an id, or `ALL`
    record Terminate(Position at, String query) implements Statement {}

    /// `ASSERT STREAM` and `ASSERT TABLE` with a schema.
    record AssertSource(Position at, Kind kind, String name, List<Element> elements, Map<String, String> properties)
            implements Statement {}

    /// `ASSERT VALUES` and `ASSERT NULL VALUES`.
    ///
    /// @param deleted a record without a value is expected
    record AssertValues(Position at, String source, List<String> columns, List<Expression> values, boolean deleted)
            implements Statement {}

    /// `ASSERT [NOT EXISTS] TOPIC`.
    ///
    /// @param timeoutMs null for the service's
    record AssertTopic(
            Position at,
            String topic,
            boolean exists,
            Map<String, String> properties,
            @Nullable Long timeoutMs) implements Statement {}

    /// A statement that changes nothing: SHOW, LIST, DESCRIBE, EXPLAIN, PRINT, PAUSE, RESUME.
    record Informative(Position at, String text) implements Statement {}
}
