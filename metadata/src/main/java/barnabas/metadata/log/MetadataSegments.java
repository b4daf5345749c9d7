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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The segment files of the metadata log: `<base offset, 20 digits>.log`, whole record batches one after the other,
/// offsets without gaps from the first file to the last. Only the last one is written to.
///
/// The log has no index and no producers, keeps nothing but what follows the older of two snapshots, is read from
/// front to back at start and forced to disk before anything is acknowledged. A partition's log does none of these and
/// much else, so this is a file of its own rather than one more mode of that.
///
/// Owned by one thread at a time: the one that starts the log, then the log's own.
final class MetadataSegments implements Closeable {
    private static final Pattern NAME = Pattern.compile("\\d{20}\\.log");
    private static final String SUFFIX = ".log";

    /// Takes the batches found at start, in order. The batch is valid during the call only.
    interface Visitor {
        void batch(RecordBatch batch) throws IOException;
    }

    private final Disk disk;
    private final Path directory;
    private final int segmentBytes;

    /// Base offsets of all segments, ascending.
    private final List<Long> bases = new ArrayList<>();
    /// The last segment, once something was appended or recovered.
    private @Nullable DiskFile active;

    private long activeBytes;
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
    /// written.
    ///
    /// @param fromOffset where the snapshot ends
    /// @param fromEpoch of the last record in the snapshot
    /// @return the bytes that were cut
    /// @throws IOException when batches are missing or damaged that were acknowledged once
    long recover(long fromOffset, int fromEpoch, Visitor visitor) throws IOException {
        for (Path each : disk.list(directory)) {
            String name = each.getFileName().toString();
            if (NAME.matcher(name).matches()) {
                bases.add(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
            }
        }
        endOffset = fromOffset;
        if (bases.isEmpty()) return 0;
        if (bases.getFirst() > fromOffset) {
            throw new IOException("the metadata log in " + directory + " begins at offset " + bases.getFirst()
                    + ", but its snapshot ends at " + fromOffset);
        }
        int first = 0;
        while (first + 1 < bases.size() && bases.get(first + 1) <= fromOffset) first++;
        long cut = 0;
        for (int i = first; i < bases.size(); i++) cut = recoverSegment(i, fromOffset, fromEpoch, visitor);
        if (endOffset < fromOffset) {
            // Everything in the log is in the snapshot, which is newer: nothing can be appended behind a gap.
            close();
            for (long base : bases) disk.delete(path(base));
            bases.clear();
            endOffset = fromOffset;
        }
        return cut;
    }

    private long recoverSegment(int index, long fromOffset, int fromEpoch, Visitor visitor) throws IOException {
        long base = bases.get(index);
        boolean last = index == bases.size() - 1;
        Path path = path(base);
        DiskFile file = disk.open(path);
        boolean kept = false;
        try {
            var reader = new BatchFile(file, 0);
            endOffset = base;
            long good = 0;
            RecordBatch batch;
            while ((batch = reader.next()) != null) {
                // Neither a torn write nor anything else that we do leaves a whole batch in a wrong place.
                if (!continues(batch)) throw damaged(path, good, batch + " follows");
                if (batch.nextOffset() > fromOffset) {
                    if (batch.baseOffset() < fromOffset) {
                        throw new IOException("the snapshot ends at " + fromOffset + ", inside of " + batch);
                    }
                    visitor.batch(batch);
                }
                endOffset = batch.nextOffset();
                lastEpoch = batch.leaderEpoch();
                good = reader.position();
            }
            long bad = reader.sizeBytes() - good;
            if (!last) {
                if (bad == 0 && endOffset == bases.get(index + 1)) return 0;
                throw damaged(path, good, "another segment follows");
            }
            if (bad > 0) {
                if (endOffset < fromOffset) throw damaged(path, good, "a snapshot of " + fromOffset + " was made");
                refuseWhenLaterBatchesFollow(reader, good, lastEpoch == 0 ? fromEpoch : lastEpoch, path);
                file.truncate(good);
            }
            // What was read may so far be in the page cache only, and from now on it is acted upon.
            file.force();
            active = file;
            activeBytes = good;
            kept = true;
            return bad;
        } finally {
            if (!kept) file.close();
        }
    }

    private IOException damaged(Path path, long goodBytes, String butWhat) {
        return new IOException("the metadata log is damaged: " + path + " is good up to byte " + goodBytes + ", offset "
                + endOffset + ", but " + butWhat);
    }

    private boolean continues(RecordBatch batch) {
        return batch.baseOffset() == endOffset && batch.lastOffsetDelta() >= 0 && batch.leaderEpoch() >= lastEpoch;
    }

    /// A torn write is the last thing that happened to the file. A good batch of a later epoch behind the damage means
    /// that the log was opened and found whole since then: then it is not torn, acknowledged records are damaged.
    private void refuseWhenLaterBatchesFollow(BatchFile reader, long good, int epoch, Path path) throws IOException {
        for (long at = good + 1; at + RecordBatch.HEADER_BYTES <= reader.sizeBytes(); at++) {
            reader.skipTo(at);
            RecordBatch batch = reader.next();
            if (batch != null && batch.leaderEpoch() > epoch && batch.baseOffset() > endOffset) {
                throw damaged(path, good, "at byte " + at + " follows " + batch);
            }
        }
    }

    /// Writes a batch that begins at [#endOffset]. It is on disk for sure only after [#force].
    void append(ByteBuffer bytes) throws IOException {
        var batch = RecordBatch.at(bytes, bytes.position());
        Check.that(batch.baseOffset() == endOffset, "batch at %d appended at %d", batch.baseOffset(), endOffset);
        int size = bytes.remaining();
        boolean full = activeBytes > 0 && activeBytes + size > segmentBytes;
        DiskFile file = active;
        if (file == null || full || (rollDue && activeBytes > 0)) file = roll();
        file.write(bytes, activeBytes);
        activeBytes += size;
        endOffset = batch.nextOffset();
        lastEpoch = batch.leaderEpoch();
    }

    /// Returns when everything appended is on disk.
    void force() throws IOException {
        if (active != null) active.force();
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
        return directory.resolve("%020d".formatted(base) + SUFFIX);
    }

    @Override
    public void close() throws IOException {
        if (active != null) {
            active.close();
            active = null;
        }
    }
}
