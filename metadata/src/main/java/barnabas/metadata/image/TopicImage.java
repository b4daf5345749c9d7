package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import java.util.List;
import java.util.Optional;

/// @param partitions by index, from 0 without gaps
public record TopicImage(String name, Uuid id, List<PartitionImage> partitions) {
    /// Topics that brokers write for themselves.
    public static final List<String> INTERNAL_NAMES =
            List.of("__consumer_offsets", "__transaction_state", "__share_group_state");

    /// Empty when there is no such partition.
    public Optional<PartitionImage> partition(int index) {
        return index < 0 || index >= partitions.size() ? Optional.empty() : Optional.of(partitions.get(index));
    }

    public int partitionCount() {
        return partitions.size();
    }

    public boolean isInternal() {
        return INTERNAL_NAMES.contains(name);
    }
}
