package barnabas.log.partition;

import barnabas.base.Clock;
import barnabas.log.file.DirectoryHealth;
import barnabas.log.file.LogFiles;
import barnabas.log.producers.ProducerSnapshots;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Forces a log to stable storage and moves its recovery point. Appends go on meanwhile.
final class LogFlush {
    /// A snapshot of the producers is worth its write when this much would have to be read without it after a crash.
    private static final long SNAPSHOT_INTERVAL_BYTES = 32 << 20;

    private static final int FORCE_ATTEMPTS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(LogFlush.class);

    private final LogState log;
    /// One flush at a time; never taken while holding the log's own lock.
    private final ReentrantLock flushLock = new ReentrantLock();
    /// The missing file that was named in the log already. Owner: the log's lock for replacing segments.
    private @Nullable Path missing;

    LogFlush(LogState log) {
        this.log = log;
    }

    /// Forces everything written so far.
    void flush() throws IOException {
        var failed = flushUpTo(log.endOffset());
        if (failed.isPresent()) throw failed.get();
    }

    /// Forces the records alone. Indexes, epochs and snapshots can be built from them, so the recovery point stays
    /// where it is; and nothing is written, so a full disk does not matter.
    ///
    /// @throws NoSuchFileException the file of a segment is missing that nothing has taken away; all others are
    ///     forced
    void forceRecords() throws IOException {
        var last = new NoSuchFileException(log.place().directory().toString());
        for (int attempt = 0; attempt < FORCE_ATTEMPTS; attempt++) {
            Segments seen = log.segments();
            var gone = forceRecordsOf(seen);
            if (gone.isEmpty()) return;
            last = gone.get();
            // a change that is under way gives files other names
            log.replacing.lock();
            try {
                if (isMissing(seen)) throw last;
            } finally {
                log.replacing.unlock();
            }
        }
        throw last;
    }

    /// @return the first file that was not there
    private Optional<NoSuchFileException> forceRecordsOf(Segments seen) throws IOException {
        var gone = Optional.<NoSuchFileException>empty();
        flushLock.lock();
        try {
            var failure = log.place().health().failure();
            if (failure.isPresent()) throw failure.get();
            for (int i = firstUnforced(seen); i < seen.count(); i++) {
                try {
                    requireFile(seen.at(i));
                    timed(seen.at(i).log()::force);
                } catch (NoSuchFileException missing) {
                    if (gone.isEmpty()) gone = Optional.of(missing);
                }
            }
            forceNames();
            return gone;
        } catch (NoSuchFileException directory) {
            return Optional.of(directory);
        } catch (IOException failed) {
            log.place().health().report(failed);
            throw failed;
        } finally {
            flushLock.unlock();
        }
    }

    /// Forces what was written up to an offset. A flush that retention or a truncation overtakes begins again with
    /// the segments that are left.
    ///
    /// @return the failure; also when the file of a segment is missing that nothing has taken away
    Optional<IOException> flushUpTo(long offset) {
        try {
            log.finishEarlierChange();
        } catch (IOException failed) {
            log.place().health().report(failed);
            return Optional.of(failed);
        }
        flushLock.lock();
        try {
            while (true) {
                Segments seen = log.segments();
                try {
                    return attempt(offset);
                } catch (NoSuchFileException overtaken) {
                    if (seen.equals(log.segments())) return missing(seen, overtaken);
                }
            }
        } finally {
            flushLock.unlock();
        }
    }

    /// Distinguish a file that is gone from one that is being deleted now.
    private Optional<IOException> missing(Segments seen, NoSuchFileException cause) {
        if (!log.replacing.tryLock()) return Optional.empty();
        try {
            return isMissing(seen) ? Optional.of(cause) : Optional.empty();
        } finally {
            log.replacing.unlock();
        }
    }

    /// True when the log still consists of these segments and the file of one is not there. While nothing replaces
    /// segments.
    private boolean isMissing(Segments seen) {
        if (!seen.equals(log.segments())) return false;
        for (Segment each : seen.list()) {
            if (each.sizeBytes() == 0 || log.place().disk().exists(each.log().path())) continue;
            Path path = each.log().path();
            if (!path.equals(missing))
                LOG.error(
                        "The file {} is missing, and nothing here has deleted it: the records in it are lost, "
                                + "and what follows in this partition is not forced to disk",
                        path);
            missing = path;
            return true;
        }
        return false;
    }

    /// @throws NoSuchFileException a file of the log was not there: nothing is known of the rest
    private Optional<IOException> attempt(long offset) throws NoSuchFileException {
        try {
            var failure = log.place().health().failure();
            if (failure.isPresent()) return failure;
            long before;
            long flushed;
            Segments seen;
            log.lockUnfenced();
            try {
                before = log.truncations();
                flushed = Math.min(offset, log.endOffset());
                seen = log.segments();
                if (log.isSnapshotDue(SNAPSHOT_INTERVAL_BYTES)) log.takeSnapshot(log.endOffset());
                log.flushBegins();
            } finally {
                log.lock.unlock();
            }
            writeSnapshots();
            var unforced = log.snapshots().unforced();
            if (flushed <= log.recoveryPoint() && unforced.isEmpty()) return Optional.empty();
            for (int i = firstUnforced(seen); i < seen.count(); i++)
                if (seen.at(i).baseOffset() < flushed) flush(seen.at(i));
            force(unforced);
            log.epochs().save(log.place().disk(), log.place().file(LogFiles.LEADER_EPOCHS), log.endOffset());
            forceNames();
            log.lock.lock();
            try {
                if (log.truncations() == before) log.flushedUpTo(flushed);
            } finally {
                log.lock.unlock();
            }
            return Optional.empty();
        } catch (NoSuchFileException overtaken) {
            throw overtaken;
        } catch (IOException failed) {
            log.place().health().report(failed);
            return Optional.of(failed);
        }
    }

    /// The segment before one that starts at the recovery point is forced once more: a process that was killed may
    /// have cut it there without coming to force that.
    private int firstUnforced(Segments all) {
        return Math.max(0, all.indexOf(log.recoveryPoint() - 1));
    }

    /// Writes the snapshots of the producers that a roll or this flush has taken.
    void writeSnapshots() throws IOException {
        if (!log.snapshots().writeWaiting()) return;
        log.nameAdded();
        log.snapshots().removeStray(log::segments);
    }

    /// Forces the snapshots that were written.
    void forceSnapshots() throws IOException {
        force(log.snapshots().unforced());
    }

    private void force(List<ProducerSnapshots.Unforced> snapshots) throws IOException {
        for (var each : snapshots) {
            try {
                force(each.file());
                log.snapshots().forced(each);
            } catch (NoSuchFileException deleted) {
                // by retention or a truncation: nothing is left to force
                log.snapshots().forced(each);
            }
        }
    }

    /// Forces a segment, and has the names of indexes that are new forced by [#forceNames]. A segment without records
    /// has no file yet.
    ///
    /// @throws NoSuchFileException records were written, and their file is gone
    private void flush(Segment segment) throws IOException {
        requireFile(segment);
        timed(segment::flush);
        if (segment.takeNamesUnforced()) log.nameAdded();
    }

    @FunctionalInterface
    private interface Force {
        void run() throws IOException;
    }

    private void timed(Force force) throws IOException {
        Clock clock = log.place().environment().clock();
        long begun = clock.nanos();
        force.run();
        log.place().health().forced(clock.nanos() - begun);
    }

    private static void requireFile(Segment segment) throws NoSuchFileException {
        if (segment.sizeBytes() > 0 && !segment.log().exists())
            throw new NoSuchFileException(segment.log().path().toString());
    }

    /// Forces the directory for indexes that were created since.
    void forceNewNames() throws IOException {
        log.nameAdded();
        forceNames();
    }

    void force(Path path) throws IOException {
        try (var file = log.place().disk().openExisting(path)) {
            DirectoryHealth.force(file);
        }
    }

    private void forceNames() throws IOException {
        if (!log.takeNamesUnforced()) return;
        boolean forced = false;
        try {
            log.place().disk().forceDirectory(log.place().directory());
            forced = true;
        } finally {
            if (!forced) log.nameAdded();
        }
    }
}
