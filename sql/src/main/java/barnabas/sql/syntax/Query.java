package barnabas.sql.syntax;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A SELECT.
///
/// @param limit rows at most, null without LIMIT
public record Query(
        Position at,
        List<Item> items,
        Relation from,
        @Nullable Window window,
        Clauses clauses,
        Emit emit,
        @Nullable Integer limit) {

    /// @param where null without the clause, as are the others
    public record Clauses(
            @Nullable Expression where,
            @Nullable List<Expression> groupBy,
            @Nullable List<Expression> partitionBy,
            @Nullable Expression having) {}

    public enum Emit {
        NONE,
        CHANGES,
        FINAL
    }

    /// A part of the projection.
    public sealed interface Item {
        Position at();

        /// `*`, or `source.*`.
        record All(Position at, @Nullable String source) implements Item {}

        /// `expression->*`.
        record AllFields(Position at, Expression base) implements Item {}

        record Single(
                Position at,
                Expression expression,
                @Nullable String alias) implements Item {}
    }

    public sealed interface Relation {
        Position at();

        record Named(Position at, String name, String alias) implements Relation {}

        record Join(
                Position at,
                JoinKind kind,
                Relation left,
                Relation right,
                @Nullable Within within,
                Expression criteria) implements Relation {}
    }

    public enum JoinKind {
        INNER,
        LEFT,
        RIGHT,
        OUTER
    }

    /// @param grace null without GRACE PERIOD
    public record Within(
            Duration before, Duration after, @Nullable Duration grace) {}

    public enum WindowKind {
        TUMBLING,
        HOPPING,
        SESSION
    }

    /// @param size the gap of sessions
    /// @param advance equal to `size` unless hopping
    /// @param retention null without RETENTION
    /// @param grace null without GRACE PERIOD
    public record Window(
            Position at,
            WindowKind kind,
            Duration size,
            Duration advance,
            @Nullable Duration retention,
            @Nullable Duration grace) {}
}
