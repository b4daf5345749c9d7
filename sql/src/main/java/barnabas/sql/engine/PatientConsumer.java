package barnabas.sql.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A consumer of Kafka Streams that waits longer than it is asked to once nothing has come for a while: a thread of
/// Kafka Streams looks for work after each poll, ten times a second, which is most of the CPU of an idle query. Records
/// end a wait at once, and the polls behind them are as short as asked, so that the records' commit is not late.
///
/// Owner: the thread of Kafka Streams; any thread may call [#attend].
final class PatientConsumer extends KafkaConsumer<byte[], byte[]> {
    /// A long wait is cut into polls, between which a new assignment, or the end of the query, is seen.
    private static final Duration CUT = Duration.ofSeconds(1);

    private static final int CUTS = 5;

    private final int shortPolls;
    private final AtomicInteger empty = new AtomicInteger();

    /// @param shortPolls polls without a record before a wait is long: commits are done by then
    PatientConsumer(Map<String, Object> settings, int shortPolls) {
        super(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.shortPolls = shortPolls;
    }

    /// Ends a long wait within [#CUT], and makes the next ones short.
    void attend() {
        empty.set(0);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (timeout.isZero() || !isPatient()) return once(timeout);
        ConsumerRecords<byte[], byte[]> records = once(CUT);
        for (int cut = 1; cut < CUTS && isNothing(records) && isPatient(); cut++) records = once(CUT);
        return records;
    }

    private boolean isPatient() {
        return empty.get() >= shortPolls;
    }

    /// Nothing that moves a position, as ends of transactions do too.
    private static boolean isNothing(ConsumerRecords<byte[], byte[]> records) {
        return records.isEmpty() && records.nextOffsets().isEmpty();
    }

    private ConsumerRecords<byte[], byte[]> once(Duration timeout) {
        Set<TopicPartition> assigned = assignment();
        ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
        if (isNothing(records) && assigned.equals(assignment()))
            empty.updateAndGet(before -> Math.min(before + 1, shortPolls));
        else empty.set(0);
        return records;
    }
}
