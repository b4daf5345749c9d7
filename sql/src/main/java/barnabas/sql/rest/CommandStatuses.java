package barnabas.sql.rest;

import barnabas.base.Mutex;
import barnabas.sql.engine.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The last changes that this server has carried out, for `/status`.
final class CommandStatuses {
    private static final int KEPT_MAX = 1_000;

    private final Mutex mutex = new Mutex();
    private final Map<String, Outcome.Done> last = new LinkedHashMap<>();

    void add(Outcome.Done done) {
        try (var _ = mutex.hold()) {
            last.remove(done.command());
            last.put(done.command(), done);
            if (last.size() > KEPT_MAX) last.remove(last.keySet().iterator().next());
        }
    }

    /// @param command name of a change, with or without backticks
    Optional<Outcome.Done> find(String command) {
        try (var _ = mutex.hold()) {
            Outcome.Done found = last.get(command);
            if (found != null) return Optional.of(found);
            String plain = command.replace("`", "");
            for (Outcome.Done each : last.values())
                if (each.command().replace("`", "").equals(plain)) return Optional.of(each);
            return Optional.empty();
        }
    }

    List<Outcome.Done> all() {
        try (var _ = mutex.hold()) {
            return new ArrayList<>(last.values());
        }
    }
}
