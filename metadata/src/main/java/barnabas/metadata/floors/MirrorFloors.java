package barnabas.metadata.floors;

import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.ProducerIdsRecord;
import java.util.List;
import java.util.Map;

/// Least leader epochs and producer ids that a topic's configuration asks for: records of this cluster then cannot be
/// confused with those that a mirror has copied. A floor is kept in the transaction that sets it, by records that
/// Kafka's nodes know: a jump of the leader epoch is a PartitionRecord for a partition that is there.
public final class MirrorFloors {
    private static final String LEADER_EPOCH = "barnabas.leader.epoch.min";
    private static final String PRODUCER_ID = "barnabas.producer.id.min";

    private MirrorFloors() {}

    /// Adds the records that raise what lies below the floors.
    ///
    /// @param configs valid settings of the topic after the change
    public static void keep(ClusterImage image, String topic, Map<String, String> configs, List<Message> records) {
        String epoch = configs.get(LEADER_EPOCH);
        if (epoch != null)
            image.topic(topic).ifPresent(found -> raise(image, found, Integer.parseInt(epoch.trim()), records));
        String producerId = configs.get(PRODUCER_ID);
        if (producerId == null) return;
        long floor = Long.parseLong(producerId.trim());
        if (floor > image.nextProducerId()) records.add(new ProducerIdsRecord(-1, -1, floor));
    }

    private static void raise(ClusterImage image, TopicImage topic, int floor, List<Message> records) {
        for (PartitionImage each : topic.partitions()) {
            if (each.leaderEpoch() >= floor) continue;
            records.add(each.withLeaderEpoch(floor)
                    .record(topic.id(), image.features().metadataVersion()));
        }
    }
}
