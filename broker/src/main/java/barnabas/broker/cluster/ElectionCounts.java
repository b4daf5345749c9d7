package barnabas.broker.cluster;

import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.image.ClusterChange;
import barnabas.metadata.image.ImageDelta;
import barnabas.metadata.image.PartitionImage;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import java.util.concurrent.atomic.LongAdder;

/// Counts elections of leaders that were not in sync, while the controller of this node is the active one. For any
/// thread.
public final class ElectionCounts implements MetadataListener, MetricSource {
    private final ClusterMetadata metadata;
    private final int nodeId;
    private final LongAdder unclean = new LongAdder();
    private final LongAdder eligible = new LongAdder();

    public ElectionCounts(ClusterMetadata metadata, int nodeId) {
        this.metadata = metadata;
        this.nodeId = nodeId;
    }

    @Override
    public void changed(ImageDelta delta) {
        if (!metadata.leadership().isLedBy(nodeId)) return;
        for (ClusterChange each : delta.changes())
            if (each instanceof ClusterChange.PartitionChanged change) count(change.before(), change.after());
    }

    void count(PartitionImage before, PartitionImage after) {
        if (before.leader() == after.leader() || !after.hasLeader()) return;
        if (after.recovering() && !before.recovering()) unclean.increment();
        else if (before.eligibleLeaderReplicas().contains(after.leader())) eligible.increment();
    }

    @Override
    public void read(Reading reading) {
        reading.add("kafka_controller_controllerstats_uncleanleaderelections_total", unclean.sum());
        reading.add("kafka_controller_controllerstats_electionfromeligibleleaderreplicas_total", eligible.sum());
    }
}
