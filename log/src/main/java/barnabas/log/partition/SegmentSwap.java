package barnabas.log.partition;

import barnabas.log.file.LogFiles;
import barnabas.log.segment.Segment;
import java.io.IOException;
import java.util.List;

/// Puts a segment that compaction has written in the place of those it was made from. At every moment, also after a
/// power cut, exactly one of the two is the log:
///
/// ```
/// <base>.log.cleaned        written and forced                    a crash leaves: the old ones, this is removed
/// <base>.log.swap           renamed, indexes first                the new one, from the moment the log has the name
/// <old>.log.deleted         the old ones renamed, <base> last     the new one, whose indexes have their names yet
/// <base>.log                renamed, indexes first                the new one
/// ```
///
/// Readers hold on to the old files until their delay has passed. What an error ends on the way is an
/// [UnfinishedChange]; appends go on meanwhile.
record SegmentSwap(LogState log) {
    /// False, and nothing has changed, when the old segments are not what the log consists of any more. The new one is
    /// removed then.
    ///
    /// @param truncations as counted before the old segments were read
    boolean swap(List<Segment> old, Segment cleaned, long truncations) throws IOException {
        log.replacing.lock();
        try {
            if (log.hasUnfinishedChange() || !isStillThere(old, truncations)) {
                cleaned.delete();
                return false;
            }
            announce(cleaned);
            var change = new Swap(log, old, cleaned, log.deletionNanos());
            // a closed log: its next opening finishes this
            if (!publish(old, cleaned)) return false;
            log.carryOut(change);
            return true;
        } catch (IOException failed) {
            // the log goes on with the new one and so would the next start, but names are not what they should be
            if (!log.isClosed()) log.place().health().report(failed);
            throw failed;
        } finally {
            log.replacing.unlock();
        }
    }

    private boolean isStillThere(List<Segment> old, long truncations) {
        log.lock.lock();
        try {
            if (log.isClosed() || log.truncations() != truncations) return false;
            for (var segment : old) if (log.segments().indexOf(segment) < 0) return false;
            return true;
        } finally {
            log.lock.unlock();
        }
    }

    private void announce(Segment cleaned) throws IOException {
        var withdrawal = new Withdrawal(log, cleaned);
        try {
            cleaned.rename(LogFiles.CLEANED, LogFiles.SWAP);
            log.place().disk().forceDirectory(log.place().directory());
        } catch (IOException | Error failed) {
            try {
                log.carryOut(withdrawal);
            } catch (IOException later) {
                failed.addSuppressed(later);
                if (!log.isClosed()) log.place().health().report(later);
            }
            throw failed;
        }
    }

    private boolean publish(List<Segment> old, Segment cleaned) {
        log.lock.lock();
        try {
            if (log.isClosed()) return false;
            int from = log.segments().indexOf(old.getFirst());
            // of a segment that was the active one until now, readers know where the batches were
            log.recent().keepOnly(log.segments().active().baseOffset());
            log.replaceSegments(log.segments().replacing(from, from + old.size(), cleaned));
            return true;
        } finally {
            log.lock.unlock();
        }
    }

    /// A swap that was announced and is not carried out must not be found by a later start.
    private record Withdrawal(LogState log, Segment cleaned) implements UnfinishedChange {
        @Override
        public boolean fencesAppends() {
            return false;
        }

        @Override
        public void finish() throws IOException {
            cleaned.delete();
            log.place().disk().forceDirectory(log.place().directory());
        }
    }

    /// The old segments get out of the way of the new one, which is the log already.
    private record Swap(LogState log, List<Segment> old, Segment cleaned, long dueNanos) implements UnfinishedChange {
        @Override
        public boolean fencesAppends() {
            return false;
        }

        @Override
        public void finish() throws IOException {
            log.snapshots().removeStray(log::segments);
            log.retired().retireReplaced(old, dueNanos);
            log.place().disk().forceDirectory(log.place().directory());
            cleaned.rename(LogFiles.SWAP, "");
            log.place().disk().forceDirectory(log.place().directory());
        }
    }
}
