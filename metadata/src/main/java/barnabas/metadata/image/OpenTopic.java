package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A topic while an [ImageUpdate] changes it: many partition records, one new list in the end. Owner: the update.
final class OpenTopic {
    private final String name;
    private final Uuid id;
    private final ArrayList<@Nullable PartitionImage> partitions;

    OpenTopic(TopicImage topic) {
        this.name = topic.name();
        this.id = topic.id();
        this.partitions = new ArrayList<>(topic.partitions());
    }

    @Nullable
    PartitionImage partition(int index) {
        return index < 0 || index >= partitions.size() ? null : partitions.get(index);
    }

    /// Records of a snapshot may come in any order of partitions.
    void put(PartitionImage partition) {
        int index = partition.index();
        if (index < 0 || index > ImageUpdate.PARTITIONS_PER_TOPIC_MAX) {
            throw new UnreadableMetadataException("topic " + name + " has a partition " + index);
        }
        while (partitions.size() <= index) partitions.add(null);
        partitions.set(index, partition);
    }

    void clearEligibleLeaders() {
        partitions.replaceAll(
                partition -> partition == null ? null : PartitionChanges.withoutEligibleLeaders(partition));
    }

    TopicImage close() {
        var closed = new ArrayList<PartitionImage>(partitions.size());
        for (PartitionImage partition : partitions) {
            if (partition == null) {
                throw new UnreadableMetadataException("topic " + name + " lacks partition " + closed.size());
            }
            closed.add(partition);
        }
        return new TopicImage(name, id, List.copyOf(closed));
    }
}
