package barnabas.cli.logging;

import barnabas.base.Clock;
import barnabas.base.PrintableText;
import barnabas.broker.logging.LogLevels;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/// All loggers of the process and their levels. System properties set levels at start: `-Dlog.level=warn` for all,
/// `-Dlog.level.barnabas.net=debug` for those below a name.
///
/// Owner of the levels: the thread that holds this object's lock. Each logger keeps its current level in a field,
/// so that a disabled line costs one read.
final class LineLoggers implements ILoggerFactory, LogLevels {
    private static final String PROPERTY = "log.level";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX");

    /// Longer messages are cut: clients choose the length of much that is logged.
    static final int LINE_CHARS_MAX = 8_192;

    private final PrintStream out;
    private final Clock clock;
    private final Map<String, LineLogger> loggers = new ConcurrentHashMap<>();
    /// Those set, always with [#ROOT].
    private final Map<String, Level> own = new TreeMap<>();

    LineLoggers(PrintStream out, Clock clock, Properties properties) {
        this.out = out;
        this.clock = clock;
        own.put(ROOT, Level.INFO);
        own.put("io.netty", Level.WARN);
        // It warns of each connection whose client does not read, as many as clients like.
        own.put("io.netty.handler.ssl", Level.ERROR);
        // The Raft engine reports each step of an election.
        own.put("org.apache.kafka", Level.WARN);
        for (String property : properties.stringPropertyNames()) {
            Level level = level(properties.getProperty(property));
            if (level == null) continue;
            if (property.equals(PROPERTY)) own.put(ROOT, level);
            else if (property.startsWith(PROPERTY + ".")) own.put(property.substring(PROPERTY.length() + 1), level);
        }
    }

    private static @Nullable Level level(String name) {
        for (Level level : Level.values()) if (level.name().equals(name.toUpperCase(Locale.ROOT))) return level;
        return null;
    }

    @Override
    public Logger getLogger(String name) {
        LineLogger known = loggers.get(name);
        if (known != null) return known;
        synchronized (this) {
            return loggers.computeIfAbsent(name, each -> new LineLogger(each, this, counting(each)));
        }
    }

    private Level counting(String logger) {
        for (String name = logger; ; name = name.substring(0, name.lastIndexOf('.'))) {
            Level level = own.get(name);
            if (level != null) return level;
            if (name.indexOf('.') < 0) return own.getOrDefault(ROOT, Level.INFO);
        }
    }

    @Override
    public synchronized SortedMap<String, Level> effective() {
        var levels = new TreeMap<String, Level>();
        for (String name : loggers.keySet()) levels.put(name, counting(name));
        levels.put(ROOT, counting(ROOT));
        return levels;
    }

    @Override
    public synchronized void set(String logger, Level level) {
        own.put(logger, level);
        loggers.forEach((name, each) -> each.level(counting(name)));
    }

    @Override
    public synchronized void unset(String logger) {
        if (logger.equals(ROOT)) return;
        own.remove(logger);
        loggers.forEach((name, each) -> each.level(counting(name)));
    }

    @Override
    public void prepare() {
        var discarded = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        write(discarded, Level.INFO, "Start", "prepared", new IllegalStateException(new IOException("prepared")));
        discarded.close();
    }

    /// `2026-03-01T12:00:00.000+01:00 INFO Node - message`, then the stack trace. Whatever a client put into the
    /// message or into an exception's message stays on its line.
    void write(Level level, String logger, String message, @Nullable Throwable thrown) {
        write(out, level, logger, message, thrown);
    }

    private void write(PrintStream to, Level level, String logger, String message, @Nullable Throwable thrown) {
        long millis = clock.millis();
        // Not by ZoneId: that reads the rules of all time zones a second time.
        var offset = ZoneOffset.ofTotalSeconds(TimeZone.getDefault().getOffset(millis) / 1_000);
        OffsetDateTime now = Instant.ofEpochMilli(millis).atOffset(offset);
        String shortName = logger.substring(logger.lastIndexOf('.') + 1);
        String line = TIME.format(now) + " " + level + " " + PrintableText.oneLine(shortName, LINE_CHARS_MAX) + " - "
                + PrintableText.oneLine(message, LINE_CHARS_MAX);
        String trace = thrown == null ? "" : StackTraceText.of(thrown, LINE_CHARS_MAX);
        synchronized (to) {
            to.println(line);
            to.print(trace);
            to.flush();
        }
    }
}
