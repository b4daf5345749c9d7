package barnabas.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.cli.console.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartPointTest {
    private static final long NOW = Instant.parse("2026-11-21T08:00:00Z").toEpochMilli();
    private static final Clock CLOCK = new Clock() {
        @Override
        public long millis() {
            return NOW;
        }

        @Override
        public long nanos() {
            return 0;
        }
    };

    private static StartPoint parse(String text) {
        return StartPoint.parse(text, CLOCK, ZoneOffset.ofHours(2));
    }

    @Test
    void readsPlacesAndOffsets() {
        assertThat(parse("beginning")).isEqualTo(new StartPoint.Beginning());
        assertThat(parse("end")).isEqualTo(new StartPoint.End());
        assertThat(parse("0")).isEqualTo(new StartPoint.Offset(0));
        assertThat(parse("999999999999")).isEqualTo(new StartPoint.Offset(999_999_999_999L));
    }

    @ParameterizedTest
    @CsvSource({
        "1795248000000, 2026-11-21T08:00:00Z",
        "@1795248000000, 2026-11-21T08:00:00Z",
        "@5, 1970-01-01T00:00:00.005Z",
        "2026-11-21T08:00:00Z, 2026-11-21T08:00:00Z",
        "2026-11-21T08:00:00.123Z, 2026-11-21T08:00:00.123Z",
        "2026-11-21T08:00+01:00, 2026-11-21T07:00:00Z",
        "2026-11-21T08:00, 2026-11-21T06:00:00Z",
        "2026-11-21 08:00:30, 2026-11-21T06:00:30Z",
        "2026-11-21, 2026-11-20T22:00:00Z",
        "-1h, 2026-11-21T07:00:00Z",
        "-90s, 2026-11-21T07:58:30Z",
        "-30m, 2026-11-21T07:30:00Z",
        "-7d, 2026-11-14T08:00:00Z",
        "-250ms, 2026-11-21T07:59:59.750Z",
    })
    void readsTimes(String text, String instant) {
        assertThat(parse(text))
                .isEqualTo(new StartPoint.Time(Instant.parse(instant).toEpochMilli()));
    }

    /// The hour that a change to summer time leaves out begins when it would.
    @Test
    void knowsTheZoneOfThisMachine() {
        assertThat(StartPoint.parse("2026-03-29T02:30", CLOCK, ZoneId.of("Europe/Vienna")))
                .isEqualTo(new StartPoint.Time(
                        Instant.parse("2026-03-29T01:30:00Z").toEpochMilli()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "begin",
                "-5",
                "-1w",
                "1.5",
                "-",
                "@",
                "2026-13-01",
                "2026-11-21T25:00",
                "12345678901234567890",
                "--1h"
            })
    void refusesTheRest(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void durations() {
        assertThat(Durations.parse("15m")).contains(Duration.ofMinutes(15));
        assertThat(Durations.parse("m")).isEmpty();
        assertThat(Durations.parse("1234567890s")).isEmpty();
    }
}
