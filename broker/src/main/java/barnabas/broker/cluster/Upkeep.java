package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.base.Failure;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The broker's regular work on its logs: retention, rolling by age, checkpoints, forgetting idle producers.
///
/// Owner: the thread of its schedule; [#close] waits for the work under way.
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long OFFLINE_RETRY_MILLIS = 5_000;

    /// One piece of work on the disk.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private final Schedule schedule;
    private final LocalPartitions partitions;
    private final List<LogDirectory> directories;
    private final Clock clock;
    private final RepeatedFailures failures;
    /// A start that failed has not opened the logs: what their directories say of them must stay.
    private volatile boolean started;

    public Upkeep(LocalPartitions partitions, List<LogDirectory> directories, Clock clock, Threads threads) {
        this.partitions = partitions;
        this.directories = directories;
        this.clock = clock;
        this.schedule = new Schedule("upkeep", clock, threads);
        this.failures = new RepeatedFailures(clock);
    }

    /// @param replicas whose offline partitions are tried again
    public void start(LiveConfig config, ReplicaChanges replicas) {
        started = true;
        var logs = config.current().logUpkeep();
        every(logs.retentionCheckIntervalMillis(), "retention", this::applyRetention);
        every(logs.recoveryPointCheckpointIntervalMillis(), "checkpoint", this::checkpoint);
        every(
                config.current().replication().highWatermarkCheckpointIntervalMillis(),
                "high watermark checkpoint",
                () -> failures.attempt("high watermark checkpoint", "the node", partitions::checkpointHighWatermarks));
        every(
                config.current().transactions().producerIds().expirationCheckIntervalMillis(),
                "producer expiry",
                this::expireProducers);
        // a follower leaves the in-sync replicas at most half of the time late
        every(Math.max(1, config.current().replication().lagTimeMillisMax() / 2), "check of followers", () -> {
            for (Partition partition : partitions.all()) partition.checkFollowers();
        });
        // together: an idle node wakes up for them once
        schedule.everyMillis(1_000, () -> {
            attempt("removal of deleted files", this::removeDeletedFiles);
            attempt("check for full directories", replicas::checkSpace);
        });
        every(OFFLINE_RETRY_MILLIS, "opening of offline partitions", replicas::retryOffline);
    }

    private void every(long intervalMillis, String what, Work work) {
        schedule.everyMillis(intervalMillis, () -> attempt(what, work));
    }

    private static void attempt(String what, Work work) {
        try {
            work.run();
        } catch (Throwable e) {
            LOG.error("{} failed", what, e);
            Failure.rethrowIfFatal(e);
        }
    }

    private void applyRetention() {
        long now = clock.millis();
        for (Partition partition : partitions.all()) {
            TopicPartition name = partition.topicPartition();
            // a full disk has no space for a new segment, and all the more reason to delete old ones
            failures.attempt("rolling", name, () -> partition.log().rollIfDue(now));
            failures.attempt("retention", name, () -> applyRetention(partition, now));
        }
    }

    private static void applyRetention(Partition partition, long now) throws IOException {
        long start = partition.log().logStartOffset();
        try {
            partition.log().applyRetention(now, partition.highWatermark());
        } finally {
            if (partition.log().logStartOffset() != start) partition.changed();
        }
    }

    private void checkpoint() {
        for (LogDirectory directory : directories)
            failures.attempt("checkpoint", directory.path(), directory::checkpoint);
    }

    private void expireProducers() {
        long now = clock.millis();
        for (Partition partition : partitions.all())
            failures.attempt(
                    "producer expiry",
                    partition.topicPartition(),
                    () -> partition.log().expireProducers(now));
    }

    private void removeDeletedFiles() {
        long now = clock.nanos();
        for (LogDirectory directory : directories)
            failures.attempt("removal of deleted files", directory.path(), () -> directory.removeDeletedFiles(now));
    }

    @Override
    public void close() {
        // No interrupt: it would close the files under the work.
        schedule.close();
        if (started) attempt("last high watermark checkpoint", partitions::checkpointHighWatermarks);
    }
}
