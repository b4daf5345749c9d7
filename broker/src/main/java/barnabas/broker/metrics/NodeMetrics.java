package barnabas.broker.metrics;

import barnabas.base.Clock;
import barnabas.config.TransactionsConfig;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.log.directory.LogCleaner;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metrics.MetricSource;
import barnabas.metrics.Reading;
import barnabas.net.Server;
import barnabas.replication.LocalPartitions;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// All that a node's parts know without counting it for metrics. The sources are made by the first reading.
public final class NodeMetrics implements MetricSource {
    private final Supplier<List<MetricSource>> made;
    private @Nullable List<MetricSource> sources; // guarded by this

    private NodeMetrics(Supplier<List<MetricSource>> made) {
        this.made = made;
    }

    /// Of a node that is broker and controller, or broker.
    public static NodeMetrics of(
            Server network,
            List<LogDirectory> directories,
            LogCleaner cleaner,
            LocalPartitions partitions,
            ClusterMetadata metadata,
            GroupCoordinator groups,
            Clock clock) {
        int nodeId = partitions.brokerId();
        return new NodeMetrics(() -> List.of(
                new NetworkMetrics(network),
                new PartitionMetrics(partitions, metadata),
                new DirectoryMetrics(directories, partitions.homes().unusable(), cleaner, metadata, nodeId),
                new ClusterMetrics(metadata, nodeId, true),
                new GroupMetrics(groups, partitions, clock),
                new ProcessMetrics(metadata.current().clusterId(), nodeId)));
    }

    public static MetricSource lateTransactions(LocalPartitions partitions, TransactionsConfig config, Clock clock) {
        return new LateTransactions(partitions, config.timeoutMillisMax(), clock);
    }

    /// Of a node that is a controller only.
    public static NodeMetrics ofController(Server network, ClusterMetadata metadata, int nodeId) {
        return new NodeMetrics(() -> List.of(
                new NetworkMetrics(network),
                new ClusterMetrics(metadata, nodeId, false),
                new ProcessMetrics(metadata.current().clusterId(), nodeId)));
    }

    private synchronized List<MetricSource> sources() {
        List<MetricSource> present = sources;
        if (present != null) return present;
        present = made.get();
        sources = present;
        return present;
    }

    @Override
    public void read(Reading reading) {
        for (MetricSource each : sources()) each.read(reading);
    }
}
