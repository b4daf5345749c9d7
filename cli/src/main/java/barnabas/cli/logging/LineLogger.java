package barnabas.cli.logging;

import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/// One logger.
final class LineLogger extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1L;

    private final transient LineLoggers loggers;
    private transient volatile int lowest;

    LineLogger(String name, LineLoggers loggers, Level level) {
        this.name = name;
        this.loggers = loggers;
        this.lowest = level.toInt();
    }

    void level(Level level) {
        lowest = level.toInt();
    }

    private boolean isWanted(Level level) {
        return level.toInt() >= lowest;
    }

    @Override
    public boolean isTraceEnabled() {
        return isWanted(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isWanted(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isWanted(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isWanted(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isWanted(Level.ERROR);
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            @Nullable Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        String message = MessageFormatter.basicArrayFormat(pattern, arguments);
        loggers.write(level, name, message == null ? "" : message, thrown);
    }
}
