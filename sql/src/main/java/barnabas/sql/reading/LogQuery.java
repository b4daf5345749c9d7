package barnabas.sql.reading;

import barnabas.sql.rows.Row;
import barnabas.sql.topology.DirectQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A query over the records of one topic, read directly: a push query without state, or a pull query on a stream, which
/// ends where the log ended when it began.
final class LogQuery implements ReadQuery {
    private static final Logger LOG = LoggerFactory.getLogger(LogQuery.class);
    /// Records between looks whether the one who asked is there: the rows of a round may take minutes.
    private static final int LOOK_AFTER = 16;

    private static final Duration POLL = Duration.ofMillis(500);

    private final Asked asked;
    private final DirectQuery query;
    private final TopicRead topic;
    private final boolean push;
    private long skipped;

    LogQuery(Asked asked, DirectQuery query, TopicRead topic, boolean push) {
        this.asked = asked;
        this.query = query;
        this.topic = topic;
        this.push = push;
    }

    @Override
    public Asked asked() {
        return asked;
    }

    @Override
    public boolean push() {
        return push;
    }

    @Override
    public End run(RowSink sink) throws IOException {
        long left = asked.rowsMax();
        long read = 0;
        try {
            while (left > 0) {
                if (topic.isClosed()) return End.CLOSED;
                for (ConsumerRecord<byte[], byte[]> record : topic.next(POLL)) {
                    if (++read % LOOK_AFTER == 0 && (topic.isClosed() || sink.isGone())) return End.CLOSED;
                    for (Row each : rows(record)) {
                        sink.row(each);
                        if (--left > 0) continue;
                        // The rows leave before the connections are closed, which takes a moment.
                        boolean _ = sink.idle();
                        return End.LIMIT;
                    }
                }
                if (!sink.idle()) return End.CLOSED;
                if (!push && topic.isAtFirstEnd()) return End.COMPLETE;
            }
            return End.LIMIT;
        } finally {
            topic.end();
        }
    }

    /// A record that is no row is left out.
    private Iterable<Row> rows(ConsumerRecord<byte[], byte[]> record) {
        try {
            return query.rows(record);
        } catch (SerializationException e) {
            if (skipped++ == 0)
                LOG.warn(
                        "Query {}: the record at offset {} of {}-{} is no row: {}",
                        asked.id(),
                        record.offset(),
                        record.topic(),
                        record.partition(),
                        e.getMessage());
            return List.of();
        }
    }

    @Override
    public void close() {
        topic.close();
    }
}
