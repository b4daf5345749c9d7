package barnabas.log.segment;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;

/// Segments that are out of the log but whose bytes stay until their delay has passed, under names that end in
/// `.deleted`. Times are of [barnabas.base.Clock#nanos]: a wall clock that is set back must not keep their space.
/// Thread-safe by its own monitor, for memory work only.
public final class RetiredFiles {
    private final ArrayDeque<Retired> waiting = new ArrayDeque<>();

    private record Retired(Segment segment, long dueNanos) {}

    /// Takes segments that another one has replaced, the oldest last: when its log has lost its name, so have the
    /// others. Names of an earlier replacement are free again.
    public void retireReplaced(List<Segment> segments, long dueNanos) throws IOException {
        for (var segment : segments.reversed()) {
            forgetOthers(segment);
            segment.markReplaced();
            add(segment, dueNanos);
        }
    }

    /// An earlier attempt may have come so far.
    private synchronized void add(Segment segment, long dueNanos) {
        for (var each : waiting) if (each.segment() == segment) return;
        waiting.add(new Retired(segment, dueNanos));
    }

    private void forgetOthers(Segment segment) throws IOException {
        while (true) {
            Retired earlier;
            synchronized (this) {
                var same = waiting.stream()
                        .filter(each ->
                                each.segment() != segment && each.segment().baseOffset() == segment.baseOffset())
                        .findFirst();
                if (same.isEmpty()) return;
                earlier = same.get();
            }
            earlier.segment().delete();
            synchronized (this) {
                waiting.remove(earlier);
            }
        }
    }

    /// The directory goes away with all of them.
    public void keepOpenNoLonger() {
        List<Retired> all;
        synchronized (this) {
            all = List.copyOf(waiting);
        }
        for (var each : all) each.segment().keepFilesOpenNoLonger();
    }

    /// Takes the oldest segments of a log, the oldest first: a crash must not leave a hole between segments.
    public void retire(List<Segment> segments, long dueNanos) throws IOException {
        for (var segment : segments) {
            forgetOthers(segment);
            segment.markDeleted();
            add(segment, dueNanos);
        }
    }

    public void removeDue(long nowNanos) throws IOException {
        while (true) {
            Retired next;
            synchronized (this) {
                next = waiting.peek();
                if (next == null || next.dueNanos() - nowNanos > 0) return;
                waiting.remove();
            }
            try {
                next.segment().delete();
            } catch (IOException failed) {
                synchronized (this) {
                    waiting.addFirst(next);
                }
                throw failed;
            }
        }
    }
}
