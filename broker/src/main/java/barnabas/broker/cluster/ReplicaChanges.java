package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.broker.follow.Replication;
import barnabas.config.TopicConfig;
import barnabas.config.dynamic.ConfigResource;
import barnabas.coordination.Coordinator;
import barnabas.coordination.Shards;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogOpenings;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.image.ClusterChange;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageDelta;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.Uuid;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes over new cluster images: opens and drops replicas, hands leadership to partitions and coordinators,
/// applies changed configurations.
///
/// Owner: `changing`, which the thread that delivers images holds while it applies one.
public final class ReplicaChanges implements MetadataListener {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaChanges.class);
    /// Failures after which a round of retries ends: a shortage that lasts fails the others too.
    private static final int RETRIES_FAILED_MAX = 16;

    private final int brokerId;
    private final LocalPartitions partitions;
    private final Replication replication;
    private final GroupCoordinator groups;
    private final List<Coordinator> coordinators;
    private final LiveConfig config;
    private final Clock clock;
    private final Threads threads;
    private final ReentrantLock changing = new ReentrantLock();
    private @Nullable ClusterImage latest;
    /// The image in which topics changed last: changes of rights alone show it again.
    private ClusterImage topicsImage = ClusterImage.empty("");
    private long rightsVersion;
    /// Partitions of internal topics whose coordinators are notified of the high watermark.
    private final Set<Partition> watched = new HashSet<>();
    private final FullDirectories full;

    public ReplicaChanges(
            LocalPartitions partitions,
            Replication replication,
            GroupCoordinator groups,
            List<Coordinator> coordinators,
            LiveConfig config,
            Clock clock,
            Threads threads) {
        this.brokerId = partitions.brokerId();
        this.partitions = partitions;
        this.replication = replication;
        this.groups = groups;
        this.coordinators = List.copyOf(coordinators);
        this.config = config;
        this.clock = clock;
        this.threads = threads;
        this.full = new FullDirectories(partitions, replication, clock);
    }

    @Override
    public void changed(ImageDelta delta) {
        changing.lock();
        try {
            latest = delta.after();
            apply(delta);
        } finally {
            changing.unlock();
        }
    }

    /// A replica lies in another directory of this broker.
    public void moved(Partition partition) {
        changing.lock();
        try {
            full.moved(partition);
            Uuid directory = partitions.directoryIdOf(partition);
            if (directory != null) replication.liesIn(partition, directory);
        } finally {
            changing.unlock();
        }
    }

    /// Lets replicas in directories that are full stand aside, and come back when there is space. Waits for the disk.
    public void checkSpace() {
        changing.lock();
        try {
            if (latest != null) full.check(latest);
        } finally {
            changing.unlock();
        }
    }

    /// Opens replicas that could not be opened for a reason that may have passed: there was no space, or no file
    /// descriptor. Waits for the disk.
    public void retryOffline() {
        changing.lock();
        try {
            partitions.retryDeletions();
        } finally {
            changing.unlock();
        }
        var offline = partitions.retryable();
        if (offline.isEmpty()) return;
        int failed = 0;
        for (var each : offline.entrySet()) {
            if (!retry(each.getValue(), each.getKey().partition())) failed++;
            if (failed >= RETRIES_FAILED_MAX) return;
        }
    }

    private boolean retry(Uuid topicId, int index) {
        // for each by itself, so that a change does not wait for all of them
        changing.lock();
        try {
            TopicImage topic = latest == null ? null : latest.topic(topicId).orElse(null);
            if (latest == null || topic == null || index >= topic.partitionCount()) return true;
            PartitionImage partition = topic.partitions().get(index);
            if (!isHere(partition)) return true;
            partitions.host(HostedReplica.of(brokerId, topic, partition, config.topic(latest, topic.name())));
            if (partitions.find(topicId, index) == null) return false;
            LOG.info("{}-{} is online", topic.name(), index);
            elect(topic, partition);
            return true;
        } finally {
            changing.unlock();
        }
    }

    private void apply(ImageDelta delta) {
        var pass = new Pass(delta.after());
        delta.applyTo(pass);
        pass.finish();
    }

    /// One image being applied. Deleted topics are the first changes: a topic that was created again needs the name of
    /// the old one.
    private final class Pass implements ClusterChange.Listener {
        private record Created(TopicImage topic, PartitionImage partition) {}

        private final ClusterImage image;
        private final List<GroupCoordinator.DeletedTopic> deleted = new ArrayList<>();
        private final List<Created> created = new ArrayList<>();
        private final HashMap<String, TopicConfig> configs = new HashMap<>();
        private boolean topicsMoved;
        private boolean rightsMoved;
        private boolean brokerConfigChanged;
        private boolean leadsMore;

        Pass(ClusterImage image) {
            this.image = image;
        }

        @Override
        public void topicCreated(TopicImage topic) {
            topicsMoved = true;
        }

        @Override
        public void topicDeleted(TopicImage topic) {
            remove(topic);
            deleted.add(new GroupCoordinator.DeletedTopic(topic.name(), topic.id()));
            topicsMoved = true;
        }

        @Override
        public void partitionCreated(TopicImage topic, PartitionImage partition) {
            created.add(new Created(topic, partition));
            topicsMoved = true;
        }

        @Override
        public void partitionChanged(TopicImage topic, PartitionImage before, PartitionImage after) {
            // leaders come first: their followers need not wait for the others
            if (before.leaderEpoch() == after.leaderEpoch()) announceElections();
            if (isHere(after)) partitions.host(HostedReplica.of(brokerId, topic, after, configOf(topic)));
            else if (isHere(before)) leave(topic, after);
            elect(topic, after);
            leadsMore |= after.leader() == brokerId && before.leader() != brokerId;
            topicsMoved = true;
        }

        @Override
        public void configsChanged(ConfigResource resource) {
            if (resource.type() == ConfigResource.Type.BROKER) brokerConfigChanged = true;
            if (resource.type() == ConfigResource.Type.TOPIC) configure(image, resource.name());
        }

        @Override
        public void brokerChanged(int id) {
            announceElections();
            topicsMoved = true; // racks of replicas
            if (id != brokerId && isStopped(id)) for (Partition each : partitions.all()) each.brokerStopped(id);
        }

        private boolean isStopped(int id) {
            return image.broker(id)
                    .filter(broker -> !broker.fenced() && !broker.inControlledShutdown())
                    .isEmpty();
        }

        @Override
        public void controllerChanged(int id) {}

        @Override
        public void featuresChanged() {}

        @Override
        public void quotasChanged(QuotaEntity entity) {}

        @Override
        public void aclChanged(Uuid id) {
            rightsMoved = true;
        }

        @Override
        public void scramChanged(ScramCredential.Key key) {}

        @Override
        public void delegationTokenChanged(String id) {}

        @Override
        public void producerIdsChanged() {}

        void finish() {
            announceElections();
            host();
            for (Created each : created) elect(each.topic, each.partition);
            if (brokerConfigChanged) {
                config.refresh(image);
                groups.reconfigure(config.current().groups());
                for (TopicImage topic : image.topicsByName()) configure(image, topic.name());
            }
            if (topicsMoved) topicsImage = image;
            if (rightsMoved) rightsVersion++;
            if (topicsMoved || rightsMoved) groups.topicsChanged(new ImageTopics(topicsImage, rightsVersion));
            if (!deleted.isEmpty()) groups.topicsDeleted(List.copyOf(deleted));
        }

        private void announceElections() {
            if (leadsMore) partitions.elections().elected();
            leadsMore = false;
        }

        /// Configuration of a topic, read once for all of its partitions.
        private TopicConfig configOf(TopicImage topic) {
            return configs.computeIfAbsent(topic.name(), name -> config.topic(image, name));
        }

        /// Opens what was created here. At a start these are all partitions that the broker has.
        private void host() {
            var replicas = new ArrayList<LocalPartitions.Replica>();
            for (Created each : created) {
                if (!isHere(each.partition)) continue;
                replicas.add(HostedReplica.of(brokerId, each.topic, each.partition, configOf(each.topic)));
            }
            if (replicas.isEmpty()) return;
            int perDirectory = config.current().storage().recoveryThreadsPerDir();
            partitions.hostAll(replicas, new LogOpenings(perDirectory, clock, threads));
        }
    }

    private void configure(ClusterImage image, String topicName) {
        image.topic(topicName).ifPresent(topic -> partitions.configure(topic.id(), config.topic(image, topicName)));
    }

    private boolean isHere(PartitionImage partition) {
        return partition.replicas().contains(brokerId);
    }

    /// The partition was moved to other brokers: its coordinator resigns, its log goes.
    private void leave(TopicImage topic, PartitionImage partition) {
        for (Coordinator coordinator : coordinators)
            if (coordinator.topic().equals(topic.name()))
                coordinator.shards().resigned(partition.index(), partition.leaderEpoch());
        watched.removeIf(each ->
                each.topicId().equals(topic.id()) && each.topicPartition().partition() == partition.index());
        var name = new TopicPartition(topic.name(), partition.index());
        full.forget(each ->
                each.topicId().equals(topic.id()) && each.topicPartition().equals(name));
        replication.left(topic.id(), name);
        partitions.leave(topic.id(), name);
    }

    private void elect(TopicImage topic, PartitionImage partition) {
        // brokers without a replica also compute the partition of a group or transactional id
        for (Coordinator coordinator : coordinators)
            if (coordinator.topic().equals(topic.name())) coordinator.shards().start(topic.partitionCount());
        if (!isHere(partition)) return;
        Partition hosted = partitions.find(topic.id(), partition.index());
        if (hosted != null && !full.isAside(hosted)) {
            replication.changed(hosted);
            Uuid directory = partitions.directoryIdOf(hosted);
            if (directory != null && !directory.equals(partition.directoryOf(brokerId)))
                replication.liesIn(hosted, directory);
        }
        for (Coordinator coordinator : coordinators) {
            if (!coordinator.topic().equals(topic.name())) continue;
            int loadBytes = InternalTopic.named(topic.name()).orElseThrow().loadBufferBytes(config.current());
            elect(coordinator.shards(), loadBytes, topic, partition);
        }
    }

    /// Closes the partitions of a deleted topic; the coordinator that kept its state there begins with nothing.
    private void remove(TopicImage topic) {
        for (Coordinator coordinator : coordinators)
            if (coordinator.topic().equals(topic.name())) coordinator.shards().topicDeleted();
        watched.removeIf(partition -> partition.topicId().equals(topic.id()));
        full.forget(each -> each.topicId().equals(topic.id()));
        replication.topicDeleted(topic.id());
        partitions.remove(topic.id());
    }

    private void elect(Shards<?> shards, int loadBytes, TopicImage topic, PartitionImage image) {
        Partition partition = partitions.find(topic.id(), image.index());
        if (partition != null && partition.isLeader()) {
            if (watched.add(partition))
                partition.watch(moved -> {
                    long highWatermark = moved.highWatermark(); // before the epoch: of this one or an earlier one
                    shards.committed(image.index(), moved.leaderEpoch(), highWatermark);
                });
            shards.elected(
                    image.index(),
                    image.leaderEpoch(),
                    new PartitionShardLog(partition, image.leaderEpoch(), loadBytes));
        } else {
            shards.resigned(image.index(), image.leaderEpoch());
        }
    }
}
