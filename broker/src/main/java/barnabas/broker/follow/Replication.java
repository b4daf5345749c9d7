package barnabas.broker.follow;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.broker.peers.BrokerNetwork;
import barnabas.broker.placement.ReplicaAssignments;
import barnabas.config.BrokerConfig;
import barnabas.log.TopicPartition;
import barnabas.metadata.ClusterMetadata;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.protocol.Uuid;
import barnabas.replication.IsrAsker;
import barnabas.replication.IsrProposal;
import barnabas.replication.Partition;
import barnabas.replication.throttle.ReplicationThrottle;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A broker's part in replication, made when it is first needed: a node alone neither follows nor has followers.
public final class Replication implements IsrAsker, MetricSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replication.class);

    /// Of fetchers, among the keys of Kafka's MBeans.
    private static final String CLIENT_ID = "Replica";

    private final BrokerConfig config;
    private final ClusterMetadata metadata;
    private final ReplicationThrottle throttle;
    private final BrokerNetwork network;
    private final Clock clock;
    private final Threads threads;
    private final IsrCounts counts = new IsrCounts();
    private final ReentrantLock making = new ReentrantLock();
    private volatile @Nullable Followers followers;
    private volatile @Nullable IsrRequests requests;
    private volatile @Nullable ReplicaAssignments assignments;
    private boolean closed;

    /// @param throttle of the follower's side
    public Replication(
            BrokerConfig config,
            ClusterMetadata metadata,
            ReplicationThrottle throttle,
            BrokerNetwork network,
            Clock clock,
            Threads threads) {
        this.config = config;
        this.metadata = metadata;
        this.throttle = throttle;
        this.network = network;
        this.clock = clock;
        this.threads = threads;
    }

    /// Changes of in-sync replicas that this broker asked for, and its fetches as a follower.
    @Override
    public void read(Reading reading) {
        counts.read(reading);
        Followers present = followers;
        Followers.Figures figures = present == null ? Followers.Figures.NONE : present.figures(reading.nanos());
        reading.add("kafka_server_replicafetchermanager_maxlag", figures.lagMax(), CLIENT_ID);
        reading.add("kafka_server_replicafetchermanager_minfetchrate", figures.fetchRateMin(), CLIENT_ID);
        reading.add("kafka_server_replicafetchermanager_deadthreadcount", figures.deadThreads(), CLIENT_ID);
        reading.add("kafka_server_replicafetchermanager_failedpartitionscount", figures.failedReplicas(), CLIENT_ID);
    }

    /// A replica of this broker has a new state.
    public void changed(Partition partition) {
        Followers present = followers;
        if (present == null) {
            if (partition.isLeader() || partition.state().leaderId() < 0) return;
            present = makeFollowers();
        }
        if (present != null) present.changed(partition);
    }

    /// A replica has left this broker.
    public void left(Uuid topicId, TopicPartition name) {
        Followers present = followers;
        if (present != null) present.left(topicId, name);
    }

    public void topicDeleted(Uuid topicId) {
        Followers present = followers;
        if (present != null) present.topicDeleted(topicId);
    }

    private @Nullable Followers makeFollowers() {
        making.lock();
        try {
            if (closed) return null;
            var made = new Followers(config, metadata::current, throttle, network, clock, threads);
            followers = made;
            return made;
        } finally {
            making.unlock();
        }
    }

    /// A replica of this broker lies in another directory than the controller has recorded (KIP-858).
    public void liesIn(Partition partition, Uuid directory) {
        if (!metadata.current().features().metadataVersion().recordsDirectories()) return;
        ReplicaAssignments present = assignments;
        if (present == null) present = makeAssignments();
        if (present != null)
            present.assign(partition.topicId(), partition.topicPartition().partition(), directory);
    }

    /// Waits until the controller knows the directories of this broker's replicas, as far as they were noticed.
    /// It gives no leader to those that it believes in a directory that is gone.
    public void awaitDirectories(Deadline deadline) throws InterruptedException {
        ReplicaAssignments present = assignments;
        if (present != null && !present.awaitAnswers(deadline))
            LOG.warn("The controller does not know yet in which directories all replicas are");
    }

    private @Nullable ReplicaAssignments makeAssignments() {
        making.lock();
        try {
            if (closed || assignments != null) return assignments;
            assignments = new ReplicaAssignments(config.node().nodeId(), metadata, clock, threads);
            return assignments;
        } finally {
            making.unlock();
        }
    }

    @Override
    public void ask(IsrProposal proposal) {
        IsrRequests present = requests;
        if (present == null) present = makeRequests();
        if (present != null) present.ask(proposal);
    }

    private @Nullable IsrRequests makeRequests() {
        making.lock();
        try {
            if (closed || requests != null) return requests;
            requests = new IsrRequests(config.node().nodeId(), metadata, counts, clock, threads);
            return requests;
        } finally {
            making.unlock();
        }
    }

    @Override
    public void close() {
        making.lock();
        try {
            closed = true;
        } finally {
            making.unlock();
        }
        if (followers != null) followers.close();
        if (requests != null) requests.close();
        if (assignments != null) assignments.close();
    }
}
