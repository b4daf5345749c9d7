package barnabas.log.partition;

import barnabas.base.Check;
import barnabas.log.file.LogFiles;
import java.io.IOException;

/// The orderly close of a log that takes no more appends: forces it, writes what makes the next start fast, and closes
/// its files.
record LogClosing(LogState log, LogFlush flush, LogDurability durability) {
    void run() throws IOException {
        log.finishEarlierChange();
        dropFailedWrite();
        snapshotProducers();
        flush.flush();
        durability.flushed();
        // also what recovery found out, which no flush had a reason to write
        log.epochs().save(log.place().disk(), log.place().file(LogFiles.LEADER_EPOCHS), log.endOffset());
        log.lockUnfenced();
        try {
            Check.that(
                    log.recoveryPoint() == log.endOffset(),
                    "closed at %d, flushed to %d",
                    log.endOffset(),
                    log.recoveryPoint());
            boolean named = false;
            for (var segment : log.segments().list()) {
                segment.flushTails();
                named |= segment.takeNamesUnforced();
                segment.closeFiles();
            }
            if (named) flush.forceNewNames();
        } finally {
            log.lock.unlock();
        }
    }

    /// After an orderly end nothing looks behind the last batch.
    private void dropFailedWrite() throws IOException {
        log.lockUnfenced();
        try {
            var active = log.segments().active();
            if (active.dropFailedWrite()) active.log().force();
        } finally {
            log.lock.unlock();
        }
    }

    private void snapshotProducers() throws IOException {
        log.lockUnfenced();
        try {
            long end = log.endOffset();
            if (end == 0 || end <= log.snapshots().latest()) return;
            log.takeSnapshot(end);
        } finally {
            log.lock.unlock();
        }
    }
}
