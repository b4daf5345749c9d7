package barnabas.metadata.controller;

import barnabas.config.ConfigResource;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.VersionRange;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.FeatureLevelRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Feature levels of Kafka 4.4 (KIP-584, KIP-1022).
public final class Features {
    private Features() {}

    /// 4.4-IV2. The records that we write are those of this version, so an older level cannot be finalized.
    public static final short METADATA_VERSION = 33;

    /// What a node of this version can work with.
    public static final SortedMap<String, VersionRange> SUPPORTED =
            Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(
                    FeaturesImage.METADATA_VERSION, new VersionRange(METADATA_VERSION, METADATA_VERSION),
                    FeaturesImage.KRAFT_VERSION, new VersionRange((short) 0, (short) 1),
                    FeaturesImage.TRANSACTION_VERSION, new VersionRange((short) 0, (short) 2),
                    FeaturesImage.GROUP_VERSION, new VersionRange((short) 0, (short) 1),
                    FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION, new VersionRange((short) 0, (short) 1),
                    FeaturesImage.SHARE_VERSION, new VersionRange((short) 0, (short) 2),
                    FeaturesImage.STREAMS_VERSION, new VersionRange((short) 0, (short) 1))));

    /// What a newly formatted Kafka 4.4 cluster has finalized.
    public static final SortedMap<String, Short> LATEST = Collections.unmodifiableSortedMap(new TreeMap<>(Map.of(
            FeaturesImage.METADATA_VERSION, METADATA_VERSION,
            FeaturesImage.TRANSACTION_VERSION, (short) 2,
            FeaturesImage.GROUP_VERSION, (short) 1,
            FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION, (short) 1,
            FeaturesImage.SHARE_VERSION, (short) 2,
            FeaturesImage.STREAMS_VERSION, (short) 1)));

    /// As [#bootstrap(Map, int)] with Kafka's default of one in-sync replica.
    public static List<Message> bootstrap(Map<String, Short> levels) {
        return bootstrap(levels, 1);
    }

    /// The records that a new cluster begins with: they finalize `levels`, `metadata.version` first, because it says
    /// how
    /// to read the others. With eligible leader replicas the smallest ISR must be known to all (KIP-966).
    ///
    /// @param minInSyncReplicas `min.insync.replicas`
    public static List<Message> bootstrap(Map<String, Short> levels, int minInSyncReplicas) {
        var records = new ArrayList<Message>();
        Short metadataVersion = levels.get(FeaturesImage.METADATA_VERSION);
        if (metadataVersion != null) {
            records.add(new FeatureLevelRecord(FeaturesImage.METADATA_VERSION, metadataVersion));
        }
        new TreeMap<>(levels).forEach((name, level) -> {
            if (!name.equals(FeaturesImage.METADATA_VERSION) && level > 0) {
                records.add(new FeatureLevelRecord(name, level));
            }
        });
        if (levels.getOrDefault(FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION, (short) 0) > 0) {
            records.add(new ConfigRecord(
                    ConfigResource.BROKER_DEFAULT.type().code(),
                    ConfigResource.BROKER_DEFAULT.name(),
                    ConfigChanges.MIN_ISR,
                    Integer.toString(minInSyncReplicas)));
        }
        return List.copyOf(records);
    }
}
