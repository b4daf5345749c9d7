package barnabas.log.partition;

import barnabas.log.file.DamagedSegment;
import barnabas.log.file.LogFiles;
import barnabas.log.producers.ProducerReplay;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.log.segment.StoredBatches;
import java.io.IOException;
import java.util.List;

/// Removes the end of a log, or everything.
///
/// A truncation that an error ends on its way (no descriptors, no memory) stays an [UnfinishedChange]: the log ends
/// where it was to be cut, and takes no appends until the rest is done. A file marks it for a process that is killed
/// on the way: see [LogFiles#TRUNCATION].
record LogTruncation(LogState log, LogDurability durability) {
    /// Removes everything at and after `offset`; a batch that holds it goes as a whole.
    void truncateTo(long offset) throws IOException {
        log.replacing.lock();
        log.lock.lock();
        try {
            log.finishEarlierChange();
            if (offset >= log.end.offset()) {
                // an epoch without records that was led here must not be named as the last one
                log.epochs.cutAfter(log.end.offset());
                return;
            }
            int index = log.segments.indexOf(offset);
            if (index < 0) {
                beginAgain(offset);
                return;
            }
            var gone = log.segments.list().subList(index + 1, log.segments.count());
            var kept = log.segments.upTo(index + 1);
            long position = cutPosition(kept.active(), offset);
            long endOffset = endBefore(kept.active(), position);
            announce(endOffset);
            log.carryOut(new Cut(log, durability, kept, gone, position, endOffset));
        } catch (IOException failed) {
            log.place.health().report(failed);
            throw failed;
        } finally {
            log.lock.unlock();
            log.replacing.unlock();
        }
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
        // first: a checkpoint beside it must not promise the old one again
        log.recoveryPoint = Math.min(log.recoveryPoint, endOffset);
        log.place.disk().open(log.place.file(LogFiles.TRUNCATION)).close();
        log.place.checkpointFloor().withdraw(log.place.partition(), endOffset);
    }

    /// A truncation that is under way, from the lowest offset that goes. Carried out again from its beginning when an
    /// error has kept it from its end; until then the log takes no appends.
    private interface Truncating extends UnfinishedChange {
        LogState log();

        LogDurability durability();

        long from();

        /// Changes log and files, with the log's lock.
        void cut() throws IOException;

        @Override
        default boolean fencesAppends() {
            return true;
        }

        @Override
        default void finish() throws IOException {
            log().lock.lock();
            try {
                log().truncations++;
                durability().cut(from());
                log().recent.clear();
                cut();
                log().place.disk().delete(log().place.file(LogFiles.TRUNCATION));
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
            var active = kept.active();
            // the end moves first: readers must not look for what is about to go
            log.end = new LogEnd(from, active.baseOffset(), position);
            log.segments = kept;
            if (log.logStartOffset > from) log.logStartOffset = from;
            log.epochs.cutAfter(from);
            log.warmFrom = position;
            // from the end on, so that a crash leaves no hole; and neither the segments nor the cut bytes may come
            // back behind new batches after one
            for (var segment : gone.reversed()) segment.delete();
            log.place.disk().forceDirectory(log.place.directory());
            active.cut(position, from);
            active.log().force();
            log.snapshots.removeAbove(from);
            new ProducerReplay(log.place, log.snapshots, log.producers).load(kept, from, Long.MAX_VALUE, 0);
        }
    }

    /// Does `cutting` unless the epoch is stale. The epoch cannot become stale meanwhile.
    ///
    /// @return false when nothing was done
    boolean inEpoch(int leaderEpoch, Cutting cutting) throws IOException {
        log.replacing.lock();
        log.lock.lock();
        try {
            if (!log.enterEpoch(leaderEpoch)) return false;
            cutting.cut();
            return true;
        } finally {
            log.lock.unlock();
            log.replacing.unlock();
        }
    }

    @FunctionalInterface
    interface Cutting {
        void cut() throws IOException;
    }

    /// Removes everything and continues at `offset`.
    void truncateFullyAndStartAt(long offset) throws IOException {
        log.replacing.lock();
        log.lock.lock();
        try {
            log.finishEarlierChange();
            beginAgain(offset);
        } catch (IOException failed) {
            log.place.health().report(failed);
            throw failed;
        } finally {
            log.lock.unlock();
            log.replacing.unlock();
        }
    }

    private void beginAgain(long offset) throws IOException {
        long from = Math.min(offset, log.segments.first().baseOffset());
        announce(from);
        log.carryOut(new StartOver(log, durability, log.segments, from, offset));
    }

    /// @param from the lower of `offset` and where the log began
    private record StartOver(LogState log, LogDurability durability, Segments gone, long from, long offset)
            implements Truncating {
        @Override
        public void cut() throws IOException {
            var fresh = log.place.newSegment(offset, 0);
            // one that an earlier attempt created may have the name of a segment that goes
            if (log.segments != gone) log.segments.active().delete();
            log.end = new LogEnd(offset, offset, 0);
            log.segments = Segments.of(List.of(fresh));
            log.logStartOffset = offset;
            log.warmFrom = 0;
            log.namesUnforced = true;
            log.producers.startOver(0);
            log.epochs.clear();
            for (var segment : gone.list().reversed()) segment.delete();
            log.snapshots.removeAll();
            // the file's name is what remembers the offset
            fresh.create();
            log.place.disk().forceDirectory(log.place.directory());
            log.producers.known();
        }
    }
}
