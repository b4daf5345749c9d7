package barnabas.broker.logging;

import barnabas.base.PrintableText;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.event.Level;

/// Client ids whose requests are logged whatever the level of the request log is: those for which a level is set on the
/// logger [#PREFIX] with the id behind it. Of the whole process, as levels are. For any thread.
public final class TracedClients {
    /// Logger of the requests of all clients.
    public static final String REQUESTS = "barnabas.requests";

    /// Beginning of the names of loggers for one client each.
    public static final String PREFIX = REQUESTS + ".client.";

    /// Clients at a time.
    static final int CLIENTS_MAX = 100;

    private static final ConcurrentHashMap<String, Boolean> ALL_BY_ID = new ConcurrentHashMap<>();
    private static volatile boolean any;

    private TracedClients() {}

    /// Whether there is one at all: a read of a field.
    public static boolean any() {
        return any;
    }

    public static boolean has(String clientId) {
        return ALL_BY_ID.containsKey(clientId);
    }

    /// Whether a logger is one of a client.
    static boolean isOne(String logger) {
        return logger.startsWith(PREFIX);
    }

    /// Whether there may be a logger of a client. An id with a character that ends or moves a line may not: lines of
    /// the log have the logger's name.
    ///
    /// @param more clients that are new in the same change
    static boolean mayBe(String logger, int more) {
        String id = logger.substring(PREFIX.length());
        if (id.isEmpty() || !PrintableText.isSafe(id)) return false;
        return ALL_BY_ID.containsKey(id) || ALL_BY_ID.size() + more < CLIENTS_MAX;
    }

    static boolean isTraced(String logger) {
        return logger.startsWith(PREFIX) && ALL_BY_ID.containsKey(logger.substring(PREFIX.length()));
    }

    static void set(String logger, Level level) {
        if (!logger.startsWith(PREFIX)) return;
        String id = logger.substring(PREFIX.length());
        if (level == Level.TRACE || level == Level.DEBUG) ALL_BY_ID.put(id, level == Level.TRACE);
        else ALL_BY_ID.remove(id);
        any = !ALL_BY_ID.isEmpty();
    }

    static void unset(String logger) {
        if (!logger.startsWith(PREFIX)) return;
        ALL_BY_ID.remove(logger.substring(PREFIX.length()));
        any = !ALL_BY_ID.isEmpty();
    }

    /// Whether all requests of a client are logged, and not the slow ones only.
    public static boolean wantsAll(String clientId) {
        return Boolean.TRUE.equals(ALL_BY_ID.get(clientId));
    }
}
