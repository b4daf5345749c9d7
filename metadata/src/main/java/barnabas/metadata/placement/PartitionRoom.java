package barnabas.metadata.placement;

import barnabas.metadata.decision.Refusal;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// Room for new partitions: each takes memory on the nodes for as long as it exists, and any client may ask for some.
public final class PartitionRoom {
    private final int partitionsMax;
    private long left;

    /// @param partitionsMax partitions of all topics
    public PartitionRoom(ClusterImage image, int partitionsMax) {
        this.partitionsMax = partitionsMax;
        this.left = partitionsMax;
        image.topics().byName().forEach((_, topic) -> left -= topic.partitionCount());
    }

    /// Takes room for a topic's new partitions; the reason when there is none.
    public @Nullable Refusal take(String topic, int partitions) {
        if (partitions > left) {
            return new Refusal(
                    ErrorCode.POLICY_VIOLATION,
                    "The topic " + topic + " cannot have " + partitions + " more partition(s): there is memory for "
                            + partitionsMax + " in all, and for " + Math.max(0, left)
                            + " more. Delete topics or give the broker a larger heap.");
        }
        left -= partitions;
        return null;
    }
}
