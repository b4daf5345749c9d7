package barnabas.log.partition;

import barnabas.log.file.DamagedSegment;
import barnabas.log.file.LogFiles;
import barnabas.log.producers.ProducerReplay;
import barnabas.log.producers.Producers;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.log.segment.StoredBatches;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Removes the end of a log, or everything. The decision and its publication are memory work under the log's lock; the
/// files are changed outside it, while appends are fenced.
///
/// A truncation that an error ends on its way (no descriptors, no memory) stays an [UnfinishedChange]: the log ends
/// where it was to be cut, and takes no appends until the rest is done. A file marks it for a process that is killed
/// on the way: see [LogFiles#TRUNCATION].
record LogTruncation(LogState log, LogDurability durability) {
    /// Removes everything at and after `offset`; a batch that holds it goes as a whole.
    ///
    /// @return false when the epoch is stale: nothing was removed
    boolean truncateTo(long offset, int leaderEpoch) throws IOException {
        return inEpoch(leaderEpoch, () -> cutAt(offset));
    }

    /// Removes everything and continues at `offset`.
    ///
    /// @return false when the epoch is stale: nothing was removed
    boolean truncateFullyAndStartAt(long offset, int leaderEpoch) throws IOException {
        return inEpoch(leaderEpoch, () -> startOverAt(offset));
    }

    /// Truncation to carry out, as found in the log while nothing is appended. Null when there is nothing to do.
    @FunctionalInterface
    private interface Plan {
        @Nullable
        Truncating find() throws IOException;
    }

    /// A newer epoch that is entered while the files are cut changes nothing: the truncation came first.
    private boolean inEpoch(int leaderEpoch, Plan plan) throws IOException {
        log.replacing.lock();
        try {
            log.finishEarlierChange();
            log.lock.lock();
            try {
                if (!log.enterEpoch(leaderEpoch)) return false;
                log.beginCut();
            } finally {
                log.lock.unlock();
            }
            var change = plan.find();
            if (change == null) return true;
            announce(change.from());
            log.carryOut(change);
            return true;
        } catch (IOException failed) {
            log.place().health().report(failed);
            throw failed;
        } finally {
            log.endFence();
            log.replacing.unlock();
        }
    }

    private @Nullable Truncating cutAt(long offset) throws IOException {
        if (offset >= log.endOffset()) {
            forgetEpochsWithoutRecords();
            return null;
        }
        var segments = log.segments();
        int index = segments.indexOf(offset);
        if (index < 0) return startOverAt(offset);
        var gone = segments.list().subList(index + 1, segments.count());
        var kept = segments.upTo(index + 1);
        long position = cutPosition(kept.active(), offset);
        return new Cut(log, durability, kept, gone, position, endBefore(kept.active(), position));
    }

    /// An epoch that was led here and got no record must not be named as the last one.
    private void forgetEpochsWithoutRecords() {
        log.lock.lock();
        try {
            log.forgetEpochsWithoutRecords();
        } finally {
            log.lock.unlock();
        }
    }

    private Truncating startOverAt(long offset) {
        var gone = log.segments();
        return new StartOver(
                log, durability, gone, Math.min(offset, gone.first().baseOffset()), offset);
    }

    private static long cutPosition(Segment segment, long offset) throws IOException {
        if (segment.sizeBytes() == 0) return 0;
        var file = segment.log().acquire();
        try {
            var position = segment.positionOf(file, offset, segment.sizeBytes());
            return position.isPresent() ? position.getAsInt() : segment.sizeBytes();
        } finally {
            segment.log().release();
        }
    }

    /// The offset after the last batch before the position.
    private static long endBefore(Segment segment, long position) throws IOException {
        var end = StoredBatches.endBefore(segment, position);
        if (end.isEmpty()) throw new DamagedSegment(segment.log().path(), position, segment.baseOffset());
        return end.getAsLong();
    }

    /// Marks the truncation for a start after a crash. When this fails, nothing has been cut and the log goes on.
    private void announce(long endOffset) throws IOException {
        log.lock.lock();
        try {
            // first: a checkpoint beside it must not promise the old one again
            log.lowerRecoveryPoint(endOffset);
        } finally {
            log.lock.unlock();
        }
        log.place().disk().open(log.place().file(LogFiles.TRUNCATION)).close();
        log.place().checkpointFloor().withdraw(log.place().partition(), endOffset);
    }

    /// A truncation that is under way, from the lowest offset that goes. Carried out again from its beginning when an
    /// error has kept it from its end; until then the log takes no appends.
    private interface Truncating extends UnfinishedChange {
        LogState log();

        LogDurability durability();

        long from();

        /// Changes log and files.
        void cut() throws IOException;

        @Override
        default boolean fencesAppends() {
            return true;
        }

        @Override
        default void finish() throws IOException {
            cut();
            log().place().disk().delete(log().place().file(LogFiles.TRUNCATION));
        }

        /// Does memory work under the log's lock.
        default void publish(Runnable change) {
            log().lock.lock();
            try {
                durability().cut(from());
                change.run();
            } finally {
                log().lock.unlock();
            }
        }
    }

    /// @param kept whose last segment is cut at `position`, where the batch at `from` begins
    private record Cut(
            LogState log, LogDurability durability, Segments kept, List<Segment> gone, long position, long from)
            implements Truncating {
        @Override
        public void cut() throws IOException {
            publish(() -> log.cutTo(kept, position, from));
            // from the end on, so that a crash leaves no hole; and neither the segments nor the cut bytes may come
            // back behind new batches after one
            for (var segment : gone.reversed()) segment.delete();
            log.place().disk().forceDirectory(log.place().directory());
            var active = kept.active();
            active.cut(position, from);
            active.log().force();
            log.snapshots().removeAbove(from);
            var producers = new Producers(log.place().partition(), log.transactions());
            new ProducerReplay(log.place(), log.snapshots(), producers).load(kept, from, Long.MAX_VALUE, 0);
            log.lock.lock();
            try {
                log.replaceProducers(producers);
            } finally {
                log.lock.unlock();
            }
        }
    }

    /// @param from the lower of `offset` and where the log began
    private record StartOver(LogState log, LogDurability durability, Segments gone, long from, long offset)
            implements Truncating {
        @Override
        public void cut() throws IOException {
            var fresh = log.place().newSegment(offset, 0);
            var before = log.segments();
            publish(() -> log.startOver(fresh));
            // one that an earlier attempt created may have the name of a segment that goes
            if (before != gone) before.active().delete();
            for (var segment : gone.list().reversed()) segment.delete();
            log.snapshots().removeAll();
            // the file's name is what remembers the offset
            fresh.create();
            log.place().disk().forceDirectory(log.place().directory());
            log.lock.lock();
            try {
                log.producers().known();
            } finally {
                log.lock.unlock();
            }
        }
    }
}
