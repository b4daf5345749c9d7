package barnabas.console.view;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin.Directory;
import barnabas.metrics.Reading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A user of the console with connections of its own: the cluster decides what this user may see and change, as for
/// every other client.
public final class User implements AutoCloseable {
    private static final Duration FRESH = Duration.ofSeconds(2);
    /// Sets of partitions whose ends are kept for live tails.
    private static final int TAILED_MAX = 100;

    private final @Nullable String name;
    private final Cluster cluster;
    private final RandomGenerator random;
    private final Kept<TopicsView> topics;
    private final Kept<List<Directory>> directories;
    private final Kept<GroupsView> groups;
    private final Kept<TrafficView> traffic;
    private final Executor background;
    private final TailEnds ends;

    /// @param name null where the cluster asks for no login
    /// @param cluster closed with the user
    /// @param background runs work behind answers
    public User(@Nullable String name, Cluster cluster, RandomGenerator random, Executor background) {
        this.name = name;
        this.cluster = cluster;
        this.random = random;
        Clock clock = cluster.options().clock();
        this.topics = new Kept<>(clock, FRESH, background);
        this.directories = new Kept<>(clock, FRESH, background);
        this.groups = new Kept<>(clock, FRESH, background);
        this.traffic = new Kept<>(clock, FRESH, background);
        this.background = background;
        this.ends = new TailEnds(this::ends, clock, TAILED_MAX);
    }

    public @Nullable String name() {
        return name;
    }

    public Cluster cluster() {
        return cluster;
    }

    public Clock clock() {
        return cluster.options().clock();
    }

    public RandomGenerator random() {
        return random;
    }

    /// All topics with their sizes.
    public TopicsView topics() throws ClientException {
        return topics.value(() -> TopicsView.load(cluster, directories()));
    }

    /// Log directories of all brokers; none when the user may not see them.
    public List<Directory> directories() throws ClientException {
        return directories.value(() -> TopicsView.directories(cluster, background));
    }

    /// All groups with offsets and lag.
    public GroupsView groups() throws ClientException {
        return groups.value(() -> GroupsView.load(cluster, topics()));
    }

    /// Counters of all brokers.
    ///
    /// @param own broker of this process
    /// @param reading its counters
    public TrafficView traffic(int own, Supplier<Reading> reading) throws ClientException {
        return traffic.value(() -> TrafficView.load(cluster, own, reading.get(), background));
    }

    /// Wait until the ends of partitions are others than `seen`, at most until `end`. Without `seen` they are at most a
    /// quarter of a second old.
    public Map<TopicPartition, Long> awaitEnds(
            List<TopicPartition> partitions, @Nullable Map<TopicPartition, Long> seen, Deadline end)
            throws ClientException, InterruptedException {
        return ends.await(partitions, seen, end);
    }

    /// Ends of partitions as they are now.
    public Map<TopicPartition, Long> ends(List<TopicPartition> partitions) throws ClientException {
        var found = new TreeMap<TopicPartition, Long>();
        Offsets.list(cluster, partitions, new OffsetSpec.Latest(), IsolationLevel.READ_UNCOMMITTED)
                .forEach((partition, end) -> found.put(partition, end.offset()));
        return found;
    }

    /// This user has changed something.
    public void changed() {
        topics.forget();
        directories.forget();
        groups.forget();
    }

    @Override
    public void close() {
        cluster.close();
    }
}
