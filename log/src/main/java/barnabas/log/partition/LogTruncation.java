package barnabas.log.partition;

import barnabas.log.file.DamagedSegment;
import barnabas.log.producers.ProducerReplay;
import barnabas.log.segment.Segment;
import barnabas.log.segment.Segments;
import barnabas.log.segment.StoredBatches;
import java.io.IOException;
import java.util.List;

/// Removes the end of a log, or everything.
record LogTruncation(LogState log, LogDurability durability) {
    /// Removes everything at and after `offset`; a batch that holds it goes as a whole.
    void truncateTo(long offset) throws IOException {
        log.replacing.lock();
        log.lock.lock();
        try {
            if (offset >= log.end.offset()) {
                // an epoch without records that was led here must not be named as the last one
                log.epochs.cutAfter(log.end.offset());
                return;
            }
            int index = log.segments.indexOf(offset);
            if (index < 0) {
                startOver(offset);
                return;
            }
            var gone = log.segments.list().subList(index + 1, log.segments.count());
            var kept = log.segments.upTo(index + 1);
            var active = kept.active();
            long position = cutPosition(active, offset);
            long endOffset = endBefore(active, position);
            log.place.checkpointFloor().withdraw(log.place.partition(), endOffset);
            log.truncations++;
            durability.cut(endOffset);
            log.recent.clear();
            // the end moves first: readers must not look for what is about to go
            log.end = new LogEnd(endOffset, active.baseOffset(), position);
            log.segments = kept;
            // from the end on, so that a crash leaves no hole; and neither the segments nor the cut bytes may come
            // back behind new batches after one
            for (var segment : gone.reversed()) segment.delete();
            if (!gone.isEmpty()) log.place.disk().forceDirectory(log.place.directory());
            active.cut(position, endOffset);
            active.log().force();
            if (log.logStartOffset > endOffset) log.logStartOffset = endOffset;
            log.epochs.cutAfter(endOffset);
            log.snapshots.removeAbove(endOffset);
            log.recoveryPoint = Math.min(log.recoveryPoint, endOffset);
            log.warmFrom = position;
            new ProducerReplay(log.place, log.snapshots, log.producers).load(kept, endOffset, Long.MAX_VALUE, 0);
        } catch (IOException failed) {
            // half cut: what is in memory no longer says what is on disk
            log.place.health().reportLostWrites(failed);
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
            startOver(offset);
        } catch (IOException failed) {
            log.place.health().reportLostWrites(failed);
            throw failed;
        } finally {
            log.lock.unlock();
            log.replacing.unlock();
        }
    }

    private void startOver(long offset) throws IOException {
        long from = Math.min(offset, log.segments.first().baseOffset());
        log.place.checkpointFloor().withdraw(log.place.partition(), from);
        log.truncations++;
        durability.cut(from);
        log.recent.clear();
        var gone = log.segments;
        for (var segment : gone.list().reversed()) segment.delete();
        log.snapshots.removeAll();
        var fresh = log.place.newSegment(offset, 0);
        // the file's name is what remembers the offset
        fresh.create();
        log.end = new LogEnd(offset, offset, 0);
        log.segments = Segments.of(List.of(fresh));
        log.logStartOffset = offset;
        log.recoveryPoint = Math.min(log.recoveryPoint, offset);
        log.warmFrom = 0;
        log.namesUnforced = true;
        log.producers.startOver(0);
        log.epochs.clear();
        log.place.disk().forceDirectory(log.place.directory());
    }
}
