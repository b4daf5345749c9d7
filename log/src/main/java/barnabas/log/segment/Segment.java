package barnabas.log.segment;

import barnabas.base.Check;
import barnabas.base.DiskFile;
import barnabas.log.LogSlice;
import barnabas.log.file.LazyFile;
import barnabas.log.file.LogFiles;
import barnabas.log.file.OpenFiles;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.OptionalInt;

/// A part of a partition's log: consecutive batches in one file, with its indexes. Owner: the partition's lock for
/// everything that changes it; lookups come from any thread.
public final class Segment implements LogSlice.Source {
    static final long NONE = -1;

    private final long baseOffset;
    private final LazyFile log;
    private final OffsetIndex offsets;
    private final TimeIndex times;
    private final TransactionIndex aborted;

    private volatile long sizeBytes;
    /// Bytes after the valid part that a failed write may have left.
    private boolean untidy;

    private long bytesSinceIndexEntry;
    private final long createdMillis;

    /// Timestamps are read from disk when they are first needed, so that opening thousands of idle partitions does
    /// not. Owner: the lock of the time index.
    private boolean timesKnown;

    private volatile long firstTimestamp = NONE;
    private volatile long maxTimestamp = NONE;
    private volatile long maxTimestampOffset = NONE;

    /// @param suffix what the files' names end in while they are not yet part of the log
    Segment(OpenFiles files, Path directory, long baseOffset, long sizeBytes, long nowMillis, String suffix) {
        this.baseOffset = baseOffset;
        this.log = new LazyFile(files, directory.resolve(LogFiles.log(baseOffset) + suffix));
        this.offsets = new OffsetIndex(
                new LazyFile(files, directory.resolve(LogFiles.index(baseOffset) + suffix)), baseOffset);
        this.times = new TimeIndex(
                new LazyFile(files, directory.resolve(LogFiles.timeIndex(baseOffset) + suffix)), baseOffset);
        this.aborted = new TransactionIndex(
                new LazyFile(files, directory.resolve(LogFiles.transactionIndex(baseOffset) + suffix)));
        this.sizeBytes = sizeBytes;
        this.createdMillis = nowMillis;
        this.timesKnown = sizeBytes == 0;
    }

    public long baseOffset() {
        return baseOffset;
    }

    public LazyFile log() {
        return log;
    }

    public OffsetIndex offsets() {
        return offsets;
    }

    public TimeIndex times() {
        return times;
    }

    public TransactionIndex aborted() {
        return aborted;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public DiskFile acquire() throws IOException {
        return log.acquire();
    }

    @Override
    public void release() throws IOException {
        log.release();
    }

    @Override
    public long indexedOffsetFrom(long position) throws IOException {
        int after = offsets.firstAtOrAfterPosition(position);
        if (after >= offsets.entries()) return -1;
        var entry = offsets.at(after);
        var file = log.acquire();
        try {
            return pointsAtItsBatch(file, entry, sizeBytes) ? entry.offset() : -1;
        } finally {
            log.release();
        }
    }

    /// Writes the batches at the end of the file, without touching the indexes. After a failure the segment is as
    /// before.
    public void write(ByteBuffer batches) throws IOException {
        var _ = dropFailedWrite();
        int start = batches.position();
        try {
            writeAt(batches, sizeBytes);
        } catch (ClosedChannelException interruptedElsewhere) {
            // a user of the shared channel was interrupted; the file opens again and the write, being positional,
            // repeats
            batches.position(start);
            retryWrite(batches);
        } catch (IOException failed) {
            batches.position(start);
            giveUp(failed);
            throw failed;
        } catch (Error thrown) {
            untidy = true;
            throw thrown;
        }
        batches.position(start);
        long before = sizeBytes;
        sizeBytes = before + batches.remaining();
    }

    private void retryWrite(ByteBuffer batches) throws IOException {
        int start = batches.position();
        try {
            writeAt(batches, sizeBytes);
        } catch (IOException failed) {
            batches.position(start);
            giveUp(failed);
            throw failed;
        }
    }

    private void writeAt(ByteBuffer bytes, long position) throws IOException {
        var file = log.acquireForWriting();
        try {
            file.write(bytes, position);
        } finally {
            log.release();
        }
    }

    private void giveUp(IOException failed) {
        untidy = true;
        try {
            tidy();
        } catch (IOException later) {
            failed.addSuppressed(later);
        }
    }

    /// Removes what a failed write has left, where it could not be removed at once. Nothing may follow on it: no batch,
    /// no other segment, and no orderly end, after which the file's size is the segment's.
    ///
    /// @return whether there was something, which may come back until the file is forced
    public boolean dropFailedWrite() throws IOException {
        if (!untidy) return false;
        tidy();
        return true;
    }

    /// Removes what lies behind the valid part: a failed or torn write.
    public void tidy() throws IOException {
        // the file may have been what could not be created
        if (sizeBytes > 0 || log.exists()) truncate(sizeBytes);
        untidy = false;
    }

    private void truncate(long size) throws IOException {
        var file = log.acquire();
        try {
            file.truncate(size);
        } finally {
            log.release();
        }
    }

    /// Notes a batch that was written at `position` in the indexes, when it is time for an entry.
    public void index(RecordBatch batch, long position, int indexIntervalBytes) throws IOException {
        loadTimes();
        long timestamp = batch.maxTimestamp();
        if (firstTimestamp == NONE && position == 0) firstTimestamp = timestamp;
        // a batch that compaction has emptied holds no record of its time
        if (timestamp > maxTimestamp && batch.recordCount() > 0) {
            maxTimestamp = timestamp;
            maxTimestampOffset = batch.lastOffset();
        }
        if (bytesSinceIndexEntry > indexIntervalBytes) {
            offsets.add(batch.lastOffset(), (int) position);
            addTime();
            bytesSinceIndexEntry = 0;
        }
        bytesSinceIndexEntry += batch.sizeBytes();
    }

    /// Takes a batch that recovery found behind the valid part into it.
    public void accept(RecordBatch batch, int indexIntervalBytes) throws IOException {
        long position = sizeBytes;
        index(batch, position, indexIntervalBytes);
        sizeBytes = position + batch.sizeBytes();
    }

    /// Writes index entries that wait in memory, if there are many. They stay there when the disk fails: appends need
    /// no index.
    public void writeLargeTails() {
        writeIfLarge(offsets);
        writeIfLarge(times);
        writeIfLarge(aborted);
    }

    private static void writeIfLarge(IndexFile index) {
        if (!index.isTailLarge()) return;
        try {
            index.writeTail();
        } catch (IOException keptInMemory) {
            // flush() reports it, or the next append tries again
            return;
        }
    }

    private void addTime() throws IOException {
        if (maxTimestamp < 0) return;
        var last = times.last();
        if (last.isEmpty() || maxTimestamp > last.get().timestamp()) times.add(maxTimestamp, maxTimestampOffset);
    }

    /// The segment takes no more appends: its largest timestamp becomes the last entry of the time index.
    public void complete() throws IOException {
        var _ = dropFailedWrite();
        loadTimes();
        addTime();
        offsets.writeTail();
        times.writeTail();
        aborted.writeTail();
        pairIndexes();
    }

    /// Kafka's tools want an offset index beside every time index, be it empty. A segment of less than one index
    /// interval has no entry to put into one, and a crash may have come between the two.
    private void pairIndexes() throws IOException {
        if (!times.file().exists() || offsets.file().exists()) return;
        offsets.file().acquireForWriting();
        offsets.file().release();
    }

    public boolean isIndexFull(int indexBytes) throws IOException {
        return offsets.sizeBytes() + 8 > indexBytes || times.sizeBytes() + 12 > indexBytes;
    }

    public boolean fits(long lastOffset) {
        return lastOffset - baseOffset <= Integer.MAX_VALUE;
    }

    /// Time that the segment has been filling when a batch with this timestamp comes.
    public long ageMillis(long nowMillis, long batchTimestamp) throws IOException {
        loadTimes();
        // a first batch from the future says nothing about age
        return firstTimestamp >= 0 && batchTimestamp >= firstTimestamp
                ? batchTimestamp - firstTimestamp
                : nowMillis - createdMillis;
    }

    /// The largest timestamp of the first batch, -1 when it has none.
    public long firstTimestamp() throws IOException {
        loadTimes();
        return firstTimestamp;
    }

    /// The largest timestamp in the segment, -1 when no record has one.
    public long maxTimestamp() throws IOException {
        loadTimes();
        return maxTimestamp;
    }

    /// The last offset of the batch that holds the largest timestamp.
    long maxTimestampOffset() throws IOException {
        loadTimes();
        return maxTimestampOffset;
    }

    /// Reads first and largest timestamp from the file: the first batch, the last index entry and what lies behind
    /// it.
    void loadTimes() throws IOException {
        try (var _ = times.hold()) {
            if (timesKnown) return;
            var file = log.acquire();
            try {
                var batches = new StoredBatches(file, 0, sizeBytes, baseOffset, RecordBatch.HEADER_BYTES);
                if (batches.nextIn(this)) firstTimestamp = batches.header().maxTimestamp();
                long from = 0;
                var last = times.last();
                var at = last.isEmpty() ? OptionalInt.empty() : positionOf(file, last.get());
                if (last.isPresent() && at.isPresent()) {
                    maxTimestamp = last.get().timestamp();
                    maxTimestampOffset = last.get().offset();
                    from = at.getAsInt();
                }
                noteTimes(file, from);
            } finally {
                log.release();
            }
            timesKnown = true;
        }
    }

    /// Start of the batch of a time entry; empty when there is no such batch, so that the index is wrong.
    public OptionalInt positionOf(DiskFile file, TimeIndex.Entry entry) throws IOException {
        long size = sizeBytes;
        var at = positionOf(file, entry.offset(), size);
        if (at.isEmpty()) return at;
        var batches = new StoredBatches(file, at.getAsInt(), size, baseOffset, RecordBatch.HEADER_BYTES);
        boolean right = batches.next()
                && batches.header().lastOffset() == entry.offset()
                && batches.header().maxTimestamp() == entry.timestamp();
        return right ? at : OptionalInt.empty();
    }

    private void noteTimes(DiskFile file, long from) throws IOException {
        var batches = new StoredBatches(file, from, sizeBytes, baseOffset);
        while (batches.nextIn(this)) {
            if (batches.header().maxTimestamp() > maxTimestamp
                    && batches.header().recordCount() > 0) {
                maxTimestamp = batches.header().maxTimestamp();
                maxTimestampOffset = batches.header().lastOffset();
            }
        }
    }

    /// Start of the batch that holds `offset` or, in a gap, of the first one after it. Empty when all batches
    /// before `end` are below.
    ///
    /// @param end the end of the valid part as the caller sees it
    public OptionalInt positionOf(DiskFile file, long offset, long end) throws IOException {
        var entry = offsets.floorEntry(offset);
        if (entry.isPresent()) {
            long position = entry.get().position();
            if (pointsAtItsBatch(file, entry.get(), end))
                return StoredBatches.reaching(this, file, position, offset, end);
            // a wrong index: it is slower without, never wrong
        }
        return StoredBatches.reaching(this, file, 0, offset, end);
    }

    public boolean pointsAtItsBatch(DiskFile file, OffsetIndex.Entry entry, long end) throws IOException {
        if (entry.position() < 0 || entry.position() >= end) return false;
        var batches = new StoredBatches(file, entry.position(), end, baseOffset, RecordBatch.HEADER_BYTES);
        return batches.next() && batches.header().lastOffset() == entry.offset();
    }

    /// Creates the file, so that its name remembers the offset.
    public void create() throws IOException {
        log.acquireForWriting();
        log.release();
    }

    /// Cuts the file and its indexes before the batch at `position`, whose first offset is `offset`.
    public void cut(long position, long offset) throws IOException {
        Check.that(position <= sizeBytes, "cut at %d of a segment of %d bytes", position, sizeBytes);
        cutIndexes(position, offset);
        if (log.exists()) truncate(position);
        sizeBytes = position;
        untidy = false;
        try (var _ = times.hold()) {
            timesKnown = position == 0;
            firstTimestamp = NONE;
            maxTimestamp = NONE;
            maxTimestampOffset = NONE;
        }
        // the true distance is not worth finding out: at worst one entry comes early
        bytesSinceIndexEntry = 0;
    }

    /// Forgets index entries for batches at or behind a place.
    public void cutIndexes(long position, long offset) throws IOException {
        aborted.cut(offset <= baseOffset ? 0 : aborted.floor(offset - 1) + 1);
        cutSparseIndexes(position, offset);
    }

    /// The same for the indexes that can be rebuilt from the batches of this segment alone.
    public void cutSparseIndexes(long position, long offset) throws IOException {
        offsets.cut(offset <= baseOffset || position == 0 ? 0 : offsets.floor(offset - 1 - baseOffset) + 1);
        int keep = times.entries();
        while (keep > 0 && (position == 0 || times.at(keep - 1).offset() >= offset)) keep--;
        times.cut(keep);
    }

    /// Forces log and indexes.
    public void flush() throws IOException {
        if (!log.exists()) return;
        offsets.flush();
        times.flush();
        aborted.flush();
        log.force();
    }

    /// Whether an index was created since the last call, so that its name has to be forced. Records get their name
    /// on disk when the segment begins; an index of aborted transactions comes later, and a start cannot detect
    /// that it is missing.
    public boolean takeNamesUnforced() {
        boolean any = false;
        for (LazyFile file : files()) any |= file.takeNameUnforced();
        return any;
    }

    /// Forces index entries that are still in memory. Recovery may have left some that no flush had a reason to
    /// write.
    public void flushTails() throws IOException {
        for (var index : new IndexFile[] {offsets, times, aborted}) if (index.hasTail()) index.flush();
        pairIndexes();
    }

    /// Gives the files their names for the time until they go away.
    void markDeleted() throws IOException {
        for (var file : files()) nameDeleted(file);
    }

    /// Also when an earlier attempt came so far.
    private static void nameDeleted(LazyFile file) throws IOException {
        if (!String.valueOf(file.path().getFileName()).endsWith(LogFiles.DELETED))
            file.rename(LogFiles.deleted(file.path()));
    }

    /// The same for a segment that another one takes the place of. Its log keeps its name the longest: as long as it
    /// is there, all its indexes are still its own or on their way out.
    public void markReplaced() throws IOException {
        var all = files();
        for (int i = all.length - 1; i >= 0; i--) nameDeleted(all[i]);
    }

    /// Gives the files, the log last, names that end in another suffix.
    public void rename(String suffix, String otherSuffix) throws IOException {
        var all = files();
        for (int i = all.length - 1; i >= 0; i--) {
            var name = String.valueOf(all[i].path().getFileName());
            // an earlier attempt came so far
            if (!name.endsWith(suffix)) continue;
            var bare = name.substring(0, name.length() - suffix.length());
            all[i].rename(all[i].path().resolveSibling(bare + otherSuffix));
        }
    }

    public void delete() throws IOException {
        for (var file : files()) file.delete();
    }

    /// The partition's directory was renamed.
    public void moved(Path directory) {
        for (var file : files()) file.moved(directory.resolve(file.path().getFileName()));
    }

    long lastModifiedMillis() throws IOException {
        return log.exists() ? log.lastModifiedMillis() : createdMillis;
    }

    /// From now on handles close as soon as no reader uses them.
    public void keepFilesOpenNoLonger() {
        for (var file : files()) file.keepOpenNoLonger();
    }

    /// Closes handles that no reader uses.
    public void closeFiles() {
        for (var file : files()) file.closeIfUnused();
    }

    private LazyFile[] files() {
        return new LazyFile[] {log, offsets.file(), times.file(), aborted.file()};
    }

    @Override
    public String toString() {
        return String.valueOf(log.path());
    }
}
