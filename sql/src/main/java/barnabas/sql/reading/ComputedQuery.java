package barnabas.sql.reading;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.expressions.Typed;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.RowMemory;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.topology.DrivenQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A pull query that joins or aggregates: the topology of a push query, driven by the records that its topics have now.
/// Rows of a stream come as they are made; those of a table at the end, each as it is then.
final class ComputedQuery implements ReadQuery {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int ROUND = 1_000;
    /// Objects of a row or a record, beside its bytes.
    private static final long ENTRY_BYTES = 300;

    /// Plan of the query and surroundings of its computation.
    ///
    /// @param bytesMax memory for its state, about
    record Work(Plan plan, List<Typed> values, Codecs codecs, Path directory, long bytesMax) {}

    private final Asked asked;
    private final Work work;
    private final MergedTopics records;
    private final boolean keepsRecords;
    private final Map<Object, Row> rows = new LinkedHashMap<>();
    /// Of the records that the state keeps, and of the rows of the result.
    private long bytes;

    ComputedQuery(Asked asked, Work work, MergedTopics records) {
        this.asked = asked;
        this.work = work;
        this.records = records;
        keepsRecords = keepsRecords(work.plan());
    }

    /// Whether the state of a query grows with each record, and not only with each group.
    private static boolean keepsRecords(Plan plan) {
        return plan instanceof Plan.Join
                || (plan instanceof Plan.Source source && source.source().isTable())
                || plan.inputs().stream().anyMatch(ComputedQuery::keepsRecords);
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public boolean push() {
        return false;
    }

    @Override
    public End run(RowSink sink) throws IOException {
        try (var query = new DrivenQuery(work.plan(), work.values(), work.codecs(), asked.id(), work.directory())) {
            boolean table = work.plan().shape().table();
            long left = asked.rowsMax();
            long read = 0;
            while (left > 0 && !records.isAtEnd()) {
                if (records.isClosed()) return End.CLOSED;
                ConsumerRecord<byte[], byte[]> record = records.next();
                if (record == null) {
                    records.fetch(POLL);
                } else {
                    if (keepsRecords) take(ENTRY_BYTES + size(record.key()) + size(record.value()));
                    for (DrivenQuery.Change each : query.read(record)) {
                        if (table) keep(each);
                        else if (each.row() != null && left-- > 0) sink.row(each.row());
                    }
                    if (++read % ROUND != 0 && !query.isFull()) continue;
                    query.forget();
                    if (!keepsRecords) check(bytes + query.stateBytes());
                }
                if (!sink.idle()) return End.CLOSED;
            }
            for (Row each : rows.values()) {
                if (left-- <= 0) return End.LIMIT;
                sink.row(each);
            }
            return left > 0 ? End.COMPLETE : End.LIMIT;
        } finally {
            records.end();
        }
    }

    private void keep(DrivenQuery.Change change) {
        Object key = Objects.requireNonNullElse(change.key(), "");
        Row row = change.row();
        Row before = row == null ? rows.remove(key) : rows.put(key, row);
        long keyBytes = ENTRY_BYTES + RowMemory.bytes(key);
        take((row == null ? 0 : keyBytes + RowMemory.bytes(row))
                - (before == null ? 0 : keyBytes + RowMemory.bytes(before)));
    }

    private void take(long more) {
        bytes += more;
        check(bytes);
    }

    private void check(long held) {
        if (held > work.bytesMax())
            throw new SqlProblem("The query would keep more than " + work.bytesMax() / (1 << 20)
                    + " MB, the limit of barnabas.sql.view.bytes. Make a table of it with CREATE TABLE AS SELECT,"
                    + " or add EMIT CHANGES for a push query.");
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    @Override
    public void close() {
        records.close();
    }
}
