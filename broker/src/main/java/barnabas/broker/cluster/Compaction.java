package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.config.LogUpkeepConfig;
import barnabas.log.directory.LogCleaner;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/// The log cleaner as the broker runs it: with its settings, and never beyond what is committed.
public final class Compaction {
    private Compaction() {}

    /// Not started yet; with `log.cleaner.enable=false` it has no threads.
    public static LogCleaner of(
            LogUpkeepConfig.Cleaner config,
            LocalPartitions partitions,
            List<LogDirectory> directories,
            Clock clock,
            Threads threads,
            RandomGenerator random) {
        return new LogCleaner(
                settings(config), directories, log -> highWatermark(partitions, log), clock, threads, random);
    }

    /// With `log.cleaner.enable=false` without threads.
    public static LogCleaner.Settings settings(LogUpkeepConfig.Cleaner config) {
        return new LogCleaner.Settings(
                config.enabled() ? config.threads() : 0,
                config.dedupeBufferBytes(),
                config.dedupeBufferLoadFactor(),
                config.ioBufferBytes(),
                config.ioBytesPerSecondMax(),
                config.backoffMillis());
    }

    private static OptionalLong highWatermark(LocalPartitions partitions, PartitionLog log) {
        Partition partition =
                partitions.find(log.partition().topic(), log.partition().partition());
        // a deleted topic's log may be around a little longer, beside its successor's
        if (partition == null || partition.log() != log) return OptionalLong.empty();
        return OptionalLong.of(partition.highWatermark());
    }
}
