package barnabas.sql.functions.time;

import barnabas.sql.types.Timestamps;
import barnabas.sql.types.ValueProblem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A format in the letters of [DateTimeFormatter]. Fields that a text leaves out are those of 1970-01-01T00:00:00.
final class TimeFormat {
    private static final LocalDate FIRST_DAY = LocalDate.EPOCH;

    private final String pattern;
    private final DateTimeFormatter formatter;

    private TimeFormat(String pattern, DateTimeFormatter formatter) {
        this.pattern = pattern;
        this.formatter = formatter;
    }

    /// @throws ValueProblem when `pattern` is no format
    static TimeFormat of(String pattern) {
        try {
            return new TimeFormat(
                    pattern,
                    new DateTimeFormatterBuilder()
                            .parseCaseInsensitive()
                            .appendPattern(pattern)
                            .toFormatter(Locale.ENGLISH));
        } catch (IllegalArgumentException e) {
            throw new ValueProblem("Invalid date format '" + pattern + "': " + e.getMessage(), e);
        }
    }

    String text(TemporalAccessor moment) {
        try {
            return formatter.format(moment);
        } catch (DateTimeException e) {
            throw new ValueProblem(
                    "Failed to format " + moment + " with formatter '" + pattern + "': " + e.getMessage(), e);
        }
    }

    LocalDate date(String text) {
        TemporalAccessor parsed = parse("date", text);
        if (!hasDate(parsed))
            throw new ValueProblem("Failed to parse date '" + text + "' with formatter '" + pattern
                    + "': the format has no year, month or day");
        return Timestamps.inRange(date(parsed));
    }

    LocalTime time(String text) {
        LocalTime time = parse("time", text).query(TemporalQueries.localTime());
        if (time == null)
            throw new ValueProblem(
                    "Failed to parse time '" + text + "' with formatter '" + pattern + "': the format has no hour");
        return time.truncatedTo(ChronoUnit.MILLIS);
    }

    /// @param zone of texts without a zone; UTC when it is null
    Instant instant(String text, @Nullable ZoneId zone) {
        TemporalAccessor parsed = parse("timestamp", text);
        if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) return Timestamps.inRange(Instant.from(parsed));
        LocalTime time = parsed.query(TemporalQueries.localTime());
        ZoneId own = parsed.query(TemporalQueries.zone());
        ZoneId of = own != null ? own : zone != null ? zone : ZoneOffset.UTC;
        return Timestamps.inRange(date(parsed)
                .atTime(time == null ? LocalTime.MIDNIGHT : time)
                .atZone(of)
                .toInstant());
    }

    private TemporalAccessor parse(String kind, String text) {
        try {
            return formatter.parse(text);
        } catch (DateTimeException e) {
            throw new ValueProblem(
                    "Failed to parse " + kind + " '" + text + "' with formatter '" + pattern + "': " + e.getMessage(),
                    e);
        }
    }

    private static boolean hasDate(TemporalAccessor parsed) {
        return parsed.query(TemporalQueries.localDate()) != null
                || parsed.isSupported(ChronoField.YEAR)
                || parsed.isSupported(ChronoField.MONTH_OF_YEAR)
                || parsed.isSupported(ChronoField.DAY_OF_MONTH);
    }

    private static LocalDate date(TemporalAccessor parsed) {
        LocalDate date = parsed.query(TemporalQueries.localDate());
        if (date != null) return date;
        try {
            return LocalDate.of(
                    field(parsed, ChronoField.YEAR, FIRST_DAY.getYear()),
                    field(parsed, ChronoField.MONTH_OF_YEAR, 1),
                    field(parsed, ChronoField.DAY_OF_MONTH, 1));
        } catch (DateTimeException e) {
            throw new ValueProblem("Failed to parse a date: " + e.getMessage(), e);
        }
    }

    private static int field(TemporalAccessor parsed, ChronoField field, int otherwise) {
        return parsed.isSupported(field) ? parsed.get(field) : otherwise;
    }
}
