package barnabas.log.recovery;

import barnabas.base.DiskFile;
import barnabas.log.LogConfig;
import barnabas.log.file.LogFiles;
import barnabas.log.partition.LeaderEpochs;
import barnabas.log.partition.LoadedLog;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.log.producers.OpenTransactions;
import barnabas.log.producers.ProducerReplay;
import barnabas.log.producers.ProducerSnapshots;
import barnabas.log.producers.Producers;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.log.segment.StoredBatches;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Opens a partition's log. After an orderly end only the last few batches are looked at; after a crash, everything
/// behind the recovery point is checked batch by batch: a torn end is cut off, indexes and producers are rebuilt
/// from the batches. Used once.
public final class LogLoader {
    private static final int WINDOW_BYTES = 64 * 1024;
    /// A follower of a compacted log may step over so many offsets between two segments; anything less is a hole.
    private static final long LEGITIMATE_GAP = 1L << 30;

    private final LogPlace place;
    private final LogConfig config;
    private final LogHints hints;
    private final LeaderEpochs epochs = new LeaderEpochs();
    private final ProducerSnapshots snapshots;
    /// Sizes of the segments' files by base offset.
    private final TreeMap<Long, Long> sizes = new TreeMap<>();
    private final Set<String> names;

    private final List<Segment> segments = new ArrayList<>();
    private long endOffset;
    /// From here on nothing but the batches themselves is believed: not epochs, not producer snapshots.
    private long trustedOffset = Long.MAX_VALUE;

    private long scannedBytes;
    private long cutBytes;
    private int rebuiltIndexes;
    private int lostSegments;

    private record Damage(long segment, long position, String reason) {}

    private LogLoader(LogPlace place, Set<String> names, LogConfig config, LogHints hints) {
        this.place = place;
        this.names = names;
        this.config = config;
        this.hints = hints;
        this.snapshots = new ProducerSnapshots(place);
    }

    /// Opens a log whose directory has replayed its journal. Refused if the journal could not fill a gap; forced
    /// if it is journaled. First the log gets what an earlier replay has kept for it.
    ///
    /// @param names of the files in the partition's directory
    public static LogOpening openReplayed(LogPlace place, Set<String> names, LogConfig config, LogHints hints) {
        try {
            if (hints.damages().sought()) {
                JournalRecovery.forgetGap(place);
            } else if (names.contains(JournalRecovery.GAP)) {
                var gap = JournalRecovery.gapIn(place);
                if (gap.isPresent()) return gap.get();
            }
            var present = names;
            if (names.contains(KeptBatches.FILE)) {
                var refused = KeptBatches.giveBack(place, names, hints);
                if (refused.isPresent()) return refused.get();
                present = LogFiles.namesIn(place.disk(), place.directory());
            }
            if (config.flush().journaled()) place.journal().opened();
            var opening = open(place, present, config, hints);
            // no reader may see what a power cut could still take back
            if (config.flush().journaled() && opening instanceof LogOpening.Opened opened)
                opened.log().flush();
            return opening;
        } catch (IOException failed) {
            return new LogOpening.Failed(place.partition(), failed);
        }
    }

    /// @param names of the files in the partition's directory
    public static LogOpening open(LogPlace place, Set<String> names, LogConfig config, LogHints hints) {
        try {
            var swapped = new SwapRecovery(place, names).finish();
            return new LogLoader(place, swapped, config, hints).load();
        } catch (IOException failed) {
            return new LogOpening.Failed(place.partition(), failed);
        }
    }

    private LogOpening load() throws IOException {
        sortFiles();
        boolean epochsKnown =
                names.contains(LogFiles.LEADER_EPOCHS) && epochs.load(place.disk(), place.file(LogFiles.LEADER_EPOCHS));
        var damage = (sizes.isEmpty() ? noSegments() : loadSegments()).or(this::tooShort);
        if (damage.isPresent()) return damaged(damage.get());
        if (segments.isEmpty() || endOffset < hints.logStartOffset()) {
            // the log start offset was moved beyond what a crash left over: nothing of it is visible
            drop(List.copyOf(sizes.keySet()));
            snapshots.removeAll();
            segments.clear();
            endOffset = hints.logStartOffset();
            var fresh = place.newSegment(endOffset, 0);
            // a new log at 0 needs no file; one that starts further on is remembered by the file's name
            if (endOffset > 0) {
                fresh.create();
                place.disk().forceDirectory(place.directory());
            }
            segments.add(fresh);
        } else if (!epochsKnown || lacksEpochs()) {
            rebuildEpochs();
        }
        return opened(Segments.of(segments));
    }

    private LogOpening damaged(Damage damage) {
        return new LogOpening.Damaged(
                place.partition(),
                place.file(LogFiles.log(damage.segment())),
                damage.position(),
                endOffset,
                damage.reason());
    }

    private LogOpening opened(Segments found) throws IOException {
        long startOffset = Math.max(hints.logStartOffset(), found.first().baseOffset());
        epochs.cutAfter(endOffset);
        epochs.cutBefore(startOffset);
        snapshots.removeAbove(Math.min(trustedOffset, endOffset));
        if (names.contains(LogFiles.TRUNCATION)) forceCut(found);
        var transactions = new OpenTransactions();
        var producers = new Producers(place.partition(), transactions);
        new ProducerReplay(place, snapshots, producers)
                .load(found, endOffset, hints.highWatermark(), hints.recoveryPoint());
        boolean flushed = hints.closedCleanly() && trustedOffset == Long.MAX_VALUE;
        long recoveryPoint = flushed ? endOffset : Math.min(hints.recoveryPoint(), endOffset);
        // the log is shorter than was promised: what is appended from here on is not covered by that
        if (hints.recoveryPoint() > endOffset) place.checkpointFloor().withdraw(place.partition(), endOffset);
        var log = new PartitionLog(
                place,
                config,
                new LoadedLog(
                        found, startOffset, endOffset, recoveryPoint, producers, transactions, snapshots, epochs));
        return new LogOpening.Opened(
                log, new LogOpening.Recovery(scannedBytes, cutBytes, rebuiltIndexes, lostSegments));
    }

    /// Forces the cut: it must not come back behind batches that are appended from now on.
    private void forceCut(Segments found) throws IOException {
        found.active().log().force();
        place.disk().forceDirectory(place.directory());
        place.disk().delete(place.file(LogFiles.TRUNCATION));
    }

    /// Finds out what is there, and removes what a crash left of deletions and rewrites.
    private void sortFiles() throws IOException {
        for (var name : names) {
            if (LogFiles.isRefuse(name)) {
                place.disk().delete(place.file(name));
                continue;
            }
            var base = LogFiles.offsetIn(name, LogFiles.LOG);
            if (base.isPresent()) sizes.put(base.getAsLong(), place.disk().sizeBytes(place.file(name)));
            // a flush up to an offset has forced the snapshots before it, and an orderly close all
            LogFiles.offsetIn(name, LogFiles.SNAPSHOT)
                    .ifPresent(
                            offset -> snapshots.add(offset, hints.closedCleanly() || offset < hints.recoveryPoint()));
        }
        for (var suffix : List.of(LogFiles.INDEX, LogFiles.TIME_INDEX, LogFiles.TRANSACTION_INDEX)) {
            for (var name : names) {
                var base = LogFiles.offsetIn(name, suffix);
                if (base.isPresent() && !sizes.containsKey(base.getAsLong()))
                    place.disk().delete(place.file(name));
            }
        }
    }

    private Optional<Damage> loadSegments() throws IOException {
        var bases = List.copyOf(sizes.keySet());
        int checkFrom = firstToCheck(bases);
        for (long base : bases.subList(0, checkFrom)) segments.add(untouched(base));
        endOffset = bases.get(checkFrom);
        for (int i = checkFrom; i < bases.size(); i++) {
            long base = bases.get(i);
            if (isHole(endOffset, base, seeksDamage() ? hints.recoveryPoint() : 0)) {
                if (!hints.acceptsLossAt(endOffset) && !isUnflushed(endOffset))
                    return Optional.of(new Damage(base, 0, holeBefore(base, endOffset)));
                lose(bases.subList(i, bases.size()));
                return Optional.empty();
            }
            long fileBytes = sizes.getOrDefault(base, 0L);
            var orderly = hints.closedCleanly() ? orderlyClosed(base, fileBytes) : Optional.<Segment>empty();
            long bound = boundOf(bases, i);
            var segment = orderly.isPresent() ? orderly.get() : checked(base, fileBytes, bound);
            if (segment.sizeBytes() < fileBytes && endOffset == bound) {
                // nothing is missing: the rest was cut off before the next segment began, and came back
                cut(segment, fileBytes);
            } else if (segment.sizeBytes() < fileBytes) {
                var after = bases.subList(i + 1, bases.size());
                boolean last = after.stream().allMatch(later -> sizes.getOrDefault(later, 0L) == 0);
                var reason = whyNotToCut(segment, fileBytes, last);
                if (!hints.acceptsLossAt(endOffset) && reason.isPresent())
                    return Optional.of(new Damage(base, segment.sizeBytes(), reason.get()));
                cut(segment, fileBytes);
                segments.add(segment);
                if (last) drop(after);
                else lose(after);
                return Optional.empty();
            }
            segments.add(segment);
        }
        return Optional.empty();
    }

    /// The offset at which a segment ends for certain: the next one began there, and all before it is on disk. A
    /// power cut may bring back an older end of a segment that is not, which does not belong to the next one.
    private long boundOf(List<Long> bases, int number) {
        if (number + 1 == bases.size()) return Long.MAX_VALUE;
        long next = bases.get(number + 1);
        return next <= hints.recoveryPoint() ? next : Long.MAX_VALUE;
    }

    /// The number of the first segment that is not taken as it is.
    private int firstToCheck(List<Long> bases) throws IOException {
        if (seeksDamage()) return 0;
        if (hints.closedCleanly()) return bases.size() - 1;
        var holdsRecoveryPoint = sizes.floorKey(hints.recoveryPoint());
        if (holdsRecoveryPoint == null) return 0;
        int first = bases.indexOf(holdsRecoveryPoint);
        // all of the segment before is on disk, but a cut of what was behind it need not be
        boolean begins = first > 0 && holdsRecoveryPoint == hints.recoveryPoint();
        return begins && !endsBefore(bases.get(first - 1), holdsRecoveryPoint) ? first - 1 : first;
    }

    /// True when a segment's file ends with a batch below `nextBase`.
    private boolean endsBefore(long base, long nextBase) throws IOException {
        long bytes = sizes.getOrDefault(base, 0L);
        var end = StoredBatches.endBefore(place.newSegment(base, bytes), bytes);
        return end.isPresent() && end.getAsLong() <= nextBase;
    }

    private void cut(Segment segment, long fileBytes) throws IOException {
        cutBytes += fileBytes - segment.sizeBytes();
        CutBytes.keep(place, segment.log().path(), segment.sizeBytes());
        segment.tidy();
        // what was cut must not come back behind new batches after another crash
        segment.log().force();
    }

    /// Nothing says that what lies there was ever on disk, so that a power cut may have taken it.
    private boolean isUnflushed(long offset) {
        return !hints.closedCleanly() && offset >= hints.recoveryPoint();
    }

    /// Reason why the bytes behind the valid part are more than an unfinished write.
    ///
    /// @param last no other segment with records follows
    private Optional<String> whyNotToCut(Segment segment, long fileBytes, boolean last) throws IOException {
        if (hints.closedCleanly()) return Optional.of("no valid batch there, and the last stop was orderly");
        if (endOffset < hints.recoveryPoint())
            return Optional.of(
                    "no valid batch there, and everything below offset " + hints.recoveryPoint() + " was on disk");
        if (last || wasNeverWritten(segment, fileBytes)) return Optional.empty();
        return Optional.of("no valid batch there, but segments follow");
    }

    /// A log whose files end before the offset that was on disk, at the end of a batch.
    /// Without any segment a log is empty and ends where it begins.
    private Optional<Damage> noSegments() {
        endOffset = hints.logStartOffset();
        return Optional.empty();
    }

    private Optional<Damage> tooShort() {
        if (hints.acceptsLossAt(endOffset)) return Optional.empty();
        // after an orderly stop no offset of the checkpoints is ahead of the files: nothing is deleted for it
        if (hints.closedCleanly() && !sizes.isEmpty() && endOffset < hints.logStartOffset())
            return Optional.of(lastSegment("the log ends there, and its start offset is " + hints.logStartOffset()));
        if (endOffset >= hints.recoveryPoint()) return Optional.empty();
        // A log that was cut to nothing has no file, and a crash may come before its recovery point is withdrawn.
        if (sizes.isEmpty() && !hints.closedCleanly()) return Optional.empty();
        return Optional.of(lastSegment(
                "the log ends there, and everything below offset " + hints.recoveryPoint() + " was on disk"));
    }

    private Damage lastSegment(String reason) {
        long base = sizes.isEmpty() ? hints.logStartOffset() : sizes.lastKey();
        return new Damage(base, sizes.getOrDefault(base, 0L), reason);
    }

    private boolean wasNeverWritten(Segment segment, long fileBytes) throws IOException {
        if (!isUnflushed(endOffset)) return false;
        var file = segment.log().acquire();
        try {
            return UnwrittenBytes.at(file, segment.sizeBytes(), fileBytes);
        } finally {
            segment.log().release();
        }
    }

    /// Sets segments aside that outlived what came before them.
    private void lose(List<Long> bases) throws IOException {
        lostSegments += bases.size();
        for (long base : bases) CutBytes.setAside(place, LogFiles.log(base));
        drop(bases);
    }

    private boolean seeksDamage() {
        return hints.damages().sought();
    }

    /// True when segments are missing between two.
    ///
    /// @param gapsBelow there, any number of offsets may have gone by compaction
    static boolean isHole(long endOffset, long nextBase, long gapsBelow) {
        return nextBase != endOffset && nextBase - endOffset < LEGITIMATE_GAP && nextBase >= gapsBelow;
    }

    static String holeBefore(long base, long endOffset) {
        return "offsets " + endOffset + " to " + (base - 1) + " are missing before it";
    }

    /// A segment that was on disk before the recovery point: opened as it is, unless an index is missing.
    private Segment untouched(long base) throws IOException {
        long bytes = sizes.getOrDefault(base, 0L);
        boolean indexed = names.contains(LogFiles.index(base)) && names.contains(LogFiles.timeIndex(base));
        if (indexed || bytes <= config.segments().indexIntervalBytes()) return place.newSegment(base, bytes);
        return reindexed(base, bytes);
    }

    private Segment reindexed(long base, long bytes) throws IOException {
        rebuiltIndexes++;
        var segment = place.newSegment(base, 0);
        segment.cutSparseIndexes(0, base);
        var file = segment.log().acquire();
        try {
            var batches = new StoredBatches(file, 0, bytes, base, WINDOW_BYTES);
            while (batches.next())
                segment.accept(batches.header(), config.segments().indexIntervalBytes());
        } finally {
            segment.log().release();
        }
        segment.complete();
        // bytes that are no batch stay where they are; readers stop before them
        return segment.sizeBytes() == bytes ? segment : place.newSegment(base, bytes);
    }

    /// The active segment after an orderly end; empty when it is not what such an end leaves.
    private Optional<Segment> orderlyClosed(long base, long bytes) throws IOException {
        var segment = place.newSegment(base, bytes);
        if (bytes == 0) {
            endOffset = base;
            return Optional.of(segment);
        }
        // a first batch may be large, and it gets no index entry
        long unindexedMax = (long) config.segments().indexIntervalBytes() + config.maxMessageBytes();
        if (bytes > unindexedMax && !names.contains(LogFiles.index(base))) return Optional.empty();
        var end = StoredBatches.endBefore(segment, bytes);
        if (end.isEmpty()) return Optional.empty();
        endOffset = end.getAsLong();
        return Optional.of(segment);
    }

    /// Goes through all batches from the recovery point on. The segment's size is then that of its valid part.
    ///
    /// @param bound batches from this offset on had been cut off before the next segment began
    private Segment checked(long base, long fileBytes, long bound) throws IOException {
        var probe = place.newSegment(base, fileBytes);
        if (fileBytes == 0) {
            probe.cutIndexes(0, base);
            trustOnlyBelow(base);
            endOffset = base;
            return probe;
        }
        var file = probe.log().acquire();
        try {
            long from = trustedPosition(probe, file, fileBytes);
            long fromOffset = base;
            if (from > 0) {
                var first = new StoredBatches(file, from, fileBytes, base);
                if (first.next()) fromOffset = first.header().baseOffset();
            }
            if (from == 0 && probe.offsets().entries() > 0) rebuiltIndexes++;
            var segment = place.newSegment(base, from);
            distrustSnapshots(segment, fromOffset);
            segment.cutIndexes(from, fromOffset);
            trustOnlyBelow(fromOffset);
            endOffset = fromOffset;
            var batches = new StoredBatches(file, from, fileBytes, fromOffset, WINDOW_BYTES);
            while (batches.next()) {
                if (!batches.crcMatches() || batches.header().baseOffset() >= bound) break;
                var batch = batches.whole();
                segment.accept(batch, config.segments().indexIntervalBytes());
                segment.writeLargeTails();
                epochs.start(batch.leaderEpoch(), batch.baseOffset());
                endOffset = batch.nextOffset();
            }
            scannedBytes += segment.sizeBytes() - from;
            return segment;
        } finally {
            probe.log().release();
        }
    }

    /// Removes snapshots before entries of an index go that the snapshots make needless to look for: a start after
    /// another crash would take both as they are.
    private void distrustSnapshots(Segment segment, long offset) throws IOException {
        if (offset >= hints.recoveryPoint() || snapshots.latest() <= offset) return;
        if (segment.aborted().floor(offset - 1) + 1 >= segment.aborted().entries()) return;
        snapshots.removeAbove(offset);
        place.disk().forceDirectory(place.directory());
    }

    private void trustOnlyBelow(long offset) {
        if (offset >= trustedOffset) return;
        trustedOffset = offset;
        epochs.cutAfter(offset);
    }

    /// Position from which batches are checked: the last batch in the index that was on disk before the crash, or
    /// the segment's start.
    private long trustedPosition(Segment segment, DiskFile file, long fileBytes) throws IOException {
        if (seeksDamage() || hints.closedCleanly() || hints.recoveryPoint() <= segment.baseOffset()) return 0;
        var entry = segment.offsets().floorEntry(hints.recoveryPoint() - 1);
        if (entry.isEmpty() || !segment.pointsAtItsBatch(file, entry.get(), fileBytes)) return 0;
        return entry.get().position();
    }

    /// Removes segments behind the end of the log.
    private void drop(List<Long> bases) throws IOException {
        for (long base : bases) {
            cutBytes += sizes.getOrDefault(base, 0L);
            place.newSegment(base, 0).delete();
        }
        if (!bases.isEmpty()) place.disk().forceDirectory(place.directory());
    }

    /// After a crash the log may start earlier than the epochs that were saved: deletions and new start offsets can
    /// be lost.
    private boolean lacksEpochs() {
        long start = Math.max(hints.logStartOffset(), segments.getFirst().baseOffset());
        return !hints.closedCleanly() && start < endOffset && epochs.at(start).isEmpty();
    }

    private void rebuildEpochs() throws IOException {
        epochs.clear();
        for (var segment : segments) {
            if (segment.sizeBytes() == 0) continue;
            var file = segment.log().acquire();
            try {
                var batches = new StoredBatches(file, 0, segment.sizeBytes(), segment.baseOffset(), WINDOW_BYTES);
                while (batches.nextIn(segment))
                    epochs.start(
                            batches.header().leaderEpoch(), batches.header().baseOffset());
            } finally {
                segment.log().release();
            }
        }
    }
}
