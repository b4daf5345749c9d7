package barnabas.log;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;

/// Segments that are out of the log but whose bytes stay until their delay has passed, under names that end in
/// `.deleted`. Thread-safe.
final class RetiredFiles {
    private final ArrayDeque<Retired> waiting = new ArrayDeque<>();

    private record Retired(Segment segment, long dueMillis) {}

    void retire(List<Segment> segments, long dueMillis) throws IOException {
        for (var segment : segments) {
            segment.markDeleted();
            synchronized (this) {
                waiting.add(new Retired(segment, dueMillis));
            }
        }
    }

    void removeDue(long nowMillis) throws IOException {
        while (true) {
            Retired next;
            synchronized (this) {
                next = waiting.peek();
                if (next == null || next.dueMillis() > nowMillis) return;
                waiting.remove();
            }
            next.segment().delete();
        }
    }
}
