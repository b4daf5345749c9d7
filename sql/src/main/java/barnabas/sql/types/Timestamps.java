package barnabas.sql.types;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/// Texts of points in time as statements hold them: `2020-01-17T09:30:00.000`, shorter forms down to the year, and with
/// a zone behind a time (`+0100`, `+01:00`, `Z`); UTC without one.
public final class Timestamps {
    private static final DateTimeFormatter DAY = new DateTimeFormatterBuilder()
            .appendPattern("uuuu[-MM[-dd]]")
            .parseDefaulting(ChronoField.MONTH_OF_YEAR, 1)
            .parseDefaulting(ChronoField.DAY_OF_MONTH, 1)
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH[:mm[:ss]]")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .parseDefaulting(ChronoField.MINUTE_OF_HOUR, 0)
            .parseDefaulting(ChronoField.SECOND_OF_MINUTE, 0)
            .toFormatter(Locale.ROOT);

    private Timestamps() {}

    /// @throws ValueProblem when `text` is no point in time
    public static Instant parse(String text) {
        try {
            String trimmed = text.strip();
            int day = trimmed.indexOf('T');
            if (day < 0) day = trimmed.indexOf(' ');
            if (day < 0)
                return LocalDate.parse(trimmed, DAY)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant();
            LocalDate date = LocalDate.parse(trimmed.substring(0, day), DAY);
            String time = trimmed.substring(day + 1);
            int zone = zoneAt(time);
            ZoneId offset = zone == time.length() ? ZoneOffset.UTC : ZoneId.of(time.substring(zone));
            String clock = time.substring(0, zone);
            LocalTime of = clock.isEmpty() ? LocalTime.MIDNIGHT : LocalTime.parse(clock, TIME);
            return inRange(date.atTime(of).atZone(offset).toInstant());
        } catch (DateTimeException e) {
            throw new ValueProblem(
                    "Failed to parse timestamp '" + text
                            + "': use yyyy-MM-ddTHH:mm:ss.SSS, with a zone as +0100 if needed",
                    e);
        }
    }

    /// `instant`, to the millisecond.
    ///
    /// @throws ValueProblem when its milliseconds since the epoch are no BIGINT
    public static Instant inRange(Instant instant) {
        try {
            return Instant.ofEpochMilli(instant.toEpochMilli());
        } catch (ArithmeticException e) {
            throw new ValueProblem("The timestamp " + instant + " is out of range", e);
        }
    }

    /// @throws ValueProblem when the days since the epoch of `date` are no INTEGER
    public static LocalDate inRange(LocalDate date) {
        if (date.toEpochDay() != (int) date.toEpochDay())
            throw new ValueProblem("The date " + date + " is out of range");
        return date;
    }

    private static int zoneAt(String time) {
        for (int at = 0; at < time.length(); at++) {
            char c = time.charAt(at);
            if (c == '+' || c == '-' || c == 'Z') return at;
        }
        return time.length();
    }
}
