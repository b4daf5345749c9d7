package barnabas.sql.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Topics of the cluster.
public final class ClusterTopics {
    /// Numbers of a topic.
    public record Size(int partitions, int replicas) {}

    /// Size of topics.
    ///
    /// @param bytes of the largest replica of each partition
    public record Content(long records, long bytes) {}

    private final Admin admin;

    public ClusterTopics(Admin admin) {
        this.admin = admin;
    }

    public Admin admin() {
        return admin;
    }

    public Optional<Size> size(String topic) throws InterruptedException {
        try {
            TopicDescription found =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            return found == null ? Optional.empty() : Optional.of(size(found));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) return Optional.empty();
            throw failure(e);
        }
    }

    private static Size size(TopicDescription topic) {
        return new Size(
                topic.partitions().size(),
                topic.partitions().getFirst().replicas().size());
    }

    /// Topics by their names, without internal ones of the cluster.
    public Map<String, Size> all() throws InterruptedException {
        try {
            Set<String> names = admin.listTopics().names().get();
            var all = new TreeMap<String, Size>();
            admin.describeTopics(names).allTopicNames().get().forEach((name, topic) -> all.put(name, size(topic)));
            return all;
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /// @throws KafkaException when the service may not see it
    public Content content(Set<String> topics) throws InterruptedException {
        try {
            var starts = new HashMap<TopicPartition, OffsetSpec>();
            var ends = new HashMap<TopicPartition, OffsetSpec>();
            admin.describeTopics(topics)
                    .allTopicNames()
                    .get()
                    .forEach((name, topic) -> topic.partitions().forEach(each -> {
                        starts.put(new TopicPartition(name, each.partition()), OffsetSpec.earliest());
                        ends.put(new TopicPartition(name, each.partition()), OffsetSpec.latest());
                    }));
            long records = 0;
            for (var each : admin.listOffsets(ends).all().get().values()) records += each.offset();
            for (var each : admin.listOffsets(starts).all().get().values()) records -= each.offset();
            var brokers = new ArrayList<Integer>();
            for (Node each : admin.describeCluster().nodes().get()) brokers.add(each.id());
            var sizes = new HashMap<TopicPartition, Long>();
            admin.describeLogDirs(brokers)
                    .allDescriptions()
                    .get()
                    .values()
                    .forEach(directories -> directories
                            .values()
                            .forEach(directory -> directory.replicaInfos().forEach((partition, replica) -> {
                                if (ends.containsKey(partition)) sizes.merge(partition, replica.size(), Math::max);
                            })));
            return new Content(
                    records, sizes.values().stream().mapToLong(Long::longValue).sum());
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    /// Asks the cluster whether it would create the topic.
    ///
    /// @throws KafkaException when it would not
    void check(NewTopic wanted) throws InterruptedException {
        create(wanted, new CreateTopicsOptions().validateOnly(true));
    }

    /// Does nothing when the topic is there.
    void create(NewTopic wanted) throws InterruptedException {
        create(wanted, new CreateTopicsOptions());
    }

    private void create(NewTopic wanted, CreateTopicsOptions options) throws InterruptedException {
        try {
            admin.createTopics(List.of(wanted), options).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) throw failure(e);
        }
    }

    static NewTopic topic(String name, Size size, Map<String, String> settings) {
        Optional<Short> replicas = size.replicas() > 0 ? Optional.of((short) size.replicas()) : Optional.empty();
        return new NewTopic(name, Optional.of(size.partitions()), replicas).configs(settings);
    }

    void delete(String topic) throws InterruptedException {
        try {
            admin.deleteTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) throw failure(e);
        }
    }

    /// Deletes the group and the internal topics of a query that no server runs any more.
    public void deleteApplication(String application) throws InterruptedException {
        try {
            var internal = new ArrayList<String>();
            for (String each : admin.listTopics().names().get())
                if (each.startsWith(application + "-")) internal.add(each);
            try {
                admin.deleteConsumerGroups(List.of(application)).all().get();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof GroupIdNotFoundException)) throw failure(e);
            }
            if (!internal.isEmpty()) admin.deleteTopics(internal).all().get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    static KafkaException failure(ExecutionException e) {
        return e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
}
