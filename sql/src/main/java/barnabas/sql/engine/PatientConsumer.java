package barnabas.sql.engine;

import barnabas.base.Mutex;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// A consumer of Kafka Streams that waits longer than it is asked to once nothing has come for a while: a thread of
/// Kafka Streams looks for work after each poll, ten times a second, which is most of the CPU of an idle query. Records
/// end a wait at once, and the polls behind them are as short as asked, so that the records' commit is not late.
///
/// A consumer whose partitions an [IdleWatch] looks at fetches nothing while it waits: two fetches a second and their
/// wake-ups are most of what is left.
///
/// Owner: the thread of Kafka Streams; any thread may call [#attend].
final class PatientConsumer extends KafkaConsumer<byte[], byte[]> {
    /// A long wait is cut into polls, between which a new assignment, or the end of the query, is seen.
    private static final Duration CUT = Duration.ofSeconds(1);

    private static final int CUTS = 5;

    /// A wait without fetches, after which Kafka Streams sees a new assignment.
    private static final Duration REST = Duration.ofSeconds(3);

    private final int shortPolls;
    private final @Nullable IdleWatch watch;
    private final AtomicInteger empty = new AtomicInteger();
    private final Set<TopicPartition> held = new HashSet<>();
    private final Mutex mutex = new Mutex();
    /// Guarded by `mutex`.
    private boolean resting;
    /// Guarded by `mutex`.
    private boolean woken;

    /// @param shortPolls polls without a record before a wait is long: commits are done by then
    /// @param watch null without
    PatientConsumer(Map<String, Object> settings, int shortPolls, @Nullable IdleWatch watch) {
        super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.shortPolls = shortPolls;
        this.watch = watch;
    }

    /// Ends a long wait within [#CUT], and makes the next ones short.
    void attend() {
        empty.set(0);
        try (var _ = mutex.hold()) {
            if (!resting || woken) return;
            woken = true;
            wakeup();
        }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (timeout.isZero() || !isPatient()) return once(timeout);
        if (isWatched()) return rest(timeout);
        ConsumerRecords<byte[], byte[]> records = once(CUT);
        for (int cut = 1; cut < CUTS && isNothing(records) && isPatient() && !isWatched(); cut++) records = once(CUT);
        return records;
    }

    private boolean isPatient() {
        return empty.get() >= shortPolls;
    }

    /// Hands the partitions over to the watch, unless Kafka Streams reads some of them only later.
    private boolean isWatched() {
        Set<TopicPartition> assigned = assignment();
        if (watch == null || assigned.isEmpty() || !paused().isEmpty()) return false;
        var positions = new HashMap<TopicPartition, Long>();
        try {
            for (TopicPartition each : assigned) positions.put(each, position(each, Duration.ZERO));
        } catch (TimeoutException e) {
            return false;
        }
        return watch.covers(this, positions);
    }

    /// Waits without a fetch until the watch sees a record. Heartbeats and assignments go on.
    private ConsumerRecords<byte[], byte[]> rest(Duration timeout) {
        if (!hasBegunRest()) return once(timeout);
        held.addAll(assignment());
        pause(held);
        ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();
        boolean thrown = false;
        try {
            records = once(REST);
        } catch (WakeupException e) {
            thrown = true;
        }
        if (hasWakeupLeft(thrown)) forgetWakeup();
        held.retainAll(assignment());
        resume(held);
        held.clear();
        return isNothing(records) && !isPatient() ? once(timeout) : records;
    }

    private boolean hasBegunRest() {
        try (var _ = mutex.hold()) {
            resting = isPatient();
            woken = false;
            return resting;
        }
    }

    private boolean hasWakeupLeft(boolean thrown) {
        try (var _ = mutex.hold()) {
            resting = false;
            return woken && !thrown;
        }
    }

    /// Takes the exception of a wake-up that came too late for its wait: another call of Kafka Streams would get it.
    private void forgetWakeup() {
        var others = new HashSet<>(assignment());
        others.removeAll(paused());
        pause(others);
        try {
            super.poll(Duration.ZERO);
        } catch (WakeupException _) {
            // as expected
        }
        others.retainAll(assignment());
        resume(others);
    }

    @Override
    public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        super.subscribe(topics, new Letting(listener));
    }

    @Override
    public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
        super.subscribe(pattern, new Letting(listener));
    }

    /// Leaves partitions that go during a wait to Kafka Streams, which may want them paused when they come back.
    private final class Letting implements ConsumerRebalanceListener {
        private final ConsumerRebalanceListener listener;

        Letting(ConsumerRebalanceListener listener) {
            this.listener = listener;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            listener.onPartitionsAssigned(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            partitions.forEach(held::remove);
            listener.onPartitionsRevoked(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(held::remove);
            listener.onPartitionsLost(partitions);
        }
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
        leaveWatch();
        super.close();
    }

    @Override
    public void close(CloseOptions options) {
        leaveWatch();
        super.close(options);
    }
}
