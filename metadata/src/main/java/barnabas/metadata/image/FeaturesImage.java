package barnabas.metadata.image;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// Finalized feature levels (KIP-584), `metadata.version` among them. A feature that is missing is at level 0.
public record FeaturesImage(SortedMap<String, Short> finalized) {
    public static final String METADATA_VERSION = "metadata.version";
    public static final String KRAFT_VERSION = "kraft.version";
    public static final String TRANSACTION_VERSION = "transaction.version";
    public static final String GROUP_VERSION = "group.version";
    public static final String ELIGIBLE_LEADER_REPLICAS_VERSION = "eligible.leader.replicas.version";
    public static final String SHARE_VERSION = "share.version";
    public static final String STREAMS_VERSION = "streams.version";

    static final FeaturesImage EMPTY = new FeaturesImage(Collections.emptySortedMap());

    public short level(String feature) {
        return finalized.getOrDefault(feature, (short) 0);
    }

    /// The finalized one, the latest where none is finalized yet: a cluster that begins says so in its first record.
    public MetadataVersion metadataVersion() {
        Short level = finalized.get(METADATA_VERSION);
        return level == null ? MetadataVersion.LATEST : MetadataVersion.of(level);
    }

    /// @throws UnreadableMetadataException when it is a `metadata.version` that is not known
    FeaturesImage with(String feature, short level) {
        if (feature.equals(METADATA_VERSION)) {
            var _ = MetadataVersion.of(level);
        }
        var changed = new TreeMap<>(finalized);
        if (level == 0 && !feature.equals(METADATA_VERSION)) changed.remove(feature);
        else changed.put(feature, level);
        return new FeaturesImage(Collections.unmodifiableSortedMap(changed));
    }
}
