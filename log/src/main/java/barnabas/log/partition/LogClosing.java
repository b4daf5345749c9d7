package barnabas.log.partition;

import barnabas.base.Check;
import barnabas.log.file.LogFiles;
import barnabas.log.producers.ProducerSnapshot;
import java.io.IOException;

/// The orderly close of a log that takes no more appends: forces it, writes what makes the next start fast, and closes
/// its files.
record LogClosing(LogState log, LogFlush flush, LogDurability durability) {
    void run() throws IOException {
        log.finishEarlierChange();
        snapshotProducers();
        flush.flush();
        durability.flushed();
        // also what recovery found out, which no flush had a reason to write
        log.epochs.save(log.place.disk(), log.place.file(LogFiles.LEADER_EPOCHS), log.end.offset());
        log.lock.lock();
        try {
            Check.that(
                    log.recoveryPoint == log.end.offset(),
                    "closed at %d, flushed to %d",
                    log.end.offset(),
                    log.recoveryPoint);
            boolean named = false;
            for (var segment : log.segments.list()) {
                segment.flushTails();
                named |= segment.takeNamesUnforced();
                segment.closeFiles();
            }
            if (named) flush.forceNewNames();
        } finally {
            log.lock.unlock();
        }
    }

    private void snapshotProducers() throws IOException {
        log.lock.lock();
        try {
            long end = log.end.offset();
            if (end == 0 || end <= log.snapshots.latest()) return;
            log.snapshots.write(end, ProducerSnapshot.encode(log.producers.entries()));
            log.snapshots.removeStray(log.segments);
        } finally {
            log.lock.unlock();
        }
    }
}
