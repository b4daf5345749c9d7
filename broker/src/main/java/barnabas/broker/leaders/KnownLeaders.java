package barnabas.broker.leaders;

import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.BrokerRegistration.Endpoint;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionState;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Leaders as this broker knows them, for answers to requests that another one has to serve (KIP-951).
///
/// Any thread.
public final class KnownLeaders {
    private final LocalPartitions partitions;
    private final ClusterMetadata metadata;
    private final BrokerSession session;

    public KnownLeaders(LocalPartitions partitions, ClusterMetadata metadata, BrokerSession session) {
        this.partitions = partitions;
        this.metadata = metadata;
        this.session = session;
    }

    /// Whether other brokers may lead by now what this one leads by its image: records that are missing here may be
    /// with them.
    public boolean mayBeOthers() {
        return session.mayBeOver();
    }

    /// A partition as a request names it.
    ///
    /// @param topic null for a topic that is named by its id
    public record Named(Uuid topicId, @Nullable String topic, int index) {
        public static Named byName(String topic, int index) {
            return new Named(Uuid.ZERO, topic, index);
        }

        public static Named byId(Uuid topicId, int index) {
            return new Named(topicId, null, index);
        }
    }

    /// @param id -1 when it is not known
    public record Leader(int id, int epoch) {
        static final Leader UNKNOWN = new Leader(-1, -1);
    }

    /// Addresses of leaders that one answer names, each once.
    public static final class Addresses {
        private final Map<Integer, Address> byId = new LinkedHashMap<>();

        public Collection<Address> all() {
            return byId.values();
        }
    }

    /// Address of a broker on a listener.
    public record Address(
            int id, String host, int port, @Nullable String rack) {}

    public ClusterImage image() {
        return metadata.current();
    }

    /// The error for a partition that this broker has no replica of.
    public ErrorCode absent(Named named) {
        String name = named.topic();
        boolean offline = name == null
                ? partitions.isOffline(named.topicId(), named.index())
                : partitions.isOffline(name, named.index());
        if (offline) return ErrorCode.KAFKA_STORAGE_ERROR;
        TopicImage topic = topic(named);
        if (topic == null) return name == null ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        return topic.partition(named.index()).isPresent()
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
    }

    /// Whether the image gives this broker the leadership; the partition may not have it yet.
    public boolean isLedHere(Partition partition) {
        PartitionImage known = metadata.current()
                .topic(partition.topicId())
                .flatMap(topic -> topic.partition(partition.topicPartition().partition()))
                .orElse(null);
        return known != null && known.leader() == partitions.brokerId();
    }

    private @Nullable TopicImage topic(Named named) {
        ClusterImage image = metadata.current();
        String name = named.topic();
        return (name == null ? image.topic(named.topicId()) : image.topic(name)).orElse(null);
    }

    /// The leader as the replica of this broker has it, else as the cluster's image does. Its address on the listener
    /// is added to those of the answer.
    public Leader leader(Named named, String listener, Addresses addresses) {
        Leader leader = leader(named);
        if (leader.id() < 0) return leader;
        BrokerRegistration broker = metadata.current().nodes().brokers().find(leader.id());
        if (broker == null || broker.fenced()) return leader;
        Endpoint at = broker.endpoint(listener).orElse(null);
        if (at != null) addresses.byId.put(leader.id(), new Address(leader.id(), at.host(), at.port(), broker.rack()));
        return leader;
    }

    private Leader leader(Named named) {
        String name = named.topic();
        Partition here =
                name == null ? partitions.find(named.topicId(), named.index()) : partitions.find(name, named.index());
        if (here != null) {
            PartitionState state = here.state();
            return new Leader(state.leaderId(), state.leaderEpoch());
        }
        TopicImage topic = topic(named);
        PartitionImage partition =
                topic == null ? null : topic.partition(named.index()).orElse(null);
        return partition == null ? Leader.UNKNOWN : new Leader(partition.leader(), partition.leaderEpoch());
    }
}
