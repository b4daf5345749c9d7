package barnabas.sql.topology;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/// Times of records out of a column.
final class RecordTimes {
    private final boolean key;
    private final int place;
    private final @Nullable DateTimeFormatter formatter;
    private final boolean strict;

    private RecordTimes(boolean key, int place, @Nullable DateTimeFormatter formatter, boolean strict) {
        this.strict = strict;
        this.key = key;
        this.place = place;
        this.formatter = formatter;
    }

    /// The times of a source's records; empty when they are the topic's own.
    ///
    /// @throws SqlProblem when the column cannot give a time
    ///
    /// @param strict a row without a time ends the query; else it is left out
    static Optional<RecordTimes> of(DataSource source, boolean strict) {
        DataSource.TimestampColumn timestamp = source.encoding().timestamp();
        if (timestamp == null) return Optional.empty();
        Schema schema = source.schema();
        Column column = schema.find(timestamp.column())
                .orElseThrow(() ->
                        new SqlProblem("The TIMESTAMP column set in the WITH clause does not exist in the schema: '"
                                + Names.text(timestamp.column()) + "'"));
        boolean key = column.role() == Column.Role.KEY;
        List<Column> side = key ? schema.keys() : schema.values();
        boolean text = column.type() == SqlType.STRING;
        if (text && timestamp.format() == null)
            throw new SqlProblem(
                    "The timestamp column " + Names.text(column.name()) + " is a STRING: give its TIMESTAMP_FORMAT");
        if (!text && column.type() != SqlType.BIGINT && column.type() != SqlType.TIMESTAMP)
            throw new SqlProblem("The timestamp column " + Names.text(column.name()) + " has type " + column.type()
                    + ", but must be a BIGINT, a TIMESTAMP, or a STRING with TIMESTAMP_FORMAT.");
        if (!text && timestamp.format() != null)
            throw new SqlProblem(
                    "'TIMESTAMP_FORMAT' set in the WITH clause can only be used when the timestamp column is of type STRING.");
        DateTimeFormatter formatter = text && timestamp.format() != null ? formatter(timestamp.format()) : null;
        return Optional.of(new RecordTimes(key, side.indexOf(column), formatter, strict));
    }

    private static DateTimeFormatter formatter(String pattern) {
        try {
            return new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .appendPattern(pattern)
                    .toFormatter(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new SqlProblem("The TIMESTAMP_FORMAT '" + pattern + "' is no pattern: " + e.getMessage(), e);
        }
    }

    /// Milliseconds since 1970; -1 when the row has no time.
    ///
    /// @throws StreamsException when the row has no time and each must have one
    long of(@Nullable Row keyRow, @Nullable Row value) {
        Row row = key ? keyRow : value;
        Object found = row == null ? null : row.value(place);
        long time = switch (found) {
            case Long millis -> millis;
            case Instant instant -> instant.toEpochMilli();
            case String text when formatter != null -> parsed(text, formatter);
            case null, default -> -1;
        };
        if (strict && time < 0) throw new StreamsException("Failed to extract the timestamp of a record from " + found);
        return time;
    }

    private static long parsed(String text, DateTimeFormatter formatter) {
        try {
            TemporalAccessor parsed = formatter.parse(text);
            LocalTime time = parsed.query(TemporalQueries.localTime());
            ZoneId zone = parsed.query(TemporalQueries.zone());
            return date(parsed)
                    .atTime(time == null ? LocalTime.MIDNIGHT : time)
                    .atZone(zone == null ? ZoneOffset.UTC : zone)
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeException e) {
            return -1;
        }
    }

    /// The date, with 1970-01-01 for what the pattern leaves out.
    private static LocalDate date(TemporalAccessor parsed) {
        LocalDate date = parsed.query(TemporalQueries.localDate());
        if (date != null) return date;
        return LocalDate.of(
                field(parsed, ChronoField.YEAR, LocalDate.EPOCH.getYear()),
                field(parsed, ChronoField.MONTH_OF_YEAR, 1),
                field(parsed, ChronoField.DAY_OF_MONTH, 1));
    }

    private static int field(TemporalAccessor parsed, ChronoField field, int otherwise) {
        return parsed.isSupported(field) ? parsed.get(field) : otherwise;
    }
}
