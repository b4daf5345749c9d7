package barnabas.cli.logging;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.broker.logging.LogLevels;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LineLoggersTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private LineLoggers loggers(String... properties) {
        var all = new Properties();
        for (int i = 0; i < properties.length; i += 2) all.setProperty(properties[i], properties[i + 1]);
        return new LineLoggers(new PrintStream(written, true, StandardCharsets.UTF_8), Clock.SYSTEM, all);
    }

    private String written() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aLineSaysWhenHowBadWhereAndWhat() {
        loggers().getLogger("barnabas.net.Server").warn("{} of {}", 1, 2, new IllegalStateException("full"));
        assertThat(written().lines().findFirst().orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ WARN Server - 1 of 2");
        assertThat(written()).contains("java.lang.IllegalStateException: full", "LineLoggersTest");
    }

    /// Group ids, client ids and what exceptions quote of them come from clients.
    @Test
    void textFromAClientStaysOnItsLine() {
        String forged = "g\n2026-01-01T00:00:00.000Z ERROR Node - forged\u001b[2J";
        Logger logger = loggers().getLogger("barnabas.Group");
        logger.info("group {} is empty", forged);
        assertThat(written().lines()).singleElement().asString().contains("g\\n2026", "forged\\u001b[2J is empty");
        written.reset();
        logger.warn("failed", new IllegalStateException(forged, new IllegalArgumentException(forged)));
        assertThat(written()
                        .lines()
                        .filter(line -> !line.startsWith("\tat ") && !line.startsWith("\t... "))
                        .toList())
                .satisfiesExactly(
                        first -> assertThat(first).endsWith("Group - failed"),
                        second -> assertThat(second)
                                .startsWith("java.lang.IllegalStateException: g\\n2026")
                                .endsWith("forged\\u001b[2J"),
                        third -> assertThat(third).startsWith("Caused by: java.lang.IllegalArgumentException: g\\n"));
        written.reset();
        logger.info("long {}", "x".repeat(1_000_000));
        assertThat(written().length()).isLessThan(LineLoggers.LINE_CHARS_MAX + 200);
    }

    /// Netty's handler of TLS warns of each connection whose client does not read: one line for each half-open
    /// handshake.
    @Test
    void clientsThatDoNotReadWriteNoLines() {
        LineLoggers loggers = loggers();
        Logger tls = loggers.getLogger("io.netty.handler.ssl.SslHandler");
        tls.warn("Last write attempt timed out; force-closing the connection.");
        assertThat(written()).isEmpty();
        tls.error("failed");
        loggers.getLogger("io.netty.channel.DefaultChannelPipeline").warn("failed");
        assertThat(written().lines()).hasSize(2);
        LineLoggers wanted = loggers("log.level.io.netty.handler.ssl", "debug");
        assertThat(wanted.getLogger("io.netty.handler.ssl.SslHandler").isDebugEnabled())
                .isTrue();
    }

    @Test
    void theNearestNameAboveDecides() {
        LineLoggers loggers = loggers("log.level", "warn", "log.level.a.b", "debug", "log.level.x", "nonsense");
        Logger below = loggers.getLogger("a.b.c");
        Logger beside = loggers.getLogger("a.bc");
        assertThat(below.isDebugEnabled()).isTrue();
        assertThat(below.isTraceEnabled()).isFalse();
        assertThat(beside.isWarnEnabled()).isTrue();
        assertThat(beside.isInfoEnabled()).isFalse();
        beside.info("unwanted");
        assertThat(written()).isEmpty();
    }

    @Test
    void levelsChangeAtOnceAlsoForLoggersThatComeLater() {
        LineLoggers loggers = loggers();
        Logger early = loggers.getLogger("a.b.early");
        loggers.set("a.b", Level.TRACE);
        assertThat(early.isTraceEnabled()).isTrue();
        assertThat(loggers.getLogger("a.b.late").isTraceEnabled()).isTrue();
        loggers.set(LogLevels.ROOT, Level.ERROR);
        assertThat(early.isTraceEnabled()).isTrue();
        loggers.unset("a.b");
        assertThat(early.isWarnEnabled()).isFalse();
        loggers.unset(LogLevels.ROOT);
        assertThat(loggers.effective())
                .containsEntry("root", Level.ERROR)
                .containsEntry("a.b.early", Level.ERROR)
                .containsEntry("a.b.late", Level.ERROR);
    }

    @Test
    void slf4jFindsThisBackend() {
        assertThat(LoggerFactory.getILoggerFactory()).isInstanceOf(LogLevels.class);
    }
}
