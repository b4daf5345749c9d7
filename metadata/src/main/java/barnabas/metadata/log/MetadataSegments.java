package barnabas.metadata.log;

import barnabas.base.Check;
import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.protocol.records.RecordBatch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The segment files of the metadata log: `<base offset, 20 digits>.log`, whole record batches one after the other,
/// offsets without gaps from the first file to the last. Only the last one is written to.
///
/// The log has no index and no producers, keeps nothing but what follows the older of two snapshots, is read from
/// front to back at start and forced to disk before anything is acknowledged. A partition's log does none of these and
/// much else, so this is a file of its own rather than one more mode of that.
///
/// Owned by one thread at a time: the one that starts the log, then the log's own.
final class MetadataSegments implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataSegments.class);
    private static final long NOTE_INTERVAL_MILLIS = 1000;

    private final Disk disk;
    private final Path directory;
    private final int segmentBytes;

    /// Base offsets of all segments, ascending.
    private final List<Long> bases = new ArrayList<>();
    /// The last segment, once something was appended or recovered.
    private @Nullable DiskFile active;

    private @Nullable CommittedEnd committedEnd;
    private long noteForcedMillis;

    private long activeBytes;
    /// Bytes of the last segment that are on disk for sure.
    private long forcedBytes;
    private long endOffset;
    private int lastEpoch;
    private boolean rollDue;

    MetadataSegments(Disk disk, Path directory, int segmentBytes) {
        this.disk = disk;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
    }

    long endOffset() {
        return endOffset;
    }

    /// Of the last batch; 0 when there is none.
    int lastEpoch() {
        return lastEpoch;
    }

    /// Finds the segments, shows every batch from `fromOffset` on to the visitor, and cuts what a crash left half
    /// written. A copy of what is cut stays beside the segment.
    ///
    /// @param fromOffset where the snapshot ends
    /// @param fromEpoch of the last record in the snapshot
    /// @throws MetadataLogDamage when batches are missing or damaged that were acknowledged once, or may have been
    void recover(long fromOffset, int fromEpoch, MetadataRecovery.Visitor visitor) throws IOException {
        var mark = CommittedEnd.open(disk, directory);
        committedEnd = mark;
        var found = new MetadataRecovery(disk, directory, mark.offset()).read(fromOffset, fromEpoch, visitor);
        bases.addAll(found.bases());
        endOffset = Math.max(found.endOffset(), fromOffset);
        lastEpoch = found.lastEpoch();
        if (bases.isEmpty()) return;
        if (found.endOffset() < fromOffset) {
            // Everything in the log is in the snapshot, which is newer: nothing can be appended behind a gap.
            for (long base : bases) disk.delete(path(base));
            bases.clear();
            return;
        }
        Path last = path(bases.getLast());
        DiskFile file = disk.open(last);
        active = file;
        if (found.torn() > 0) {
            CutBytes.deleteOldest(disk, directory);
            var copy = CutBytes.keep(disk, last, found.good());
            file.truncate(found.good());
            LOG.warn(
                    "Cut {} bytes off the metadata log at byte {} of {}, offset {}: batches that were being written"
                            + " when the node died and were not acknowledged. They are kept in {}",
                    found.torn(),
                    found.good(),
                    last,
                    endOffset,
                    copy);
        }
        // What was read may so far be in the page cache only, and from now on it is acted upon.
        file.force();
        activeBytes = found.good();
        forcedBytes = found.good();
        mark.write(endOffset);
        mark.force();
    }

    /// Writes a batch that begins at [#endOffset]. It is on disk for sure only after [#force].
    ///
    /// Its base sequence, which has no other use without a producer, becomes the count of bytes in the file
    /// before it that are not forced yet. A recovery that finds the batch knows from it that everything further
    /// to the front was committed.
    void append(ByteBuffer bytes) throws IOException {
        var batch = RecordBatch.at(bytes, bytes.position());
        Check.that(batch.baseOffset() == endOffset, "batch at %d appended at %d", batch.baseOffset(), endOffset);
        int size = bytes.remaining();
        boolean full = activeBytes > 0 && activeBytes + size > segmentBytes;
        DiskFile file = active;
        if (file == null || full || (rollDue && activeBytes > 0)) file = roll();
        batch.rewriteBaseSequence((int) (activeBytes - forcedBytes));
        file.write(bytes, activeBytes);
        activeBytes += size;
        endOffset = batch.nextOffset();
        lastEpoch = batch.leaderEpoch();
    }

    /// Returns when everything appended is on disk.
    void force() throws IOException {
        if (active == null) return;
        active.force();
        forcedBytes = activeBytes;
    }

    /// Notes that everything is committed, before anybody hears of it. After a failure the note is behind, which
    /// protects less and promises nothing wrong.
    void noteCommitted() {
        var mark = committedEnd;
        if (mark == null) return;
        try {
            mark.write(endOffset);
        } catch (IOException behind) {
            LOG.warn("Cannot note the committed end of the metadata log in {}: {}", directory, behind.getMessage());
        }
    }

    /// Forces the note, at most once in [#NOTE_INTERVAL_MILLIS]. For a moment when no append waits.
    void forceNote(long nowMillis) {
        var mark = committedEnd;
        if (mark == null || nowMillis - noteForcedMillis < NOTE_INTERVAL_MILLIS) return;
        noteForcedMillis = nowMillis;
        forceQuietly(mark);
    }

    private DiskFile roll() throws IOException {
        if (active != null) {
            active.force();
            active.close();
        }
        DiskFile file = disk.open(path(endOffset));
        disk.forceDirectory(directory);
        active = file;
        activeBytes = 0;
        forcedBytes = 0;
        rollDue = false;
        bases.add(endOffset);
        return file;
    }

    /// Lets the next append begin a new file, so that the present one can be deleted one day.
    void rollSoon() {
        rollDue = true;
    }

    /// Deletes the files of which nothing is at or behind `offset`.
    void deleteBefore(long offset) throws IOException {
        boolean deleted = false;
        while (bases.size() > 1 && bases.get(1) <= offset) {
            disk.delete(path(bases.removeFirst()));
            deleted = true;
        }
        if (deleted) disk.forceDirectory(directory);
    }

    /// The first offset that is in a file; empty when there is no file.
    Optional<Long> startOffset() {
        return bases.isEmpty() ? Optional.empty() : Optional.of(bases.getFirst());
    }

    private Path path(long base) {
        return MetadataRecovery.path(directory, base);
    }

    /// After an orderly end the note of the committed end is on disk: nothing below it may be cut at the next start.
    @Override
    public void close() throws IOException {
        try (var file = active;
                var mark = committedEnd) {
            active = null;
            committedEnd = null;
            if (mark != null && file != null) forceQuietly(mark);
        }
    }

    private void forceQuietly(CommittedEnd mark) {
        try {
            mark.force();
        } catch (IOException behind) {
            LOG.warn("Cannot force the committed end of the metadata log in {}: {}", directory, behind.getMessage());
        }
    }
}
