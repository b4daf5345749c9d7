package barnabas.coordination.groups;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataDelta;
import org.apache.kafka.coordinator.common.runtime.CoordinatorMetadataImage;

/// The topics of a test as Kafka's coordinator wants to see them.
record KafkaTopics(FixedTopics topics) implements CoordinatorMetadataImage {
    private record Topic(barnabas.coordination.groups.common.TopicsView.Topic topic) implements TopicMetadata {
        @Override
        public String name() {
            return topic.name();
        }

        @Override
        public Uuid id() {
            return KafkaMessages.toKafka(topic.id());
        }

        @Override
        public int partitionCount() {
            return topic.partitionCount();
        }

        @Override
        public List<String> partitionRacks(int partition) {
            return new ArrayList<>(topic.racks(partition)); // Kafka sorts it in place
        }
    }

    /// Changes from one image to the next.
    record Delta(KafkaTopics before, KafkaTopics image) implements CoordinatorMetadataDelta {
        @Override
        public Collection<Uuid> createdTopicIds() {
            var ids = new ArrayList<>(image.topicIds());
            ids.removeAll(before.topicIds());
            return ids;
        }

        @Override
        public Collection<Uuid> changedTopicIds() {
            var changed = new ArrayList<Uuid>();
            for (var entry : image.topics.topics().values()) {
                if (!entry.equals(before.topics.byId(entry.id()))) changed.add(KafkaMessages.toKafka(entry.id()));
            }
            return changed;
        }

        @Override
        public Set<Uuid> deletedTopicIds() {
            var ids = new HashSet<>(before.topicIds());
            ids.removeAll(image.topicIds());
            return ids;
        }
    }

    @Override
    public Set<Uuid> topicIds() {
        var ids = new HashSet<Uuid>();
        for (var entry : topics.topics().values()) ids.add(KafkaMessages.toKafka(entry.id()));
        return ids;
    }

    @Override
    public Set<String> topicNames() {
        return topics.topics().keySet();
    }

    @Override
    public Optional<TopicMetadata> topicMetadata(String name) {
        return Optional.ofNullable(topics.byName(name)).map(Topic::new);
    }

    @Override
    public Optional<TopicMetadata> topicMetadata(Uuid id) {
        return Optional.ofNullable(topics.byId(KafkaMessages.toOurs(id))).map(Topic::new);
    }

    @Override
    public CoordinatorMetadataDelta emptyDelta() {
        return new Delta(this, this);
    }

    @Override
    public long version() {
        return topics.version();
    }

    @Override
    public boolean isEmpty() {
        return topics.topics().isEmpty();
    }
}
