package barnabas.registry.store;

import barnabas.base.Deadline;
import barnabas.client.Backoff;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.TopicAdmin;
import barnabas.protocol.ErrorCode;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.state.Decision;
import barnabas.registry.state.RegistryState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The topic `_schemas` and the state that its records make. Every question is answered with all records that were in
/// the topic when it came; every change is decided on such a state, appended, and answered when it was read back.
///
/// Any node takes changes. Changes of two nodes cannot cross: each is a transaction of the one transactional id
/// `_schemas`, so the node that took the id last fences the others ([SchemaWriter]), and a fenced node decides again on
/// what it has read since. Reading and writing are done with the rights of the user who asks.
public final class SchemaTopic {
    public static final String NAME = "_schemas";

    static final TopicPartition PARTITION = new TopicPartition(NAME, 0);
    private static final int TOMBSTONES_MAX = 100;
    private static final int REPLICAS_WANTED = 3;
    private static final Duration FENCED_PAUSE_FIRST = Duration.ofMillis(20);
    private static final Duration TURN_MAX = Duration.ofSeconds(60);

    /// The turn to read. Held across requests to the cluster on purpose: all wait for the same records.
    private final ReentrantLock reading = new ReentrantLock();
    /// The turn to change. Held across requests to the cluster on purpose.
    private final ReentrantLock changing = new ReentrantLock();
    private final SchemaWriter writer = new SchemaWriter(); // guarded by changing
    private final TopicReader reader = new TopicReader(); // guarded by reading

    /// Looks at a state.
    @FunctionalInterface
    public interface Look<T> {
        T at(RegistryState state) throws RegistryProblem;
    }

    /// The answer of a look at the state with all records that are in the topic now.
    public <T> T look(Cluster cluster, Look<T> look) throws RegistryProblem, ClientException, InterruptedException {
        return look(new ClusterSource(cluster), TURN_MAX, look);
    }

    /// The same over another way to the topic.
    ///
    /// @param turnMax how long to wait for other readers
    public <T> T look(SchemaSource source, Duration turnMax, Look<T> look)
            throws RegistryProblem, ClientException, InterruptedException {
        take(reading, turnMax);
        try {
            reader.catchUp(source);
            return look.at(reader.state());
        } finally {
            reading.unlock();
        }
    }

    /// The answer of a look at the state as it was read last: sends nothing.
    public <T> T lookBack(Look<T> look) throws RegistryProblem, InterruptedException {
        take(reading, TURN_MAX);
        try {
            return look.at(reader.state());
        } finally {
            reading.unlock();
        }
    }

    /// Decides, appends and reads back.
    public <T> T change(Cluster cluster, Look<Decision<T>> decide)
            throws RegistryProblem, ClientException, InterruptedException {
        take(changing, TURN_MAX);
        try {
            Deadline deadline = cluster.deadline();
            Backoff backoff = cluster.backoff(FENCED_PAUSE_FIRST);
            while (true) {
                writer.identify(cluster);
                Decision<T> decision = look(cluster, state -> withTombstones(decide.at(state), state));
                if (decision.records().isEmpty()) return decision.answer();
                create(cluster);
                long offset = writer.write(cluster, PARTITION, decision.records());
                if (offset != SchemaWriter.NOT_WRITTEN) {
                    readBack(cluster, offset);
                    return decision.answer();
                }
                if (deadline.passed())
                    throw new RegistryProblem(50001, "Other nodes change the registry all the time; try again");
                backoff.pause(deadline); // else two nodes take the id from each other without end
            }
        } finally {
            changing.unlock();
        }
    }

    /// Waits until a record is visible, which it is as soon as its transaction's marker is written.
    private void readBack(Cluster cluster, long offset) throws RegistryProblem, ClientException, InterruptedException {
        take(reading, TURN_MAX);
        try {
            cluster.retrying(cluster.deadline(), SchemaWriter.PAUSE_FIRST, () -> {
                reader.catchUp(new ClusterSource(cluster));
                if (reader.nextOffset() > offset) return true;
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

    private static void take(ReentrantLock turn, Duration turnMax) throws RegistryProblem, InterruptedException {
        if (!turn.tryLock(turnMax.toMillis(), TimeUnit.MILLISECONDS))
            throw new RegistryProblem(50002, "Too many requests wait for the registry's topic");
    }

    private static void create(Cluster cluster) throws ClientException {
        if (TopicReader.topic(cluster) != null) return;
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
