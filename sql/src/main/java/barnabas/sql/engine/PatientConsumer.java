package barnabas.sql.engine;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// A consumer of Kafka Streams that waits longer than it is asked to once nothing has come for a while: a thread of
/// Kafka Streams looks for work after each poll, ten times a second, which is most of the CPU of an idle query. Records
/// end a wait at once, and the polls behind them are as short as asked, so that the records' commit is not late.
///
/// A consumer whose partitions an [IdleWatch] looks at does not poll while it waits: two fetches a second and their
/// wake-ups are most of what is left.
///
/// Owner: the thread of Kafka Streams; any thread may call [#attend].
final class PatientConsumer extends KafkaConsumer<byte[], byte[]> {
    /// A long wait is cut into polls, between which a new assignment, or the end of the query, is seen.
    /// Default of `max.poll.interval.ms`.
    private static final int POLL_INTERVAL_MS = 300_000;

    private static final Duration CUT = Duration.ofSeconds(1);

    private static final int CUTS = 5;

    private final String group;
    private final Duration restMax;
    private final int shortPolls;
    private final @Nullable IdleWatch watch;
    private final AtomicInteger empty = new AtomicInteger();
    private volatile @Nullable Thread owner;
    private volatile boolean hurried;
    private volatile @Nullable Work work;

    /// @param shortPolls polls without a record before a wait is long: commits are done by then
    /// @param watch null without
    PatientConsumer(Map<String, Object> settings, int shortPolls, @Nullable IdleWatch watch) {
        super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        group = String.valueOf(settings.get(ConsumerConfig.GROUP_ID_CONFIG));
        restMax = Duration.ofMillis(pollIntervalMillis(settings) / 3);
        this.shortPolls = shortPolls;
        this.watch = watch;
    }

    /// A consumer that does not poll for so long leaves its group.
    private static int pollIntervalMillis(Map<String, Object> settings) {
        Object given = settings.get(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
        return given == null ? POLL_INTERVAL_MS : Integer.parseInt(String.valueOf(given));
    }

    String group() {
        return group;
    }

    /// Ends a long wait, at once or within [#CUT], and makes the next ones short.
    void attend() {
        empty.set(0);
        Thread resting = owner;
        if (resting != null) LockSupport.unpark(resting);
    }

    /// Ends long waits for good, for the end of the query.
    void hurry() {
        hurried = true;
        attend();
    }

    /// Work on the records of a poll.
    ///
    /// @param sinceNanos end of that poll
    record Work(Thread thread, long sinceNanos) {}

    /// The work that goes on; empty within a poll and without a thread.
    Optional<Work> work() {
        return Optional.ofNullable(work);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        work = null;
        ConsumerRecords<byte[], byte[]> records = polled(timeout);
        if (!records.isEmpty()) work = new Work(Thread.currentThread(), Clock.SYSTEM.nanos());
        return records;
    }

    private ConsumerRecords<byte[], byte[]> polled(Duration timeout) {
        if (timeout.isZero() || !isPatient()) return once(timeout);
        owner = Thread.currentThread();
        if (watch != null && isWatched(watch)) return rest(watch, timeout);
        ConsumerRecords<byte[], byte[]> records = once(CUT);
        for (int cut = 1; cut < CUTS && isNothing(records) && isPatient(); cut++) {
            if (watch != null && isWatched(watch)) return records;
            records = once(CUT);
        }
        return records;
    }

    private boolean isPatient() {
        return !hurried && empty.get() >= shortPolls;
    }

    /// Hands the partitions over to the watch, unless Kafka Streams reads some of them only later.
    private boolean isWatched(IdleWatch watching) {
        Set<TopicPartition> assigned = assignment();
        if (assigned.isEmpty() || !paused().isEmpty()) return false;
        var positions = new HashMap<TopicPartition, Long>();
        try {
            for (TopicPartition each : assigned) positions.put(each, position(each, Duration.ZERO));
        } catch (TimeoutException e) {
            return false;
        }
        return watching.covers(this, positions);
    }

    /// Waits until the watch sees a record. The consumer's other thread sends its heartbeats meanwhile.
    private ConsumerRecords<byte[], byte[]> rest(IdleWatch watching, Duration timeout) {
        Deadline deadline = watching.rest(restMax);
        while (isPatient() && !deadline.passed() && !Thread.currentThread().isInterrupted()) deadline.park(this);
        return once(timeout);
    }

    /// Nothing that moves a position, as ends of transactions do too.
    private static boolean isNothing(ConsumerRecords<byte[], byte[]> records) {
        return records.isEmpty() && records.nextOffsets().isEmpty();
    }

    private ConsumerRecords<byte[], byte[]> once(Duration timeout) {
        Set<TopicPartition> assigned = assignment();
        ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
        if (isNothing(records) && assigned.equals(assignment())) {
            empty.updateAndGet(before -> Math.min(before + 1, shortPolls));
        } else {
            empty.set(0);
            leaveWatch();
        }
        return records;
    }

    private void leaveWatch() {
        if (watch != null) watch.leave(this);
    }

    @Override
    public void unsubscribe() {
        leaveWatch();
        super.unsubscribe();
    }

    @Override
    public void close() {
        work = null;
        leaveWatch();
        super.close();
    }

    @Override
    public void close(CloseOptions options) {
        work = null;
        leaveWatch();
        super.close(options);
    }
}
