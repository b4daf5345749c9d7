package barnabas.metadata.log;

import barnabas.base.Digits;
import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads the segments of the metadata log and says where it ends. Changes nothing. Used once.
///
/// A crash leaves the batches of the last force torn, and nothing else. Damage is refused where it can be more than
/// that: below the [CommittedEnd], in a segment that another one follows, or before a batch that does not belong to the
/// same force. Each batch says in its base sequence how many bytes before it were not yet forced when it was written
/// (see [MetadataSegments#append]); Kafka's have -1 there, and prove as much as the next force.
final class MetadataRecovery {
    private static final Pattern NAME = Pattern.compile("\\d{20}\\.log");
    private static final String SUFFIX = ".log";

    private final Disk disk;
    private final Path directory;
    private final long committedEnd;
    private final List<Long> bases = new ArrayList<>();
    private long endOffset;
    private int lastEpoch;

    /// @param bases of all segments, ascending
    /// @param good bytes of the last segment
    /// @param torn bytes behind them
    /// @param lastEpoch of the last batch that was read; 0 when there was none
    record Found(List<Long> bases, long good, long torn, long endOffset, int lastEpoch) {}

    /// @param committedEnd below which nothing may be missing
    MetadataRecovery(Disk disk, Path directory, long committedEnd) {
        this.disk = disk;
        this.directory = directory;
        this.committedEnd = committedEnd;
    }

    static Path path(Path directory, long base) {
        return directory.resolve(Digits.decimal(base, 20) + SUFFIX);
    }

    static List<Long> bases(Disk disk, Path directory) throws IOException {
        var found = new ArrayList<Long>();
        for (Path each : disk.list(directory)) {
            String name = each.getFileName().toString();
            if (NAME.matcher(name).matches())
                found.add(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        }
        return found;
    }

    /// Shows every batch from `fromOffset` on to the visitor.
    ///
    /// @param fromOffset where the snapshot ends
    /// @param fromEpoch of the last record in the snapshot
    /// @throws MetadataLogDamage when committed batches are missing or damaged, or may be
    Found read(long fromOffset, int fromEpoch, MetadataSegments.Visitor visitor) throws IOException {
        bases.addAll(bases(disk, directory));
        endOffset = fromOffset;
        long good = 0;
        long torn = 0;
        if (!bases.isEmpty()) {
            if (bases.getFirst() > fromOffset)
                throw new IOException("the metadata log in " + directory + " begins at offset " + bases.getFirst()
                        + ", but its snapshot ends at " + fromOffset);
            int first = 0;
            while (first + 1 < bases.size() && bases.get(first + 1) <= fromOffset) first++;
            for (int i = first; i < bases.size(); i++) {
                good = readSegment(i, fromOffset, fromEpoch, visitor);
                torn = disk.sizeBytes(path(directory, bases.get(i))) - good;
            }
        }
        if (Math.max(endOffset, fromOffset) < committedEnd) {
            long base = bases.isEmpty() ? 0 : bases.getLast();
            throw damaged(path(directory, base), good, "everything below offset " + committedEnd + " was committed");
        }
        return new Found(List.copyOf(bases), good, torn, endOffset, lastEpoch);
    }

    /// Returns the bytes that are good.
    private long readSegment(int index, long fromOffset, int fromEpoch, MetadataSegments.Visitor visitor)
            throws IOException {
        long base = bases.get(index);
        Path path = path(directory, base);
        try (DiskFile file = disk.openReadOnly(path)) {
            var reader = new BatchFile(file, 0);
            endOffset = base;
            long good = 0;
            RecordBatch batch;
            while ((batch = reader.next()) != null) {
                // Neither a torn write nor anything else that we do leaves a whole batch in a wrong place.
                if (!continues(batch)) throw damaged(path, good, batch + " follows");
                if (batch.nextOffset() > fromOffset) {
                    if (batch.baseOffset() < fromOffset)
                        throw new IOException("the snapshot ends at " + fromOffset + ", inside of " + batch);
                    visitor.batch(batch, new MetadataSegments.Place(base, good));
                }
                endOffset = batch.nextOffset();
                lastEpoch = batch.leaderEpoch();
                good = reader.position();
            }
            boolean whole = good == reader.sizeBytes();
            if (index < bases.size() - 1) {
                if (whole && endOffset == bases.get(index + 1)) return good;
                throw damaged(path, good, "another segment follows");
            }
            if (!whole) {
                if (endOffset < fromOffset) throw damaged(path, good, "a snapshot of " + fromOffset + " was made");
                refuseWhenCommitted(file, good, Math.max(lastEpoch, fromEpoch), path);
            }
            return good;
        }
    }

    private MetadataLogDamage damaged(Path path, long goodBytes, String butWhat) throws IOException {
        long lostBytes = -goodBytes;
        for (long base : bases) {
            var each = path(directory, base);
            if (each.compareTo(path) >= 0) lostBytes += disk.sizeBytes(each);
        }
        return new MetadataLogDamage(path, goodBytes, endOffset, lostBytes, butWhat);
    }

    private boolean continues(RecordBatch batch) {
        return batch.baseOffset() == endOffset && batch.lastOffsetDelta() >= 0 && batch.leaderEpoch() >= lastEpoch;
    }

    private void refuseWhenCommitted(DiskFile file, long good, int epoch, Path path) throws IOException {
        var following = new FollowingBatches(file, good + 1, endOffset, epoch);
        for (var found = following.next(); found != null; found = following.next()) {
            var batch = found.batch();
            long unforced = batch.baseSequence();
            if (unforced < 0 || good < found.position() - unforced)
                throw damaged(path, good, "at byte " + found.position() + " follows " + batch);
        }
    }
}
