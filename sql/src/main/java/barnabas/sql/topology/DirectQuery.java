package barnabas.sql.topology;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.expressions.Typed;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// A query that looks at one record at a time, so that its rows come out of the records of one topic without an
/// application of Kafka Streams: filters, table functions, projections. Safe for use by many threads.
public final class DirectQuery {
    private final Plan plan;
    private final List<Typed> values;
    private final DataSource source;
    private final WindowBytes keys;
    private final ValueBytes bodies;
    private final SourceColumns columns;
    private final @Nullable RecordTimes times;

    private DirectQuery(Plan plan, List<Typed> values, DataSource source, Codecs codecs) {
        this.plan = plan;
        this.values = values;
        this.source = source;
        keys = new WindowBytes(codecs.key(source), source.encoding().window());
        bodies = new ValueBytes(codecs.value(source));
        columns = new SourceColumns(source);
        times = RecordTimes.of(source, false).orElse(null);
    }

    /// @param values columns of the result
    /// @return empty when the plan joins or aggregates
    public static Optional<DirectQuery> of(Plan plan, List<Typed> values, Codecs codecs) {
        return source(plan).map(source -> new DirectQuery(plan, values, source, codecs));
    }

    private static Optional<DataSource> source(Plan plan) {
        return switch (plan) {
            case Plan.Source source -> Optional.of(source.source());
            case Plan.Filter filter -> source(filter.input());
            case Plan.Flatten flatten -> source(flatten.input());
            case Plan.Rekey rekey -> source(rekey.input());
            case Plan.Join _, Plan.Aggregate _ -> Optional.empty();
        };
    }

    public DataSource source() {
        return source;
    }

    /// Key of a record: a [Row], or a windowed one.
    ///
    /// @throws SerializationException when the bytes are no key
    public @Nullable Object key(ConsumerRecord<byte[], byte[]> record) {
        return keys.decode(record.key());
    }

    /// Rows that the record gives, each made when it is asked for: a table function makes many of one record, and none
    /// when it is deleted, filtered out, or has no time.
    ///
    /// @throws SerializationException when the record is no row of the source
    public Iterable<Row> rows(ConsumerRecord<byte[], byte[]> record) {
        Object key = keys.decode(record.key());
        Row value = bodies.codec().decode(record.value());
        if (value == null || (source.isTable() && Keys.isNull(key))) return List.of();
        long time = times == null ? record.timestamp() : times.of(Keys.row(key), value);
        if (time < 0) return List.of();
        var place = new SourceColumns.Place(record.partition(), record.offset());
        Row first = columns.row(key, value, record.headers(), time, place);
        return () -> through(plan, first)
                .map(each -> SafeValues.all(values, each, ValueProblems.NONE))
                .iterator();
    }

    private static Stream<Row> through(Plan plan, Row row) {
        return switch (plan) {
            case Plan.Source _ -> Stream.of(row);
            case Plan.Filter filter ->
                through(filter.input(), row)
                        .filter(each -> SafeValues.holds(filter.condition(), each, ValueProblems.NONE));
            case Plan.Flatten flatten -> {
                // A list: behind flatMap all rows of one would be made at once.
                var all = new ArrayList<Row>();
                through(flatten.input(), row)
                        .forEach(each -> all.addAll(QueryTopology.flattened(flatten.functions(), each)));
                yield all.stream();
            }
            case Plan.Rekey rekey ->
                through(rekey.input(), row)
                        .map(each -> rekey.added().isEmpty()
                                ? each
                                : each.with(SafeValues.all(rekey.added(), each, ValueProblems.NONE)
                                        .values()));
            case Plan.Join _, Plan.Aggregate _ -> throw new IllegalArgumentException("no direct query");
        };
    }
}
