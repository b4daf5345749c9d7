package barnabas.log.recovery;

import barnabas.base.Disk;
import barnabas.log.LogConfig;
import barnabas.log.file.DirectoryHealth;
import barnabas.log.file.LogFiles;
import barnabas.log.journal.JournalReplay;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.log.segment.LogPlace;
import barnabas.log.segment.StoredBatches;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// Batches that the journal had of a log that could not be opened: `journal-kept`, beside the log's segments. The log
/// takes them when it can be opened again, before anything else is appended to it.
///
/// The file holds whole batches in the order of their offsets, as a segment does; between two of them may be a hole.
/// It is there only while the log has not been opened since the replay that wrote it.
public final class KeptBatches {
    public static final String FILE = "journal-kept";
    private static final int WINDOW_BYTES = 64 * 1024;

    private final LogPlace place;
    private final Path file;

    private KeptBatches(LogPlace place) {
        this.place = place;
        this.file = place.file(FILE);
    }

    /// Batches without a hole.
    ///
    /// @param next offset after the last of them
    /// @param whole false when more follows behind a hole or damage
    private record Extent(long first, long next, boolean whole) {
        /// True when nothing of the log's files is needed from `offset` on.
        boolean covers(long offset, long recoveryPoint) {
            return whole && first <= offset && offset < next && recoveryPoint <= next;
        }
    }

    /// Writes down and forces what a journal has of a partition. A file that is there is left as it is: it has at least
    /// as much, of a replay that did not come to its end.
    static void write(Disk disk, Path directory, Batches batches) throws IOException {
        Path target = directory.resolve(FILE);
        if (disk.exists(target)) return;
        Path beside = LogFiles.unfinished(target);
        try (var file = disk.open(beside)) {
            file.truncate(0);
            batches.handTo((batch, _, _) -> file.write(batch, file.sizeBytes()));
            DirectoryHealth.force(file);
        }
        disk.rename(beside, target);
        disk.forceDirectory(directory);
    }

    /// Source of the batches of one partition.
    @FunctionalInterface
    interface Batches {
        void handTo(JournalReplay.Sink sink) throws IOException;
    }

    /// Gives a log the batches that were kept for it, forces them there, and deletes the file. A place where the log's
    /// own files cannot be read is no damage if everything from there on was kept. The log is closed afterwards.
    ///
    /// @param names of the files in the partition's directory, with [#FILE]
    /// @return the reason not to open the log
    static Optional<LogOpening> giveBack(LogPlace place, Set<String> names, LogHints hints) throws IOException {
        return new KeptBatches(place).giveBack(names, hints);
    }

    private Optional<LogOpening> giveBack(Set<String> names, LogHints hints) throws IOException {
        var opening = LogLoader.open(place, names, LogConfig.DEFAULTS, hints);
        if (opening instanceof LogOpening.Damaged damaged && extent().covers(damaged.offset(), hints.recoveryPoint())) {
            var present = LogFiles.namesIn(place.disk(), place.directory());
            opening = LogLoader.open(place, present, LogConfig.DEFAULTS, hints.cuttingFrom(damaged.offset()));
        }
        if (!(opening instanceof LogOpening.Opened opened)) return Optional.of(opening);
        var log = opened.log();
        var missing = append(log);
        long end = log.logEndOffset();
        log.close();
        if (missing.isPresent() && !hints.damages().sought())
            return Optional.of(JournalRecovery.markGap(place, end, missing.get()));
        // what the operator does without stays beside the log, as bytes do that are cut
        if (missing.isPresent()) place.disk().rename(file, place.file(FILE + CutBytes.SUFFIX));
        else place.disk().delete(file);
        place.disk().forceDirectory(place.directory());
        return Optional.empty();
    }

    /// Appends what follows on the end of the log.
    ///
    /// @return the reason why something is left over
    private Optional<String> append(PartitionLog log) throws IOException {
        try (var kept = place.disk().openReadOnly(file)) {
            long size = kept.sizeBytes();
            var batches = new StoredBatches(kept, 0, size, firstOffset(), WINDOW_BYTES);
            while (batches.next()) {
                if (!batches.crcMatches()) break;
                RecordBatch batch = batches.whole();
                if (batch.nextOffset() <= log.logEndOffset()) continue;
                if (batch.baseOffset() > log.logEndOffset())
                    return Optional.of(JournalRecovery.missing(log.logEndOffset(), batch.baseOffset()));
                ReplayedBatch.append(log, copyOf(batch), file, batches.position());
            }
            return batches.atEnd() ? Optional.empty() : Optional.of(file + " is damaged at byte " + batches.position());
        } catch (ReplayedBatch.Refused refused) {
            return Optional.of(refused.reason());
        }
    }

    /// The log may keep what it is given.
    private static ByteBuffer copyOf(RecordBatch batch) {
        return ByteBuffer.allocate(batch.sizeBytes())
                .put(batch.buffer().slice(batch.start(), batch.sizeBytes()))
                .flip();
    }

    private Extent extent() throws IOException {
        long first = firstOffset();
        long next = first;
        try (var kept = place.disk().openReadOnly(file)) {
            var batches = new StoredBatches(kept, 0, kept.sizeBytes(), first, WINDOW_BYTES);
            while (batches.next()) {
                if (!batches.crcMatches() || batches.header().baseOffset() != next)
                    return new Extent(first, next, false);
                next = batches.header().nextOffset();
            }
            return new Extent(first, next, batches.atEnd());
        }
    }

    private long firstOffset() throws IOException {
        var bytes = ByteBuffer.allocate(Long.BYTES);
        try (var kept = place.disk().openReadOnly(file)) {
            return kept.read(bytes, 0) < Long.BYTES ? 0 : Math.max(0, bytes.getLong(0));
        }
    }
}
