package barnabas.sql.topology;

import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.RowSerde;
import barnabas.sql.syntax.Query;
import barnabas.sql.types.SqlType;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KGroupedStream;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.SessionWindows;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.SessionStore;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/// Aggregations. A store holds the aggregates of a key as one row.
final class AggregateTopology {
    /// Grace of windows without GRACE PERIOD.
    private static final Duration GRACE_DEFAULT = Duration.ofHours(24);

    private final QueryTopology topology;

    AggregateTopology(QueryTopology topology) {
        this.topology = topology;
    }

    Flow aggregate(Plan.Aggregate plan) {
        var functions = plan.aggregates();
        Serde<Object> keys = new InternalKeys(plan.shape().keyTypes(), null);
        Serde<Row> inputs = QueryTopology.rows(plan.input().shape());
        List<SqlType> types = functions.stream()
                .map(each -> each.function().intermediateType())
                .toList();
        Serde<Row> states = new RowSerde(types);
        KTable<Object, Row> states0 = plan.input().shape().table()
                ? ofTable(plan, keys, inputs, states)
                : ofStream(plan, keys, inputs, states);
        if (plan.atEnd()) states0 = atEnd(states0);
        int width = plan.shape().width();
        return new Flow.Table(states0.transformValues(() -> new AggregateRows(functions, width)));
    }

    @SuppressWarnings("unchecked")
    private static KTable<Object, Row> atEnd(KTable<Object, Row> states) {
        KTable<?, Row> any = states;
        KTable<Windowed<Object>, Row> windowed = (KTable<Windowed<Object>, Row>) any;
        KTable<?, Row> ended = windowed.suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()));
        return (KTable<Object, Row>) ended;
    }

    private KTable<Object, Row> ofTable(Plan.Aggregate plan, Serde<Object> keys, Serde<Row> inputs, Serde<Row> states) {
        var functions = plan.aggregates();
        Materialized<Object, Row, KeyValueStore<Bytes, byte[]>> store = Materialized.with(keys, states);
        return topology.table(plan.input())
                .groupBy((key, row) -> KeyValue.pair(group(plan, row), row), Grouped.with(keys, inputs))
                .aggregate(
                        () -> initial(functions),
                        (key, row, state) -> added(functions, row, state),
                        (key, row, state) -> removed(functions, row, state),
                        store);
    }

    @SuppressWarnings("unchecked")
    private KTable<Object, Row> ofStream(
            Plan.Aggregate plan, Serde<Object> keys, Serde<Row> inputs, Serde<Row> states) {
        var functions = plan.aggregates();
        KStream<Object, Row> records =
                topology.stream(plan.input()).filter((key, row) -> row != null && group(plan, row) != null);
        String name = plan.window() == null ? topology.aggregationName() : null;
        Grouped<Object, Row> groups = name == null ? Grouped.with(keys, inputs) : Grouped.with(name, keys, inputs);
        KGroupedStream<Object, Row> grouped = plan.groups().byKey()
                ? records.groupByKey(groups)
                : records.groupBy((key, row) -> group(plan, row), groups);
        Query.Window window = plan.window();
        if (window == null) {
            Materialized<Object, Row, KeyValueStore<Bytes, byte[]>> store =
                    name == null ? Materialized.with(keys, states) : Materialized.as(name);
            store = store.withKeySerde(keys).withValueSerde(states);
            return grouped.aggregate(
                    () -> initial(functions), (key, row, state) -> added(functions, row, state), store);
        }
        KTable<?, Row> windowed;
        if (window.kind() == Query.WindowKind.SESSION) {
            Duration grace = window.grace() == null ? GRACE_DEFAULT : window.grace();
            Materialized<Object, Row, SessionStore<Bytes, byte[]>> store = Materialized.with(keys, states);
            if (window.retention() != null) store = store.withRetention(window.retention());
            windowed = grouped.windowedBy(SessionWindows.ofInactivityGapAndGrace(window.size(), grace))
                    .aggregate(
                            () -> initial(functions),
                            (key, row, state) -> added(functions, row, state),
                            (key, one, two) -> merged(functions, one, two),
                            store);
        } else {
            Duration rest = GRACE_DEFAULT.minus(window.size());
            Duration grace = window.grace() != null ? window.grace() : rest.isNegative() ? Duration.ZERO : rest;
            Materialized<Object, Row, WindowStore<Bytes, byte[]>> store = Materialized.with(keys, states);
            if (window.retention() != null) store = store.withRetention(window.retention());
            windowed = grouped.windowedBy(
                            TimeWindows.ofSizeAndGrace(window.size(), grace).advanceBy(window.advance()))
                    .aggregate(() -> initial(functions), (key, row, state) -> added(functions, row, state), store);
        }
        return (KTable<Object, Row>) windowed;
    }

    /// Key of the row's group; null when a part of it is null.
    private @Nullable Object group(Plan.Aggregate plan, Row row) {
        Row key = SafeValues.all(plan.groups().values(), row, topology.problems());
        return key.hasNull() ? null : key;
    }

    private static Row initial(List<Plan.Aggregated> functions) {
        var values = new @Nullable Object[functions.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = functions.get(i).function().initialize();
        return new Row(values);
    }

    /// A function that fails keeps its aggregate.
    private Row added(List<Plan.Aggregated> functions, Row row, Row state) {
        var values = new @Nullable Object[functions.size()];
        for (int i = 0; i < values.length; i++) {
            Object old = state.value(i);
            try {
                values[i] = functions
                        .get(i)
                        .function()
                        .add(old, functions.get(i).arguments().of(row.values()));
            } catch (RuntimeException e) {
                topology.problems().cannotCompute(e);
                values[i] = old;
            }
        }
        return new Row(values);
    }

    private Row removed(List<Plan.Aggregated> functions, Row row, Row state) {
        var values = new @Nullable Object[functions.size()];
        for (int i = 0; i < values.length; i++) {
            Object old = state.value(i);
            try {
                values[i] = functions
                        .get(i)
                        .function()
                        .undo(old, functions.get(i).arguments().of(row.values()));
            } catch (RuntimeException e) {
                topology.problems().cannotCompute(e);
                values[i] = old;
            }
        }
        return new Row(values);
    }

    private static Row merged(List<Plan.Aggregated> functions, Row one, Row two) {
        var values = new @Nullable Object[functions.size()];
        for (int i = 0; i < values.length; i++)
            values[i] = functions.get(i).function().merge(one.value(i), two.value(i));
        return new Row(values);
    }
}
