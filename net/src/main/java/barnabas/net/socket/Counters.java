package barnabas.net.socket;

import barnabas.net.CloseReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Shared by all event loops; see `NetworkCounters` for the meanings.
final class Counters {
    final LongAdder accepted = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder requests = new LongAdder();
    private final Map<CloseReason, LongAdder> closed = new EnumMap<>(CloseReason.class);

    Counters() {
        for (CloseReason reason : CloseReason.values()) closed.put(reason, new LongAdder());
    }

    void closed(CloseReason reason) {
        LongAdder count = closed.get(reason);
        if (count != null) count.increment();
    }

    Map<CloseReason, Long> closed() {
        Map<CloseReason, Long> happened = new EnumMap<>(CloseReason.class);
        for (CloseReason reason : CloseReason.values()) {
            LongAdder count = closed.get(reason);
            if (count != null && count.sum() > 0) happened.put(reason, count.sum());
        }
        return happened;
    }
}
