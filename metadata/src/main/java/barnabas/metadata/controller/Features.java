package barnabas.metadata.controller;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
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

    /// A level of a feature.
    ///
    /// @param since a cluster that begins at this version or later begins with this level
    /// @param needs what must be finalized beside it
    private record Level(String feature, int level, MetadataVersion since, MetadataVersion needs) {
        Level(String feature, int level, MetadataVersion since) {
            this(feature, level, since, MetadataVersion.OLDEST);
        }
    }

    /// All levels above 0, of features other than `metadata.version`; those of one feature in order.
    private static final List<Level> LEVELS = List.of(
            new Level(FeaturesImage.KRAFT_VERSION, 1, MetadataVersion.V3_9_IV0),
            new Level(FeaturesImage.TRANSACTION_VERSION, 1, MetadataVersion.V4_0_IV2),
            new Level(FeaturesImage.TRANSACTION_VERSION, 2, MetadataVersion.V4_0_IV2),
            new Level(FeaturesImage.GROUP_VERSION, 1, MetadataVersion.V4_0_IV0),
            new Level(
                    FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION,
                    1,
                    MetadataVersion.V4_1_IV0,
                    MetadataVersion.V4_0_IV1),
            new Level(FeaturesImage.SHARE_VERSION, 1, MetadataVersion.V4_2_IV0),
            new Level(FeaturesImage.SHARE_VERSION, 2, MetadataVersion.V4_4_IV0),
            new Level(FeaturesImage.STREAMS_VERSION, 1, MetadataVersion.V4_2_IV1));

    /// Feature levels that a node of this version supports.
    public static final SortedMap<String, VersionRange> SUPPORTED = supported();

    /// Feature levels finalized in a newly formatted Kafka 4.4 cluster.
    public static final SortedMap<String, Short> LATEST = at(MetadataVersion.LATEST);

    private static SortedMap<String, VersionRange> supported() {
        var ranges = new TreeMap<String, VersionRange>();
        for (Level each : LEVELS) ranges.put(each.feature, new VersionRange((short) 0, (short) each.level));
        ranges.put(
                FeaturesImage.METADATA_VERSION,
                new VersionRange(MetadataVersion.OLDEST.level(), MetadataVersion.LATEST.level()));
        return Collections.unmodifiableSortedMap(ranges);
    }

    /// Feature levels finalized in a cluster formatted for a release: features that the release did not have are
    /// missing. The quorum keeps the level of `kraft.version` itself.
    public static SortedMap<String, Short> at(MetadataVersion version) {
        var levels = new TreeMap<String, Short>();
        for (Level each : LEVELS) {
            boolean finalized = version.isAtLeast(each.since) && !each.feature.equals(FeaturesImage.KRAFT_VERSION);
            if (finalized) levels.put(each.feature, (short) each.level);
        }
        levels.put(FeaturesImage.METADATA_VERSION, version.level());
        return Collections.unmodifiableSortedMap(levels);
    }

    /// The level of a feature, other than `metadata.version`, that a cluster of a release begins with.
    public static short level(String feature, MetadataVersion version) {
        int level = 0;
        for (Level each : LEVELS) {
            if (each.feature.equals(feature) && version.isAtLeast(each.since)) level = each.level;
        }
        return (short) level;
    }

    /// The oldest `metadata.version` beside which a feature can have a level (KIP-1022).
    public static MetadataVersion needs(String feature, short level) {
        for (Level each : LEVELS) if (each.feature.equals(feature) && each.level == level) return each.needs;
        return MetadataVersion.OLDEST;
    }

    /// The records that finalize `levels`, `metadata.version` first, because it says how to read the others.
    public static List<Message> levelRecords(Map<String, Short> levels) {
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
        return List.copyOf(records);
    }

    /// As [#bootstrap(Map, int)] with Kafka's default of one in-sync replica.
    public static List<Message> bootstrap(Map<String, Short> levels) {
        return bootstrap(levels, 1);
    }

    /// The records that a new cluster begins with: [#levelRecords], and with eligible leader replicas the smallest ISR,
    /// which must be known to all (KIP-966).
    ///
    /// @param minInSyncReplicas `min.insync.replicas`
    public static List<Message> bootstrap(Map<String, Short> levels, int minInSyncReplicas) {
        var records = new ArrayList<>(levelRecords(levels));
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
