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
/// Readers hold on to the old files until their delay has passed.
record SegmentSwap(LogState log) {
    /// False, and nothing has changed, when the old segments are not what the log consists of any more. The new one is
    /// removed then.
    ///
    /// @param truncations as counted before the old segments were read
    boolean swap(List<Segment> old, Segment cleaned, long truncations, long nowMillis) throws IOException {
        log.replacing.lock();
        try {
            if (!isStillThere(old, truncations)) {
                cleaned.delete();
                return false;
            }
            announce(cleaned);
            if (!publish(old, cleaned)) {
                // a closed log: its next opening finishes this
                return false;
            }
            try {
                log.retired.retireReplaced(
                        old, nowMillis + log.config.retention().fileDeleteDelayMillis());
                log.place.disk().forceDirectory(log.place.directory());
                cleaned.rename(LogFiles.SWAP, "");
                log.place.disk().forceDirectory(log.place.directory());
            } catch (IOException failed) {
                // the log goes on with the new one and so would the next start, but names are not what they should be
                if (!log.closed) log.place.health().reportLostWrites(failed);
                throw failed;
            }
            return true;
        } finally {
            log.replacing.unlock();
        }
    }

    private boolean isStillThere(List<Segment> old, long truncations) {
        log.lock.lock();
        try {
            if (log.closed || log.truncations != truncations) return false;
            for (var segment : old) if (log.segments.indexOf(segment) < 0) return false;
            return true;
        } finally {
            log.lock.unlock();
        }
    }

    private void announce(Segment cleaned) throws IOException {
        try {
            cleaned.rename(LogFiles.CLEANED, LogFiles.SWAP);
            log.place.disk().forceDirectory(log.place.directory());
        } catch (IOException failed) {
            withdraw(cleaned, failed);
            throw failed;
        }
    }

    /// A swap that was announced and is not carried out must not be found by a later start.
    private void withdraw(Segment cleaned, IOException failed) {
        try {
            cleaned.delete();
            log.place.disk().forceDirectory(log.place.directory());
        } catch (IOException alsoFailed) {
            failed.addSuppressed(alsoFailed);
            if (!log.closed) log.place.health().reportLostWrites(failed);
        }
    }

    private boolean publish(List<Segment> old, Segment cleaned) throws IOException {
        log.lock.lock();
        try {
            if (log.closed) return false;
            int from = log.segments.indexOf(old.getFirst());
            log.segments = log.segments.replacing(from, from + old.size(), cleaned);
            log.snapshots.removeStray(log.segments);
            return true;
        } finally {
            log.lock.unlock();
        }
    }
}
