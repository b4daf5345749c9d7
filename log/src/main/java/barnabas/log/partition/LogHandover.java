package barnabas.log.partition;

import java.io.IOException;

/// The last step of a move: a copy takes the place of the log that it follows.
record LogHandover(LogState log, LogRetention retention) {
    /// Runs work on the disk while nothing is appended to the log. Event loops hand their appends on meanwhile, other
    /// threads wait.
    boolean exclusively(Exclusive work) throws IOException {
        log.replacing.lock();
        try {
            log.finishEarlierChange();
            log.lock.lock();
            try {
                log.beginFence();
            } finally {
                log.lock.unlock();
            }
            return work.run();
        } finally {
            log.endFence();
            log.replacing.unlock();
        }
    }

    /// This log goes on where `before` ends, which is closed.
    void takeOver(LogState before) {
        before.lock.lock();
        try {
            if (before.logStartOffset() > log.logStartOffset())
                retention.advanceLogStartOffset(before.logStartOffset());
            log.lock.lock();
            try {
                log.verifications().takeOver(before.verifications());
                before.epochs().latest().ifPresent(this::startEpoch);
                log.enterEpoch(before.leaderEpoch());
            } finally {
                log.lock.unlock();
            }
            log.reconfigure(before.config());
            before.close();
        } finally {
            before.lock.unlock();
        }
    }

    private void startEpoch(int epoch) {
        if (log.enterEpoch(epoch)) log.epochs().start(epoch, log.endOffset());
    }
}
