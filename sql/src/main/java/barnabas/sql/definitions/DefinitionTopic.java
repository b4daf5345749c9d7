package barnabas.sql.definitions;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Failure;
import barnabas.base.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The definitions of a service in a topic of one partition. All servers of the service read it; one at a time writes:
/// they share a transactional id, so a server that another one has fenced cannot commit. It takes the id back, reads
/// what was written since, and decides again.
///
/// Owner of the consumer: the thread `sql-definitions`. Owner of the writer: the caller of [#write], one at a time.
public final class DefinitionTopic implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DefinitionTopic.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration READ_MAX = Duration.ofSeconds(30);

    /// Receives the changes in their order, on the thread that reads them.
    @FunctionalInterface
    public interface Listener {
        /// @param definition empty when the object is gone
        void changed(DefinitionForm.Key key, Optional<Definition> definition);
    }

    private final Map<String, Object> client;
    private final String topic;
    private final TopicPartition partition;
    private final Listener listener;
    private final Admin admin;
    private final Clock clock;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private long position;
    private volatile boolean closed;
    private @Nullable Thread thread;
    private @Nullable DefinitionWriter writer;

    /// @param client settings of the cluster's clients
    public DefinitionTopic(String topic, Map<String, Object> client, Admin admin, Clock clock, Listener listener) {
        this.topic = topic;
        this.client = client;
        this.admin = admin;
        this.clock = clock;
        this.listener = listener;
        partition = new TopicPartition(topic, 0);
        var settings = new HashMap<>(client);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// Makes the topic when it is missing, and reads all that is in it.
    public void open(Threads threads) throws InterruptedException {
        create();
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        thread = threads.start("sql-definitions", this::read);
        catchUp();
    }

    private void create() throws InterruptedException {
        var wanted = new NewTopic(topic, Optional.of(1), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        try {
            admin.createTopics(List.of(wanted)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) throw failure(e);
        }
    }

    /// Waits until the listener has had every change that is committed now.
    public void catchUp() throws InterruptedException {
        long end;
        try {
            end = admin.listOffsets(
                            Map.of(partition, OffsetSpec.latest()),
                            new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .partitionResult(partition)
                    .get()
                    .offset();
        } catch (ExecutionException e) {
            throw failure(e);
        }
        await(end);
    }

    private void await(long end) throws InterruptedException {
        var deadline = Deadline.in(READ_MAX, clock);
        lock.lockInterruptibly();
        try {
            while (position < end) {
                if (closed || deadline.passed())
                    throw new KafkaException("The topic " + topic + " could not be read up to offset " + end);
                deadline.await(lock, moved);
            }
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        try {
            while (!closed && !Thread.currentThread().isInterrupted()) {
                try {
                    for (ConsumerRecord<byte[], byte[]> each : consumer.poll(POLL)) changed(each);
                    moveTo(consumer.position(partition));
                } catch (WakeupException e) {
                    LOG.debug("The topic {} is no longer read", topic);
                } catch (KafkaException e) {
                    LOG.error("The topic {} cannot be read; trying again", topic, e);
                    clock.parkUntil(this, clock.nanos() + AGAIN.toNanos());
                }
            }
        } finally {
            consumer.close();
        }
    }

    private void changed(ConsumerRecord<byte[], byte[]> record) {
        try {
            DefinitionForm.Key key = DefinitionForm.key(record.key());
            byte[] value = record.value();
            listener.changed(
                    key, value == null ? Optional.empty() : Optional.of(DefinitionForm.definition(key, value)));
        } catch (RuntimeException | Error e) {
            // A stack that overflows too: without this thread the server would know of no change any more.
            LOG.error("The record at offset {} of {} is no definition and is left out", record.offset(), topic, e);
            Failure.rethrowIfFatal(e);
        }
    }

    private void moveTo(long next) {
        lock.lock();
        try {
            position = next;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes the right to write from the server that has it, unless this one has it, and reads what that one has
    /// written.
    public void claim() throws InterruptedException {
        if (writer == null) writer = DefinitionWriter.claimed(topic, client);
        catchUp();
    }

    /// Writes all of the definitions, or none of them, and waits until the listener has had them. To be called after
    /// [#claim].
    ///
    /// @param gone keys of objects that are no more
    /// @return false when another server has taken the right to write: nothing is written then
    public boolean write(List<Definition> definitions, List<String> gone) throws InterruptedException {
        DefinitionWriter current = writer;
        if (current == null) return false;
        OptionalLong written = current.write(definitions, gone);
        if (written.isEmpty()) {
            writer = null;
            current.close();
            return false;
        }
        // The end that readers of committed records see moves a moment after the commit.
        await(written.getAsLong());
        return true;
    }

    private static KafkaException failure(ExecutionException e) {
        return e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        Thread reading = thread;
        if (reading == null) consumer.close();
        DefinitionWriter current = writer;
        if (current != null) current.close();
    }
}
