package barnabas.broker.logging;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.decision.Refusal;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class LoggerConfigsTest {
    /// A backend with two loggers.
    private static final class Levels implements LogLevels {
        private final TreeMap<String, Level> levels =
                new TreeMap<>(Map.of(ROOT, Level.INFO, "barnabas.net.Server", Level.INFO));

        @Override
        public SortedMap<String, Level> effective() {
            return levels;
        }

        @Override
        public void set(String logger, Level level) {
            levels.put(logger, level);
        }

        @Override
        public void unset(String logger) {
            levels.put(logger, Level.INFO);
        }
    }

    private final LoggerConfigs loggers = new LoggerConfigs(Optional.of(new Levels()));

    private @Nullable Refusal alter(int operation, String name, @Nullable String value) {
        return loggers.alter(List.of(new AlterableConfig(name, (byte) operation, value)), false);
    }

    private static void refused(@Nullable Refusal refusal, ErrorCode error, String message) {
        assertThat(refusal).isNotNull();
        assertThat(refusal.error()).isEqualTo(error);
        assertThat(refusal.message()).startsWith(message);
    }

    @Test
    void levelsAreSetAndTakenAway() {
        assertThat(alter(0, "barnabas.net.Server", "debug")).isNull();
        assertThat(loggers.described()).containsEntry("barnabas.net.Server", "DEBUG");
        assertThat(alter(1, "barnabas.net.Server", null)).isNull();
        assertThat(loggers.described()).containsEntry("barnabas.net.Server", "INFO");
        assertThat(alter(0, "root", "FATAL")).isNull();
        assertThat(loggers.described()).containsEntry("root", "ERROR");
    }

    @Test
    void clientsAreTracedByLoggersThatAreNotThere() {
        String logger = TracedClients.PREFIX + "of this test";
        assertThat(alter(1, logger, null)).isNotNull();
        assertThat(alter(0, logger, "TRACE")).isNull();
        assertThat(TracedClients.any()).isTrue();
        assertThat(TracedClients.wantsAll("of this test")).isTrue();
        assertThat(alter(0, logger, "DEBUG")).isNull();
        assertThat(TracedClients.has("of this test")).isTrue();
        assertThat(TracedClients.wantsAll("of this test")).isFalse();
        assertThat(alter(1, logger, null)).isNull();
        assertThat(TracedClients.has("of this test")).isFalse();
        refused(alter(0, TracedClients.PREFIX, "TRACE"), ErrorCode.INVALID_CONFIG, "Logger barnabas.requests.client.");
        refused(alter(0, TracedClients.PREFIX + "a\nERROR b", "TRACE"), ErrorCode.INVALID_CONFIG, "Logger ");
    }

    @Test
    void onlySoManyClientsAreTraced() {
        try {
            for (int i = 0; i < TracedClients.CLIENTS_MAX; i++)
                assertThat(alter(0, TracedClients.PREFIX + i, "TRACE")).isNull();
            refused(alter(0, TracedClients.PREFIX + "more", "TRACE"), ErrorCode.INVALID_CONFIG, "Logger ");
            assertThat(alter(0, TracedClients.PREFIX + "1", "DEBUG")).isNull();
            // one that is left over in the backend counts like the others
            assertThat(alter(1, TracedClients.PREFIX + "0", null)).isNull();
            assertThat(alter(0, TracedClients.PREFIX + "more", "TRACE")).isNull();
            refused(alter(0, TracedClients.PREFIX + "0", "TRACE"), ErrorCode.INVALID_CONFIG, "Logger ");
            assertThat(alter(1, TracedClients.PREFIX + "more", null)).isNull();
            var two = List.of(
                    new AlterableConfig(TracedClients.PREFIX + "0", (byte) 0, "TRACE"),
                    new AlterableConfig(TracedClients.PREFIX + "more", (byte) 0, "TRACE"));
            refused(loggers.alter(two, false), ErrorCode.INVALID_CONFIG, "Logger ");
        } finally {
            for (int i = 0; i < TracedClients.CLIENTS_MAX; i++) TracedClients.unset(TracedClients.PREFIX + i);
        }
        assertThat(TracedClients.any()).isFalse();
    }

    @Test
    void allOrNothing() {
        var changes = List.of(
                new AlterableConfig("root", (byte) 0, "TRACE"),
                new AlterableConfig("barnabas.net.Server", (byte) 0, "LOUD"));
        refused(
                loggers.alter(changes, false),
                ErrorCode.INVALID_CONFIG,
                "Cannot set the log level of barnabas.net.Server to LOUD as it is not a supported log level.");
        assertThat(loggers.alter(changes.subList(0, 1), true)).isNull();
        assertThat(loggers.described()).containsEntry("root", "INFO");
    }

    @Test
    void refusedAlterationsOfLogLevels() {
        refused(alter(0, "nobody", "INFO"), ErrorCode.INVALID_CONFIG, "Logger nobody does not exist!");
        refused(alter(1, "root", null), ErrorCode.INVALID_REQUEST, "Removing the log level of the root logger");
        refused(alter(2, "root", "INFO"), ErrorCode.INVALID_REQUEST, "APPEND operation is not allowed");
        refused(
                new LoggerConfigs(Optional.empty()).alter(List.of(), false),
                ErrorCode.INVALID_REQUEST,
                "The log levels of this process");
        assertThat(LoggerConfigs.problemWithBroker("", 1)).isEqualTo("Broker id must not be empty");
        assertThat(LoggerConfigs.problemWithBroker("1", 1)).isNull();
    }
}
