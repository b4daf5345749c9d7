package barnabas.broker.logging;

import java.util.Optional;
import java.util.SortedMap;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The levels of this process's loggers, for a logging backend whose levels can change while it runs. A backend offers
/// it by implementing it beside slf4j's `ILoggerFactory`.
///
/// A logger without a level of its own has that of the nearest logger above it by name (`a.b` is above `a.b.c`), in the
/// end that of [#ROOT].
public interface LogLevels {
    String ROOT = "root";

    /// The level that counts for each logger there is, with [#ROOT].
    SortedMap<String, Level> effective();

    /// Gives a logger, and those below it without a level of their own, this level at once.
    void set(String logger, Level level);

    /// Takes a logger's own level away. [#ROOT] keeps its.
    void unset(String logger);

    /// Loads what the first line and the first stack trace need: a process that has run out of file descriptors must
    /// still be able to say so.
    default void prepare() {}

    /// Of the backend that slf4j has found; empty when its levels stay as they are.
    static Optional<LogLevels> ofProcess() {
        return LoggerFactory.getILoggerFactory() instanceof LogLevels levels ? Optional.of(levels) : Optional.empty();
    }
}
