package barnabas.sql.reading;

import barnabas.base.Clock;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.topology.DirectQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.kstream.Windowed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest records of a table's topic by key, kept up to date by a thread while the table is asked for. Any server
/// answers for all partitions from its own copy. Readers need no lock.
final class TableView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableView.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration UNUSED_MAX = Duration.ofMinutes(10);
    private static final int LOAD_MAX_S = 60;
    /// Objects of a record, beside its bytes.
    private static final long RECORD_BYTES = 300;

    private final DirectQuery decoder;
    private final TopicRead topic;
    private final Clock clock;
    private final long bytesMax;
    /// Records of a key: one, or one for each window, in the order of their first records.
    private final Map<Row, Map<Object, ConsumerRecord<byte[], byte[]>>> rows = new ConcurrentHashMap<>();

    private final CountDownLatch loaded = new CountDownLatch(1);
    private volatile @Nullable String problem;
    private volatile long usedNanos;
    private long bytes;

    TableView(DirectQuery decoder, TopicRead topic, Clock clock, long bytesMax) {
        this.decoder = decoder;
        this.topic = topic;
        this.clock = clock;
        this.bytesMax = bytesMax;
        usedNanos = clock.nanos();
    }

    /// Runs until the view is closed, unused for long, or too large.
    void keepUp() {
        try {
            while (!topic.isClosed() && clock.nanos() - usedNanos < UNUSED_MAX.toNanos() && problem == null) {
                for (ConsumerRecord<byte[], byte[]> each : topic.next(POLL)) take(each);
                if (loaded.getCount() > 0 && topic.isAtFirstEnd()) loaded.countDown();
            }
            if (problem == null) problem = "the view was closed";
        } catch (KafkaException e) {
            LOG.warn("The view of {} has ended", decoder.source().name(), e);
            problem = String.valueOf(e.getMessage());
        } finally {
            // whatever ended it: its rows are old from now on
            if (problem == null) problem = "reading its topic has failed";
            loaded.countDown();
            rows.clear();
            topic.end();
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        Object key;
        try {
            key = decoder.key(record);
        } catch (SerializationException e) {
            return;
        }
        if (key == null) return;
        Row row = key instanceof Windowed<?> windowed ? (Row) windowed.key() : (Row) key;
        Object place = key instanceof Windowed<?> windowed ? windowed.window() : row;
        boolean gone = record.value() == null;
        rows.compute(row, (_, old) -> changed(old, place, record, gone));
        if (bytes > bytesMax) {
            problem = "the table " + decoder.source().name() + " is larger than " + bytesMax / (1 << 20)
                    + " MB, the limit of barnabas.sql.view.bytes";
        }
    }

    private @Nullable Map<Object, ConsumerRecord<byte[], byte[]>> changed(
            @Nullable Map<Object, ConsumerRecord<byte[], byte[]>> old,
            Object place,
            ConsumerRecord<byte[], byte[]> record,
            boolean gone) {
        // A copy: readers look at the old one meanwhile. Keys have few windows.
        Map<Object, ConsumerRecord<byte[], byte[]>> next =
                old == null ? new LinkedHashMap<>() : new LinkedHashMap<>(old);
        ConsumerRecord<byte[], byte[]> before = gone ? next.remove(place) : next.put(place, record);
        if (before != null) bytes -= size(before);
        if (!gone) bytes += size(record);
        return next.isEmpty() ? null : next;
    }

    private static long size(ConsumerRecord<byte[], byte[]> record) {
        return RECORD_BYTES + Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    }

    boolean hasEnded() {
        return problem != null;
    }

    /// Waits until the records are there that were in the topic when the view was made.
    private void await() throws InterruptedException {
        usedNanos = clock.nanos();
        if (!loaded.await(LOAD_MAX_S, TimeUnit.SECONDS))
            throw new SqlProblem("The table " + decoder.source().name() + " could not be read within " + LOAD_MAX_S
                    + " s. Try again: it is being read on.");
        String reason = problem;
        if (reason != null) throw new SqlProblem("The table cannot be queried: " + reason);
    }

    List<ConsumerRecord<byte[], byte[]>> of(List<Row> keys) throws InterruptedException {
        await();
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        for (Row each : keys) {
            Map<Object, ConsumerRecord<byte[], byte[]>> records = rows.get(each);
            if (records != null) found.addAll(records.values());
        }
        return found;
    }

    Iterable<Map<Object, ConsumerRecord<byte[], byte[]>>> all() throws InterruptedException {
        await();
        return rows.values();
    }

    @Override
    public void close() {
        topic.close();
    }
}
