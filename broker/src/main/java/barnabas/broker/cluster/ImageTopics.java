package barnabas.broker.cluster;

import barnabas.coordination.groups.common.TopicsView;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.Uuid;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The topics of a cluster image as coordinators see them.
///
/// @param rightsVersion number of the changes of ACLs so far
record ImageTopics(ClusterImage image, long rightsVersion) implements TopicsView {
    @Override
    public @Nullable Topic byName(String name) {
        return image.topic(name).map(this::view).orElse(null);
    }

    @Override
    public @Nullable Topic byId(Uuid id) {
        return image.topic(id).map(this::view).orElse(null);
    }

    private Topic view(TopicImage topic) {
        return new ImageTopic(topic, image);
    }

    @Override
    public Collection<String> names() {
        return image.topics().byName().keys();
    }

    @Override
    public long version() {
        return image.position().offset();
    }

    private record ImageTopic(TopicImage topic, ClusterImage image) implements Topic {
        @Override
        public String name() {
            return topic.name();
        }

        @Override
        public Uuid id() {
            return topic.id();
        }

        @Override
        public int partitionCount() {
            return topic.partitionCount();
        }

        @Override
        public Set<String> racks(int partition) {
            return topic.partitions().get(partition).replicas().stream()
                    .flatMap(id -> image.broker(id).map(BrokerRegistration::rack).stream())
                    .collect(Collectors.toUnmodifiableSet());
        }
    }
}
