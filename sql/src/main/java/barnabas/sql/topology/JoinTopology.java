package barnabas.sql.topology;

import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Query;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.ValueJoiner;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Joins. Rows of the result hold the columns of both sides, nulls for a side without a row.
final class JoinTopology {
    private final QueryTopology topology;

    JoinTopology(QueryTopology topology) {
        this.topology = topology;
    }

    Flow join(Plan.Join join) {
        Shape left = join.left().shape();
        Shape right = join.right().shape();
        int leftWidth = left.width();
        int rightWidth = right.width();
        ValueJoiner<@Nullable Row, @Nullable Row, Row> both = (one, two) ->
                (one == null ? Row.empty(leftWidth) : one).with((two == null ? Row.empty(rightWidth) : two).values());
        if (left.table()) {
            KTable<Object, Row> rows = tables(join, both);
            return new Flow.Table(join.synthetic() ? rows.mapValues((key, row) -> withKey(key, row)) : rows);
        }
        KStream<Object, Row> records = present(topology.stream(join.left()));
        Serde<Object> keys = QueryTopology.keys(join.shape());
        KStream<Object, Row> joined;
        if (right.table()) {
            KTable<Object, Row> table = topology.table(join.right());
            Joined<Object, Row, Row> serdes = Joined.with(keys, QueryTopology.rows(left), QueryTopology.rows(right));
            joined = join.kind() == Query.JoinKind.INNER
                    ? records.join(table, both, serdes)
                    : records.leftJoin(table, both, serdes);
        } else {
            joined = streams(join, records, present(topology.stream(join.right())), both);
        }
        return new Flow.Stream(join.synthetic() ? joined.mapValues((key, row) -> withKey(key, row)) : joined);
    }

    private static Row withKey(Object key, Row row) {
        Row found = Keys.row(key);
        return row.with(found == null ? null : found.value(0));
    }

    /// Records without a key or a value take no part in a join.
    private static KStream<Object, Row> present(KStream<Object, Row> records) {
        return records.filter((key, row) -> row != null && !Keys.isNull(key));
    }

    private static KStream<Object, Row> streams(
            Plan.Join join,
            KStream<Object, Row> left,
            KStream<Object, Row> right,
            ValueJoiner<@Nullable Row, @Nullable Row, Row> both) {
        Query.Within within = join.within();
        if (within == null) throw new IllegalArgumentException("a join of streams without WITHIN");
        Serde<Object> keys = QueryTopology.keys(join.shape());
        Serde<Row> lefts = QueryTopology.rows(join.left().shape());
        Serde<Row> rights = QueryTopology.rows(join.right().shape());
        StreamJoined<Object, Row, Row> serdes = StreamJoined.with(keys, lefts, rights);
        return switch (join.kind()) {
            case INNER -> left.join(right, both, windows(within.before(), within.after(), within.grace()), serdes);
            case LEFT -> left.leftJoin(right, both, windows(within.before(), within.after(), within.grace()), serdes);
            case OUTER -> left.outerJoin(right, both, windows(within.before(), within.after(), within.grace()), serdes);
            case RIGHT -> {
                ValueJoiner<@Nullable Row, @Nullable Row, Row> swapped = (one, two) -> both.apply(two, one);
                yield right.leftJoin(
                        left,
                        swapped,
                        windows(within.after(), within.before(), within.grace()),
                        StreamJoined.with(keys, rights, lefts));
            }
        };
    }

    /// Without a grace period, a row of an outer side without a partner comes at once, not when its window closes.
    @SuppressWarnings("deprecation")
    private static JoinWindows windows(Duration before, Duration after, @Nullable Duration grace) {
        Duration larger = before.compareTo(after) > 0 ? before : after;
        JoinWindows windows =
                grace == null ? JoinWindows.of(larger) : JoinWindows.ofTimeDifferenceAndGrace(larger, grace);
        return windows.before(before).after(after);
    }

    private KTable<Object, Row> tables(Plan.Join join, ValueJoiner<@Nullable Row, @Nullable Row, Row> both) {
        KTable<Object, Row> left = topology.table(join.left());
        KTable<Object, Row> right = topology.table(join.right());
        Shape joined = new Shape(
                new Scope(join.shape()
                        .scope()
                        .entries()
                        .subList(
                                0,
                                join.left().shape().width()
                                        + join.right().shape().width())),
                true,
                join.shape().keys(),
                List.of(),
                join.shape().window(),
                join.shape().formats());
        Materialized<Object, Row, KeyValueStore<Bytes, byte[]>> store =
                Materialized.with(QueryTopology.keys(joined), QueryTopology.rows(joined));
        Typed foreignKey = join.foreignKey();
        if (foreignKey != null) {
            Function<Row, @Nullable Object> key = row -> {
                Object value = SafeValues.of(foreignKey, row, topology.problems());
                return value == null ? null : new Row(value);
            };
            return join.kind() == Query.JoinKind.INNER
                    ? left.join(right, key, both, store)
                    : left.leftJoin(right, key, both, store);
        }
        return switch (join.kind()) {
            case INNER -> left.join(right, both, store);
            case LEFT -> left.leftJoin(right, both, store);
            case OUTER -> left.outerJoin(right, both, store);
            case RIGHT -> right.leftJoin(left, (one, two) -> both.apply(two, one), store);
        };
    }
}
