package barnabas.metadata.log;

import barnabas.base.Check;
import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.base.ForceFailed;
import barnabas.protocol.records.RecordBatch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
public final class MetadataSegments implements Closeable {
    /// Position of a batch.
    ///
    /// @param base base offset of the segment, its name
    /// @param position first byte of the batch in it
    public record Place(long base, long position) {}

    /// Takes the batches, in order. A batch is valid during the call only.
    public interface Visitor {
        void batch(RecordBatch batch, Place place) throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(MetadataSegments.class);
    private static final long NOTE_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Disk disk;
    private final Path directory;
    private final int segmentBytes;

    /// Base offsets of all segments, ascending.
    private final List<Long> bases = new ArrayList<>();
    /// The last segment, once something was appended or recovered.
    private @Nullable DiskFile active;

    private @Nullable CommittedEnd committedEnd;
    private boolean noteForced;
    private long noteForcedNanos;

    private long activeBytes;
    /// Bytes of the last segment that are on disk for sure.
    private long forcedBytes;
    private long endOffset;
    private int lastEpoch;
    private boolean rollDue;
    private boolean nameUnforced;

    public MetadataSegments(Disk disk, Path directory, int segmentBytes) {
        this.disk = disk;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
    }

    public long endOffset() {
        return endOffset;
    }

    /// Of the last batch; 0 when there is none.
    public int lastEpoch() {
        return lastEpoch;
    }

    /// Finds the segments, shows every batch from `fromOffset` on to the visitor, and cuts what a crash left half
    /// written. A copy of what is cut stays beside the segment.
    ///
    /// @param fromOffset where the snapshot ends
    /// @param fromEpoch of the last record in the snapshot
    /// @throws MetadataLogDamage when batches are missing or damaged that were acknowledged once, or may have been
    public void recover(long fromOffset, int fromEpoch, Visitor visitor) throws IOException {
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
    }

    /// Notes durably that everything recovered is committed: the node is alone and acts upon it. In a quorum others
    /// may have agreed on something else.
    void commitRecovered() throws IOException {
        var mark = committedEnd;
        if (mark == null || bases.isEmpty()) return;
        mark.write(endOffset);
        mark.force();
    }

    /// Writes a batch that begins at [#endOffset]. It is on disk for sure only after [#force].
    ///
    /// Its base sequence, which has no other use without a producer, becomes the count of bytes in the file
    /// before it that are not forced yet. A recovery that finds the batch knows from it that everything further
    /// to the front was committed.
    ///
    /// @return where it stands
    /// @throws DiskShortage when something is short; the log is as it was, and `bytes` may be appended later
    public Place append(ByteBuffer bytes) throws IOException {
        var batch = RecordBatch.at(bytes, bytes.position());
        Check.that(batch.baseOffset() == endOffset, "batch at %d appended at %d", batch.baseOffset(), endOffset);
        int size = bytes.remaining();
        boolean full = activeBytes > 0 && activeBytes + size > segmentBytes;
        DiskFile file = active;
        if (file == null || full || (rollDue && activeBytes > 0)) file = roll();
        forceName();
        batch.rewriteBaseSequence((int) (activeBytes - forcedBytes));
        var place = new Place(bases.getLast(), activeBytes);
        try {
            file.write(bytes.duplicate(), activeBytes);
        } catch (IOException e) {
            IOException shortage = DiskShortage.of(e);
            // a part of the batch may have been written
            if (shortage instanceof DiskShortage) file.truncate(activeBytes);
            throw shortage;
        }
        activeBytes += size;
        endOffset = batch.nextOffset();
        lastEpoch = batch.leaderEpoch();
        return place;
    }

    /// Reads `bytes` bytes from a batch on; fewer where the segment ends.
    public ByteBuffer read(Place from, int bytes) throws IOException {
        var target = ByteBuffer.allocate(bytes);
        DiskFile open = active;
        if (open != null && from.base() == bases.getLast()) {
            open.read(target, from.position());
        } else {
            try (var file = disk.openReadOnly(path(from.base()))) {
                file.read(target, from.position());
            }
        }
        return target.flip();
    }

    /// Cuts a batch and everything behind it, durably: a leader of a later epoch has others there.
    ///
    /// @param place of the batch
    /// @param offset of its first record
    /// @param epochBefore of the batch before it
    public void truncateTo(Place place, long offset, int epochBefore) throws IOException {
        closeActive();
        while (bases.getLast() > place.base()) disk.delete(path(bases.removeLast()));
        DiskFile file = disk.openExisting(path(place.base()));
        active = file;
        file.truncate(place.position());
        file.force();
        disk.forceDirectory(directory);
        activeBytes = place.position();
        forcedBytes = place.position();
        endOffset = offset;
        lastEpoch = epochBefore;
    }

    /// Deletes all segments: a snapshot that ends at `offset` has taken their place. Its file is there already, so that
    /// a crash between two deletions leaves a log that ends before it, which [#recover] deletes.
    ///
    /// @param epoch of the last record in the snapshot
    public void restartAt(long offset, int epoch) throws IOException {
        closeActive();
        while (!bases.isEmpty()) disk.delete(path(bases.removeLast()));
        disk.forceDirectory(directory);
        activeBytes = 0;
        forcedBytes = 0;
        endOffset = offset;
        lastEpoch = epoch;
    }

    private void closeActive() throws IOException {
        try (var _ = active) {
            active = null;
        }
    }

    /// Returns when everything appended is on disk.
    public void force() throws IOException {
        if (active == null) return;
        active.force();
        forcedBytes = activeBytes;
    }

    /// Notes that everything is committed, before listeners receive it. After a failure the note is behind, which
    /// protects less and promises nothing wrong.
    public void noteCommitted() {
        noteCommitted(endOffset);
    }

    /// As [#noteCommitted()], where a quorum has committed a part.
    public void noteCommitted(long offset) {
        var mark = committedEnd;
        if (mark == null) return;
        try {
            mark.write(offset);
        } catch (IOException behind) {
            LOG.warn("Cannot note the committed end of the metadata log in {}: {}", directory, behind.getMessage());
        }
    }

    /// Forces the note, at most once in [#NOTE_INTERVAL_NANOS]. For a moment when no append waits.
    ///
    /// @param nowNanos monotonic: a wall clock that is set back would stop the notes
    public void forceNote(long nowNanos) {
        var mark = committedEnd;
        if (mark == null || (noteForced && nowNanos - noteForcedNanos < NOTE_INTERVAL_NANOS)) return;
        noteForced = true;
        noteForcedNanos = nowNanos;
        forceQuietly(mark);
    }

    /// The offset below which everything is committed, as last noted.
    public long committedOffset() {
        var mark = committedEnd;
        return mark == null ? 0 : mark.offset();
    }

    private DiskFile roll() throws IOException {
        force();
        DiskFile file;
        try {
            file = disk.open(path(endOffset));
        } catch (IOException e) {
            throw DiskShortage.of(e);
        }
        if (active != null) active.close();
        active = file;
        activeBytes = 0;
        forcedBytes = 0;
        rollDue = false;
        bases.add(endOffset);
        nameUnforced = true;
        return file;
    }

    /// Forces the name of a new file before anything is written to it.
    private void forceName() throws IOException {
        if (!nameUnforced) return;
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            // after a failed force nothing is sure
            throw ForceFailed.isIn(e) ? e : DiskShortage.of(e);
        }
        nameUnforced = false;
    }

    /// Lets the next append begin a new file, so that the present one can be deleted one day.
    public void rollSoon() {
        rollDue = true;
    }

    /// Deletes the files of which nothing is at or behind `offset`.
    public void deleteBefore(long offset) throws IOException {
        boolean deleted = false;
        while (bases.size() > 1 && bases.get(1) <= offset) {
            disk.delete(path(bases.removeFirst()));
            deleted = true;
        }
        if (deleted) disk.forceDirectory(directory);
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
