package barnabas.sql.reading;

import barnabas.sql.plan.Plan;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.topology.DrivenQuery;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// A push query that aggregates without windows: its topology, driven by the records of its topics as they come. It
/// needs no group, no internal topics and no threads, which are most of the time to the first row of an application.
///
/// All partitions go through one state. Windows end by the time of a partition's records, and joins meet the records of
/// one partition in their order, so such queries are applications of Kafka Streams ([StreamsQuery]).
final class FollowedQuery implements ReadQuery {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int ROUND = 100;

    private final Asked asked;
    private final ComputedQuery.Work work;
    private final MergedTopics records;

    FollowedQuery(Asked asked, ComputedQuery.Work work, MergedTopics records) {
        this.asked = asked;
        this.work = work;
        this.records = records;
    }

    /// Whether the query can be run so.
    static boolean takes(Plan plan) {
        boolean here = switch (plan) {
            case Plan.Join _ -> false;
            case Plan.Aggregate aggregate -> aggregate.window() == null;
            case Plan.Source _, Plan.Filter _, Plan.Flatten _, Plan.Rekey _ -> true;
        };
        return here && plan.inputs().stream().allMatch(FollowedQuery::takes);
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public boolean push() {
        return true;
    }

    @Override
    public End run(RowSink sink) throws IOException {
        try (var query = new DrivenQuery(work.plan(), work.values(), work.codecs(), asked.id(), work.directory())) {
            long left = asked.rowsMax();
            long read = 0;
            while (left > 0) {
                if (records.isClosed()) return End.CLOSED;
                ConsumerRecord<byte[], byte[]> record = records.next();
                if (record == null) {
                    if (!sink.idle()) return End.CLOSED;
                    records.fetch(POLL);
                    continue;
                }
                for (DrivenQuery.Change each : query.read(record)) {
                    if (each.row() == null || left <= 0) continue;
                    sink.row(each.row());
                    left--;
                }
                if (++read % ROUND != 0 && !query.isFull()) continue;
                query.forget();
                if (query.stateBytes() > work.bytesMax()) throw tooLarge();
                if (!sink.idle()) return End.CLOSED;
            }
            // The rows leave before the connections are closed, which takes a moment.
            boolean _ = sink.idle();
            return End.LIMIT;
        } finally {
            records.end();
        }
    }

    private SqlProblem tooLarge() {
        return new SqlProblem("The query keeps more than " + work.bytesMax() / (1 << 20)
                + " MB, the limit of barnabas.sql.view.bytes. Make a table of it with CREATE TABLE AS SELECT.");
    }

    @Override
    public void close() {
        records.close();
    }
}
