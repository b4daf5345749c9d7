package barnabas.log.segment;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Segments that are out of the log but whose bytes stay until their delay has passed, under names that end in
/// `.deleted`. Thread-safe.
public final class RetiredFiles {
    private final ArrayDeque<Retired> waiting = new ArrayDeque<>();

    private record Retired(Segment segment, long dueMillis) {}

    /// Takes segments that another one has replaced, the oldest last: when its log has lost its name, so have the
    /// others. Names of an earlier replacement are free again.
    public void retireReplaced(List<Segment> segments, long dueMillis) throws IOException {
        for (var segment : segments.reversed()) {
            forget(segment.baseOffset());
            segment.markReplaced();
            synchronized (this) {
                waiting.add(new Retired(segment, dueMillis));
            }
        }
    }

    private void forget(long baseOffset) throws IOException {
        while (true) {
            Retired earlier;
            synchronized (this) {
                var same = waiting.stream()
                        .filter(each -> each.segment().baseOffset() == baseOffset)
                        .findFirst();
                if (same.isEmpty()) return;
                earlier = same.get();
                waiting.remove(earlier);
            }
            earlier.segment().delete();
        }
    }

    /// The directory goes away with all of them.
    public synchronized void keepOpenNoLonger() {
        for (var each : waiting) each.segment().keepFilesOpenNoLonger();
    }

    /// A segment that could not be renamed goes too when its time has come.
    public void retire(List<Segment> segments, long dueMillis) throws IOException {
        @Nullable IOException failure = null;
        for (var segment : segments) {
            try {
                forget(segment.baseOffset());
                segment.markDeleted();
            } catch (IOException failed) {
                if (failure == null) failure = failed;
                else failure.addSuppressed(failed);
            }
            synchronized (this) {
                waiting.add(new Retired(segment, dueMillis));
            }
        }
        if (failure != null) throw failure;
    }

    public void removeDue(long nowMillis) throws IOException {
        while (true) {
            Retired next;
            synchronized (this) {
                next = waiting.peek();
                if (next == null || next.dueMillis() > nowMillis) return;
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
