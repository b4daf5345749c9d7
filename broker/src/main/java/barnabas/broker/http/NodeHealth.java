package barnabas.broker.http;

import barnabas.log.directory.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.ClusterImage;
import barnabas.replication.LocalPartitions;
import barnabas.replication.placement.UnusableDirectories.Unusable;
import java.util.ArrayList;
import java.util.List;

/// Health of a node that runs: it is ready while the cluster sends clients to it.
public record NodeHealth(ClusterMetadata metadata, LocalPartitions partitions, List<LogDirectory> directories)
        implements Health {
    @Override
    public State state() {
        var reasons = new ArrayList<String>();
        var warnings = new ArrayList<String>();
        ClusterImage image = metadata.current();
        if (!image.isAlive(partitions.brokerId())) reasons.add("the controller has not let this node serve clients");
        if (metadata.leadership().leaderId() < 0) reasons.add("no controller is active");
        for (LogDirectory each : directories)
            each.failure()
                    .ifPresent(cause -> warnings.add("disk of " + each.path() + " failed: " + cause.getMessage()));
        for (Unusable each : partitions.homes().unusable()) warnings.add(each.reason());
        int offline = partitions.offlineCount();
        if (offline > 0) warnings.add(offline + " replicas of this node cannot be opened, see its log");
        return new State(reasons, warnings);
    }
}
