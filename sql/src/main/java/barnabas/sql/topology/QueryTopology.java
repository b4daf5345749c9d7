package barnabas.sql.topology;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.expressions.Typed;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.RowSerde;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The topology of one query.
public final class QueryTopology {
    /// Property of a session: a record whose time cannot be read ends the query.
    public static final String STRICT_TIMES = "ksql.timestamp.throw.on.invalid";

    private final StreamsBuilder builder = new StreamsBuilder();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Map<String, KStream<byte[], byte[]>> shared = new HashMap<>();
    private final Codecs codecs;
    private final boolean named;
    private final boolean strictTimes;
    private final ValueProblems problems;
    private int tables;
    private int aggregations;

    private QueryTopology(Codecs codecs, boolean named, boolean strictTimes, ValueProblems problems) {
        this.problems = problems;
        this.strictTimes = strictTimes;
        this.codecs = codecs;
        this.named = named;
    }

    public static Topology of(Plan.Sink sink, Codecs codecs) {
        return of(sink, codecs, true, Map.of(), ValueProblems.NONE);
    }

    /// @param named whether stores of aggregations and their topics have names that do not change with the steps
    ///     before them
    /// @param properties of the session that made the query
    public static Topology of(
            Plan.Sink sink, Codecs codecs, boolean named, Map<String, String> properties, ValueProblems problems) {
        boolean strictTimes = Boolean.parseBoolean(properties.get(STRICT_TIMES));
        var made = new QueryTopology(codecs, named, strictTimes, problems);
        made.sink(sink);
        return made.builder.build();
    }

    /// The topology of a query that hands its rows on and writes them nowhere. Deleted rows of tables are left out.
    ///
    /// @param values columns of the result
    public static Topology of(Plan plan, List<Typed> values, Consumer<Row> rows, Codecs codecs) {
        return changes(
                plan,
                values,
                (key, row) -> {
                    if (row != null) rows.accept(row);
                },
                codecs);
    }

    /// The same, which hands on keys too, and nulls for deleted rows.
    static Topology changes(
            Plan plan, List<Typed> values, BiConsumer<@Nullable Object, @Nullable Row> changes, Codecs codecs) {
        var made = new QueryTopology(codecs, true, false, ValueProblems.NONE);
        made.countUses(plan);
        KStream<Object, Row> records = switch (made.flow(plan)) {
            case Flow.Stream stream -> stream.records();
            case Flow.Table table -> table.rows().toStream();
        };
        records.foreach((key, row) ->
                changes.accept(key, row == null ? null : SafeValues.all(values, row, ValueProblems.NONE)));
        return made.builder.build();
    }

    /// @throws barnabas.sql.syntax.SqlProblem when the source's records cannot have the times that are asked for
    public static void check(DataSource source) {
        RecordTimes.of(source, false);
    }

    private void countUses(Plan plan) {
        switch (plan) {
            case Plan.Source source -> uses.merge(source.source().topic(), 1, Integer::sum);
            case Plan.Filter filter -> countUses(filter.input());
            case Plan.Flatten flatten -> countUses(flatten.input());
            case Plan.Rekey rekey -> countUses(rekey.input());
            case Plan.Aggregate aggregate -> countUses(aggregate.input());
            case Plan.Join join -> {
                countUses(join.left());
                countUses(join.right());
            }
        }
    }

    private void sink(Plan.Sink sink) {
        countUses(sink.input());
        KStream<Object, Row> records = switch (flow(sink.input())) {
            case Flow.Stream stream -> stream.records();
            case Flow.Table table -> table.rows().toStream();
        };
        List<Typed> values = sink.values();
        DataSource target = sink.target();
        KStream<Object, Row> rows =
                records.mapValues(row -> row == null ? null : SafeValues.all(values, row, problems));
        Optional<RecordTimes> times = RecordTimes.of(target, strictTimes);
        if (times.isPresent()) {
            RecordTimes known = times.get();
            rows = rows.processValues(() -> new SinkTimes(known));
        }
        rows.to(
                target.topic(),
                Produced.with(
                        new WindowBytes(codecs.key(target), target.encoding().window()),
                        new ValueBytes(codecs.value(target))));
    }

    /// Name for the state of an aggregation; null when it has the number of its step.
    @Nullable
    String aggregationName() {
        return named ? "aggregate-" + aggregations++ : null;
    }

    ValueProblems problems() {
        return problems;
    }

    Flow flow(Plan plan) {
        return switch (plan) {
            case Plan.Source source -> source(source);
            case Plan.Filter filter -> filter(filter);
            case Plan.Flatten flatten ->
                new Flow.Stream(stream(flatten.input())
                        .flatMapValues(row -> row == null ? List.<Row>of() : flattened(flatten.functions(), row)));
            case Plan.Rekey rekey -> rekey(rekey);
            case Plan.Join join -> new JoinTopology(this).join(join);
            case Plan.Aggregate aggregate -> new AggregateTopology(this).aggregate(aggregate);
        };
    }

    KStream<Object, Row> stream(Plan plan) {
        return switch (flow(plan)) {
            case Flow.Stream stream -> stream.records();
            case Flow.Table _ -> throw new IllegalArgumentException("a table is no stream");
        };
    }

    KTable<Object, Row> table(Plan plan) {
        return switch (flow(plan)) {
            case Flow.Stream _ -> throw new IllegalArgumentException("a stream is no table");
            case Flow.Table table -> table.rows();
        };
    }

    static Serde<Object> keys(Shape shape) {
        return new InternalKeys(shape.keyTypes(), shape.window());
    }

    static Serde<Row> rows(Shape shape) {
        return new RowSerde(shape.types());
    }

    private Flow source(Plan.Source plan) {
        DataSource source = plan.source();
        KStream<Object, Row> rows = records(source).processValues(() -> new SourceColumns(source));
        if (!source.isTable()) return new Flow.Stream(rows);
        Materialized<Object, Row, KeyValueStore<Bytes, byte[]>> store =
                Materialized.<Object, Row, KeyValueStore<Bytes, byte[]>>as("table-" + tables++)
                        .withKeySerde(keys(plan.shape()))
                        .withValueSerde(rows(plan.shape()));
        // A store with a name is always made: without old values a filter would forward tombstones of unknown rows.
        return new Flow.Table(rows.filter((key, row) -> !Keys.isNull(key)).toTable(store));
    }

    private KStream<Object, Row> records(DataSource source) {
        RecordTimes times = RecordTimes.of(source, strictTimes).orElse(null);
        if (uses.getOrDefault(source.topic(), 0) > 1) {
            return shared.computeIfAbsent(
                            source.topic(),
                            topic -> builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray())))
                    .process(() -> new SharedTopic(source, codecs, times));
        }
        Consumed<Object, Row> consumed = Consumed.with(
                new WindowBytes(codecs.key(source), source.encoding().window()), new ValueBytes(codecs.value(source)));
        if (times != null) {
            consumed = consumed.withTimestampExtractor((record, before) -> record.value() == null
                    ? record.timestamp()
                    : times.of(Keys.row(record.key()), (Row) record.value()));
        }
        return builder.stream(source.topic(), consumed);
    }

    private Flow filter(Plan.Filter filter) {
        Typed condition = filter.condition();
        return switch (flow(filter.input())) {
            case Flow.Stream stream ->
                new Flow.Stream(stream.records().filter((key, row) -> SafeValues.holds(condition, row, problems)));
            case Flow.Table table ->
                // A window's only row is written at its end: nothing that was written before can be taken back.
                filter.input() instanceof Plan.Aggregate aggregate && aggregate.atEnd()
                        ? new Flow.Stream(table.rows()
                                .toStream()
                                .filter((key, row) -> SafeValues.holds(condition, row, problems)))
                        : new Flow.Table(table.rows().filter((key, row) -> SafeValues.holds(condition, row, problems)));
        };
    }

    private Flow rekey(Plan.Rekey rekey) {
        List<Typed> added = rekey.added();
        List<Typed> key = rekey.key();
        KStream<Object, Row> records = stream(rekey.input());
        KStream<Object, Row> keyed =
                records.selectKey((old, row) -> row == null || key.isEmpty() ? null : keyRow(key, row));
        if (added.isEmpty()) return new Flow.Stream(keyed);
        return new Flow.Stream(keyed.mapValues(row -> row == null
                ? null
                : row.with(SafeValues.all(added, row, problems).values())));
    }

    private @Nullable Object keyRow(List<Typed> key, Row row) {
        return SafeValues.all(key, row, problems);
    }

    /// A row for each place of the longest list; shorter lists end in nulls.
    static List<Row> flattened(List<Plan.Flattening> functions, Row row) {
        var columns = new ArrayList<List<@Nullable Object>>();
        int longest = 0;
        for (Plan.Flattening each : functions) {
            List<@Nullable Object> column = values(each, row);
            columns.add(column);
            longest = Math.max(longest, column.size());
        }
        var rows = new ArrayList<Row>(longest);
        for (int i = 0; i < longest; i++) {
            var added = new @Nullable Object[columns.size()];
            for (int j = 0; j < added.length; j++) {
                List<@Nullable Object> column = columns.get(j);
                added[j] = i < column.size() ? column.get(i) : null;
            }
            rows.add(row.with(added));
        }
        return rows;
    }

    private static List<@Nullable Object> values(Plan.Flattening flattening, Row row) {
        try {
            List<@Nullable Object> values =
                    flattening.function().call().call(flattening.arguments().of(row.values()));
            return values == null ? List.of() : values;
        } catch (RuntimeException e) {
            return List.of();
        }
    }
}
