package barnabas.log.segment;

import barnabas.log.LogConfig;
import java.io.IOException;

/// Decides which segments at the start of a log go. Whole segments only, the oldest first, and nothing at or above
/// the high watermark.
public record Retention(LogConfig.Retention limits, long nowMillis, long highWatermark, long logStartOffset) {
    /// @param deletions how many segments go
    /// @param rollsFirst the active segment is among them, so that a new one must take its place
    public record Plan(int deletions, boolean rollsFirst) {}

    public Plan plan(Segments segments, long logEndOffset) throws IOException {
        long excess = limits.deletes() && limits.bytes() >= 0 ? segments.sizeBytes() - limits.bytes() : -1;
        int deletions = 0;
        for (int i = 0; i < segments.count(); i++) {
            var segment = segments.at(i);
            boolean active = i == segments.count() - 1;
            long endOffset = segments.endOf(i, logEndOffset);
            if (endOffset > highWatermark || (active && segment.sizeBytes() == 0)) break;
            boolean tooMuch = excess >= segment.sizeBytes();
            boolean belowStart = !active && endOffset <= logStartOffset;
            if (!belowStart && !tooMuch && !isTooOld(segment)) break;
            if (tooMuch) excess -= segment.sizeBytes();
            deletions++;
        }
        return new Plan(deletions, deletions == segments.count());
    }

    private boolean isTooOld(Segment segment) throws IOException {
        if (!limits.deletes() || limits.millis() < 0) return false;
        long newest = segment.maxTimestamp();
        if (newest < 0) newest = segment.lastModifiedMillis();
        return nowMillis - newest > limits.millis();
    }
}
