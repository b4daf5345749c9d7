package barnabas.mirror;

import barnabas.client.ClientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/// Work on many names of which each asks the source: it ends after some seconds and goes on behind the last name the
/// next time, so that a source that answers late holds up no promotion, and no name waits for ever.
///
/// Owner: the thread of the mirror.
final class Rounds {
    private static final long NANOS_MAX = 5_000_000_000L;

    /// Work on one name.
    interface Step {
        void take(String name) throws ClientException;
    }

    private final LongSupplier clock;
    private String next = "";

    /// @param clock nanoseconds from any origin
    Rounds(LongSupplier clock) {
        this.clock = clock;
    }

    /// @return names that were not reached
    List<String> take(Collection<String> names, Step step) throws ClientException {
        var sorted = new TreeSet<>(names);
        var order = new ArrayList<>(sorted.tailSet(next));
        order.addAll(sorted.headSet(next));
        long end = clock.getAsLong() + NANOS_MAX;
        for (int at = 0; at < order.size(); at++) {
            next = order.get(at);
            if (at > 0 && clock.getAsLong() - end >= 0) return order.subList(at, order.size());
            // behind this one, also when it fails
            next = at + 1 < order.size() ? order.get(at + 1) : "";
            step.take(order.get(at));
        }
        return List.of();
    }
}
