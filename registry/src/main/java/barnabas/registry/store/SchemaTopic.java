package barnabas.registry.store;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.TopicAdmin;
import barnabas.console.records.PartitionFetch;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.records.ReadRecord;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchResponse.AbortedTransaction;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.state.Decision;
import barnabas.registry.state.RecordFormat;
import barnabas.registry.state.RecordFormat.UnknownRecord;
import barnabas.registry.state.RegistryState;
import barnabas.registry.state.SchemaRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topic `_schemas` and the state that its records make. Every question is answered with all records that were in
/// the topic when it came; every change is decided on such a state, appended, and answered when it was read back.
///
/// Any node takes changes. Changes of two nodes cannot cross: each is a transaction of the one transactional id
/// `_schemas`, so the node that took the id last fences the others ([SchemaWriter]), and a fenced node decides again on
/// what it has read since. Reading and writing are done with the rights of the user who asks.
public final class SchemaTopic {
    public static final String NAME = "_schemas";

    private static final Logger LOG = LoggerFactory.getLogger(SchemaTopic.class);
    private static final TopicPartition PARTITION = new TopicPartition(NAME, 0);
    private static final int FETCH_BYTES = 4 << 20;
    private static final int TOMBSTONES_MAX = 100;
    private static final int TRIES_MAX = 10;
    private static final int REPLICAS_WANTED = 3;
    private static final Duration TURN_MAX = Duration.ofSeconds(20);

    /// The turn to read. Held across requests to the cluster on purpose: all wait for the same records.
    private final ReentrantLock reading = new ReentrantLock();
    /// The turn to change. Held across requests to the cluster on purpose.
    private final ReentrantLock changing = new ReentrantLock();
    private final SchemaWriter writer = new SchemaWriter(); // guarded by changing
    private ReadState read = new ReadState(Uuid.ZERO); // guarded by reading
    private final Set<Long> abortedProducers = new HashSet<>(); // guarded by reading

    /// Looks at a state.
    @FunctionalInterface
    public interface Look<T> {
        T at(RegistryState state) throws RegistryProblem;
    }

    /// The answer of a look at the state with all records that are in the topic now.
    public <T> T look(Cluster cluster, Look<T> look) throws RegistryProblem, ClientException, InterruptedException {
        take(reading);
        try {
            catchUp(cluster);
            return look.at(read.state);
        } finally {
            reading.unlock();
        }
    }

    /// The answer of a look at the state as it was read last: sends nothing.
    public <T> T lookBack(Look<T> look) throws RegistryProblem, InterruptedException {
        take(reading);
        try {
            return look.at(read.state);
        } finally {
            reading.unlock();
        }
    }

    /// Decides, appends and reads back.
    public <T> T change(Cluster cluster, Look<Decision<T>> decide)
            throws RegistryProblem, ClientException, InterruptedException {
        take(changing);
        try {
            for (int i = 0; i < TRIES_MAX; i++) {
                writer.identify(cluster);
                Decision<T> decision = look(cluster, state -> withTombstones(decide.at(state), state));
                if (decision.records().isEmpty()) return decision.answer();
                create(cluster);
                long offset = writer.write(cluster, PARTITION, decision.records());
                if (offset == SchemaWriter.NOT_WRITTEN) continue;
                readBack(cluster, offset);
                return decision.answer();
            }
            throw new RegistryProblem(50001, "Other nodes change the registry all the time; try again");
        } finally {
            changing.unlock();
        }
    }

    /// Waits until a record is visible, which it is as soon as its transaction's marker is written.
    private void readBack(Cluster cluster, long offset) throws RegistryProblem, ClientException, InterruptedException {
        take(reading);
        try {
            cluster.retrying(cluster.deadline(), SchemaWriter.PAUSE_FIRST, () -> {
                catchUp(cluster);
                if (read.nextOffset > offset) return true;
                throw new RequestFailedException("read " + NAME + " back", ErrorCode.REQUEST_TIMED_OUT, null);
            });
        } finally {
            reading.unlock();
        }
    }

    private static <T> Decision<T> withTombstones(Decision<T> decision, RegistryState state) {
        if (decision.records().isEmpty()) return decision;
        var records = new ArrayList<>(state.missingTombstones(TOMBSTONES_MAX));
        records.addAll(decision.records());
        return new Decision<>(records, decision.answer());
    }

    private static void take(ReentrantLock turn) throws RegistryProblem, InterruptedException {
        if (!turn.tryLock(TURN_MAX.toMillis(), TimeUnit.MILLISECONDS))
            throw new RegistryProblem(50002, "Too many requests wait for the registry's topic");
    }

    private void catchUp(Cluster cluster) throws ClientException {
        for (int i = 0; i < TRIES_MAX; i++) {
            Topic topic = topic(cluster);
            Uuid id = topic == null ? Uuid.ZERO : topic.id();
            if (!id.equals(read.topicId)) restart(id);
            if (topic == null) return;
            try {
                readToEnd(cluster);
                return;
            } catch (RequestFailedException e) {
                switch (e.error()) {
                    case OFFSET_OUT_OF_RANGE -> {
                        restart(id);
                        read.nextOffset = start(cluster);
                    }
                    case UNKNOWN_TOPIC_OR_PARTITION, UNKNOWN_TOPIC_ID -> cluster.refresh(Set.of(NAME), false);
                    default -> throw e;
                }
            }
        }
        throw new RequestFailedException(
                "read " + NAME, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "it changes all the time");
    }

    private void restart(Uuid topicId) {
        read = new ReadState(topicId);
        abortedProducers.clear();
    }

    private static long start(Cluster cluster) throws ClientException {
        var found = Offsets.list(
                        cluster, List.of(PARTITION), new OffsetSpec.Earliest(), IsolationLevel.READ_UNCOMMITTED)
                .get(PARTITION);
        return found == null ? 0 : found.offset();
    }

    private static @Nullable Topic topic(Cluster cluster) throws ClientException {
        try {
            return cluster.topic(NAME);
        } catch (RequestFailedException e) {
            if (e.error() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) return null;
            throw e;
        }
    }

    private void readToEnd(Cluster cluster) throws ClientException {
        while (true) {
            Fetched fetched = PartitionFetch.read(
                    cluster, PARTITION, read.nextOffset, FETCH_BYTES, IsolationLevel.READ_COMMITTED);
            var aborted = new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
            aborted.addAll(fetched.aborted());
            for (ReadRecord each : fetched.records()) if (isCommitted(each, aborted)) apply(each);
            boolean moved = fetched.nextOffset() > read.nextOffset;
            read.nextOffset = fetched.nextOffset();
            if (!moved || read.nextOffset >= fetched.lastStableOffset()) return;
        }
    }

    /// @param aborted those that begin at this record or later, the first one first
    private boolean isCommitted(ReadRecord record, PriorityQueue<AbortedTransaction> aborted) {
        ReadRecord.Producer producer = record.producer();
        while (!aborted.isEmpty() && aborted.peek().firstOffset() <= record.offset())
            abortedProducers.add(aborted.poll().producerId());
        if (record.marker() != null) {
            if (producer != null) abortedProducers.remove(producer.id());
            return false;
        }
        return producer == null || !producer.transactional() || !abortedProducers.contains(producer.id());
    }

    private void apply(ReadRecord record) {
        ByteBuffer keyBytes = record.key();
        if (keyBytes == null) return;
        byte[] key = ReadRecord.bytes(keyBytes);
        try {
            ByteBuffer value = record.value();
            SchemaRecord change = RecordFormat.read(key, value == null ? null : ReadRecord.bytes(value));
            if (!read.state.apply(change, new String(key, StandardCharsets.UTF_8)))
                LOG.warn("{} offset {} gives a known id another content; the first one counts", NAME, record.offset());
        } catch (UnknownRecord e) {
            LOG.warn("{} offset {} is skipped: {}", NAME, record.offset(), e.getMessage());
        }
    }

    private static void create(Cluster cluster) throws ClientException {
        if (topic(cluster) != null) return;
        cluster.refresh(List.of(), false);
        int brokers = Math.max(1, cluster.metadata().brokers().size());
        try {
            new TopicAdmin(cluster)
                    .create(NAME, 1, Math.min(REPLICAS_WANTED, brokers), Map.of("cleanup.policy", "compact"), false);
        } catch (RequestFailedException e) {
            if (e.error() != ErrorCode.TOPIC_ALREADY_EXISTS) throw e;
        }
        cluster.retrying(cluster.deadline(), () -> cluster.refreshTopic(NAME, false));
    }
}
