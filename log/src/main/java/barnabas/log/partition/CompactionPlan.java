package barnabas.log.partition;

import barnabas.log.LogConfig;
import barnabas.log.segment.Segments;
import java.io.IOException;

/// Work that a compaction of a log would have.
///
/// ```
/// | clean: keys are unique up to here  | dirty                  | not to be touched         |
/// log start                            firstDirtyOffset         firstUncleanableOffset      log end
/// ```
///
/// @param firstUncleanableOffset the active segment, undecided transactions and records younger than
///     `min.compaction.lag.ms` lie behind it
/// @param overdueMillis by how much the oldest dirty record is older than `max.compaction.lag.ms`, 0 when it is not
public record CompactionPlan(
        Segments segments,
        long logEndOffset,
        long firstDirtyOffset,
        long firstUncleanableOffset,
        long cleanBytes,
        long dirtyBytes,
        long overdueMillis) {

    /// @param cleanedUpTo as last checkpointed; 0 when the log was never compacted
    static CompactionPlan of(LogState log, long cleanedUpTo, long decidedUpTo, long nowMillis) throws IOException {
        long end = log.endOffset();
        var segments = log.segments();
        // what was checkpointed may be of a log that was truncated or has lost its first segments since; records below
        // the log start offset count, as a crash may make them visible again
        long first = segments.first().baseOffset();
        long firstDirty = cleanedUpTo < first || cleanedUpTo > end ? first : cleanedUpTo;
        var limits = log.config().compaction();
        long bound = Math.min(decidedUpTo, segments.active().baseOffset());
        long cleanBytes = 0;
        long dirtyBytes = 0;
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < segments.count() - 1; i++) {
            var segment = segments.at(i);
            if (segments.endOf(i, end) <= firstDirty) {
                cleanBytes += segment.sizeBytes();
                continue;
            }
            if (limits.minLagMillis() > 0 && segment.maxTimestamp() > nowMillis - limits.minLagMillis())
                bound = Math.min(bound, segment.baseOffset());
            if (segment.baseOffset() >= bound) break;
            dirtyBytes += segment.sizeBytes();
            if (segment.firstTimestamp() > 0) oldest = Math.min(oldest, segment.firstTimestamp());
        }
        if (bound <= firstDirty) dirtyBytes = 0;
        long lagMax = Math.max(limits.maxLagMillis(), limits.minLagMillis());
        long overdue =
                dirtyBytes == 0 || oldest == Long.MAX_VALUE || lagMax >= nowMillis ? 0 : nowMillis - lagMax - oldest;
        return new CompactionPlan(
                segments, end, firstDirty, Math.max(firstDirty, bound), cleanBytes, dirtyBytes, Math.max(0, overdue));
    }

    /// From 0 to 1.
    public double dirtyRatio() {
        return dirtyBytes == 0 ? 0 : (double) dirtyBytes / (cleanBytes + dirtyBytes);
    }

    public boolean isDue(LogConfig.Compaction limits) {
        return dirtyBytes > 0 && (overdueMillis > 0 || dirtyRatio() > limits.minCleanableDirtyRatio());
    }
}
