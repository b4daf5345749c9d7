package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.log.LogDirectory;
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

    /// One piece of work on the disk.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private final Schedule schedule;
    private final LocalPartitions partitions;
    private final List<LogDirectory> directories;
    private final Clock clock;
    /// A start that failed has not opened the logs: what their directories say of them must stay.
    private volatile boolean started;

    public Upkeep(LocalPartitions partitions, List<LogDirectory> directories, Clock clock, Threads threads) {
        this.partitions = partitions;
        this.directories = directories;
        this.clock = clock;
        this.schedule = new Schedule("upkeep", clock, threads);
    }

    public void start(LiveConfig config) {
        started = true;
        var logs = config.current().logUpkeep();
        every(logs.retentionCheckIntervalMillis(), "retention", this::applyRetention);
        every(logs.recoveryPointCheckpointIntervalMillis(), "checkpoint", this::checkpoint);
        every(
                config.current().replication().highWatermarkCheckpointIntervalMillis(),
                "high watermark checkpoint",
                partitions::checkpointHighWatermarks);
        every(
                config.current().transactions().producerIds().expirationCheckIntervalMillis(),
                "producer expiry",
                this::expireProducers);
        every(1_000, "removal of deleted files", this::removeDeletedFiles);
    }

    private void every(long intervalMillis, String what, Work work) {
        schedule.everyMillis(intervalMillis, () -> attempt(what, work));
    }

    private static void attempt(String what, Work work) {
        try {
            work.run();
        } catch (IOException | RuntimeException e) {
            LOG.error("{} failed", what, e);
        }
    }

    private void applyRetention() throws IOException {
        long now = clock.millis();
        for (Partition partition : partitions.all()) {
            long start = partition.log().logStartOffset();
            partition.log().rollIfDue(now);
            partition.log().applyRetention(now, partition.highWatermark());
            if (partition.log().logStartOffset() != start) partition.changed();
        }
    }

    private void checkpoint() throws IOException {
        for (LogDirectory directory : directories) directory.checkpoint();
    }

    private void expireProducers() {
        long now = clock.millis();
        for (Partition partition : partitions.all()) partition.log().expireProducers(now);
    }

    private void removeDeletedFiles() throws IOException {
        long now = clock.millis();
        for (LogDirectory directory : directories) directory.removeDeletedFiles(now);
    }

    @Override
    public void close() {
        // No interrupt: it would close the files under the work.
        schedule.close();
        if (started) attempt("last high watermark checkpoint", partitions::checkpointHighWatermarks);
    }
}
