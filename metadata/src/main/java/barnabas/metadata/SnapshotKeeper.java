package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageRecords;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.SnapshotId;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a snapshot when enough was committed since the last one, beside everything else: an image does not change
/// under its writer. [#committed] is called by the log's thread alone.
final class SnapshotKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);

    private final MetadataLog log;
    private final ControllerSettings.Snapshots limits;
    private final Clock clock;
    private final Threads threads;
    private long bytesSinceSnapshot;
    private long lastSnapshotNanos;
    private volatile long writtenNanos;
    private volatile boolean open;
    private @Nullable Thread writer;

    SnapshotKeeper(MetadataLog log, ControllerSettings.Snapshots limits, Clock clock, Threads threads) {
        this.log = log;
        this.limits = limits;
        this.clock = clock;
        this.threads = threads;
        this.lastSnapshotNanos = clock.nanos();
        this.writtenNanos = lastSnapshotNanos;
    }

    /// Time since the last snapshot that was written here, since the start when there was none. Any thread.
    long sinceWrittenMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanos() - writtenNanos);
    }

    /// From now on snapshots may be written; before, the log is still being read.
    void open() {
        open = true;
    }

    void committed(int bytes, ClusterImage image) {
        bytesSinceSnapshot += bytes;
        boolean enough = bytesSinceSnapshot >= limits.recordBytes();
        long sinceMillis = TimeUnit.NANOSECONDS.toMillis(clock.nanos() - lastSnapshotNanos);
        boolean longAgo = limits.intervalMillis() > 0 && sinceMillis >= limits.intervalMillis();
        if (!open || !(enough || longAgo) || (writer != null && writer.isAlive())) return;
        bytesSinceSnapshot = 0;
        lastSnapshotNanos = clock.nanos();
        writer = threads.start("metadata-snapshot", () -> write(image));
    }

    private void write(ClusterImage image) {
        var id = new SnapshotId(image.position().offset() + 1, image.position().epoch());
        try {
            long timestampMillis = image.position().timestampMillis();
            if (log.writeSnapshot(id, timestampMillis, image.features().metadataVersion(), ImageRecords.of(image))) {
                writtenNanos = clock.nanos();
                LOG.debug("Wrote metadata snapshot {}", id.fileName());
            }
        } catch (IOException e) {
            // The log itself is whole; the next snapshot is tried when as much again was committed.
            LOG.warn("Cannot write metadata snapshot {}: {}", id.fileName(), e.toString());
        }
    }

    /// Waits for a snapshot that is being written. The log's thread has ended.
    void close() {
        Thread running = writer;
        if (running != null) Joining.join(running);
    }
}
