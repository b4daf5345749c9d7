package barnabas.log.partition;

import barnabas.base.Disk;
import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.log.file.LogFiles;
import barnabas.log.producers.OpenTransactions;
import barnabas.log.producers.ProducerSnapshot;
import barnabas.log.producers.ProducerSnapshots;
import barnabas.log.producers.Producers;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A log as an orderly close left it: enough to go on without opening any of its files.
///
/// @param stamp of the files at that time
/// @param segments in the order of their offsets, at least one
/// @param producers as in a [ProducerSnapshot] at the end of the log
public record ClosedLog(
        TopicPartition partition,
        Uuid topicId,
        Stamp stamp,
        long endOffset,
        List<Extent> segments,
        List<LeaderEpochs.Start> epochs,
        List<Long> snapshots,
        ByteBuffer producers) {
    /// More than this is read from the snapshot itself.
    private static final int PRODUCER_BYTES_MAX = 16 << 10;

    public record Extent(long baseOffset, long sizeBytes, AbortedCheck aborted) {}

    /// Stamp of the files, to detect that files were created, deleted or written since: the last change of the
    /// directory, and of the active segment's file, in milliseconds since the epoch.
    ///
    /// @param activeMillis [#NO_FILE] for an active segment without one
    public record Stamp(long directoryMillis, long activeMillis) {
        static final long NO_FILE = -1;

        static Stamp of(Disk disk, Path directory, long activeBaseOffset, boolean hasFile) throws IOException {
            return new Stamp(
                    disk.lastModifiedMillis(directory),
                    hasFile ? disk.lastModifiedMillis(directory.resolve(LogFiles.log(activeBaseOffset))) : NO_FILE);
        }
    }

    /// The base offset of the first segment that had bytes and whose file is none of these.
    public Optional<Long> segmentMissingIn(Set<String> names) {
        for (var each : segments)
            if (each.sizeBytes() > 0 && !names.contains(LogFiles.log(each.baseOffset())))
                return Optional.of(each.baseOffset());
        return Optional.empty();
    }

    /// Base offsets of the segments whose index of aborted transactions is not as it was.
    public List<Long> indexesDamagedIn(Disk disk, Path directory) throws IOException {
        var damaged = new ArrayList<Long>();
        for (var each : segments) {
            if (each.aborted().equals(AbortedCheck.NONE)) continue;
            var found = AbortedCheck.of(disk, directory.resolve(LogFiles.transactionIndex(each.baseOffset())));
            if (!found.equals(each.aborted())) damaged.add(each.baseOffset());
        }
        return damaged;
    }

    /// State of a log that has just been closed. Empty when the next opening has something to tidy up, or when the
    /// state is too large.
    static Optional<ClosedLog> of(LogState log) throws IOException {
        var place = log.place();
        if (place.topicId().isEmpty()) return Optional.empty();
        var names = LogFiles.namesIn(place.disk(), place.directory());
        for (var name : names) if (LogFiles.isLeftOver(name)) return Optional.empty();
        var active = log.segments().active();
        var activeName = LogFiles.log(active.baseOffset());
        boolean hasFile = names.contains(activeName);
        long fileBytes = hasFile ? place.disk().sizeBytes(place.file(activeName)) : 0;
        if (fileBytes != active.sizeBytes()) return Optional.empty();
        ByteBuffer producers;
        log.lock.lock();
        try {
            producers = ProducerSnapshot.encode(log.producers().entries());
        } finally {
            log.lock.unlock();
        }
        if (producers.remaining() > PRODUCER_BYTES_MAX) return Optional.empty();
        var segments = new ArrayList<Extent>();
        for (var segment : log.segments().list()) {
            var index = LogFiles.transactionIndex(segment.baseOffset());
            var aborted = names.contains(index) ? AbortedCheck.of(place.disk(), place.file(index)) : AbortedCheck.NONE;
            segments.add(new Extent(segment.baseOffset(), segment.sizeBytes(), aborted));
        }
        return Optional.of(new ClosedLog(
                place.partition(),
                place.topicId().get(),
                Stamp.of(place.disk(), place.directory(), active.baseOffset(), hasFile),
                log.endOffset(),
                segments,
                log.epochs().startsBefore(log.endOffset()),
                log.snapshots().all(),
                producers));
    }

    private Extent active() {
        return segments.getLast();
    }

    /// True when the files have not changed since this was written, and everything in the log is committed: ends of
    /// transactions above the high watermark would have to be read from the log.
    public boolean holds(Disk disk, Path directory, LogHints hints) {
        if (hints.highWatermark() < endOffset || !hints.closedCleanly() || hints.recoveryPoint() > endOffset)
            return false;
        // the normal opening reports it
        if (hints.logStartOffset() > endOffset) return false;
        try {
            boolean hasFile = stamp.activeMillis() != Stamp.NO_FILE;
            return Stamp.of(disk, directory, active().baseOffset(), hasFile).equals(stamp)
                    && indexesDamagedIn(disk, directory).isEmpty();
        } catch (IOException gone) {
            // the normal opening reports the error
            return false;
        }
    }

    /// The log, without a look at any file; empty when what is noted of its producers says nothing.
    public Optional<PartitionLog> reopen(LogPlace place, LogConfig config, long logStartOffset) {
        var entries = ProducerSnapshot.decode(producers.duplicate());
        if (entries.isEmpty()) return Optional.empty();
        var opened = new ArrayList<Segment>(segments.size());
        for (var segment : segments) opened.add(place.newSegment(segment.baseOffset(), segment.sizeBytes()));
        var found = Segments.of(opened);
        long startOffset = Math.max(logStartOffset, found.first().baseOffset());
        var known = new LeaderEpochs();
        known.restore(epochs);
        known.cutBefore(startOffset);
        var kept = new ProducerSnapshots(place);
        for (long offset : snapshots) kept.add(offset, true);
        var transactions = new OpenTransactions();
        var restored = new Producers(place.partition(), transactions);
        long now = place.environment().clock().millis();
        for (var entry : entries.get()) restored.restore(entry, now);
        return Optional.of(new PartitionLog(
                place,
                config,
                new LoadedLog(found, startOffset, endOffset, endOffset, restored, transactions, kept, known)));
    }
}
