package barnabas.sql.functions.time;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Timestamps;
import barnabas.sql.types.ValueProblem;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/// Arithmetic of dates, times and timestamps, their zones, and now.
public final class Clocks {
    private static final String CATEGORY = "Date and time";

    private Clocks() {}

    /// @param millis milliseconds since the epoch, now
    public static List<SqlFunction> all(LongSupplier millis) {
        return List.of(
                Scalar.named("CONVERT_TZ", CATEGORY, "Converts a timestamp from one time zone to another.")
                        .strict(
                                "(timestamp TIMESTAMP, from_zone STRING, to_zone STRING) TIMESTAMP",
                                a -> Timestamps.inRange(LocalDateTime.ofInstant((Instant) a[0], ZoneOffset.UTC)
                                        .atZone(Zones.of((String) a[1]))
                                        .withZoneSameInstant(Zones.of((String) a[2]))
                                        .toLocalDateTime()
                                        .toInstant(ZoneOffset.UTC)))
                        .example("CONVERT_TZ(FROM_UNIXTIME(0), 'UTC', 'Asia/Tokyo') => FROM_UNIXTIME(32400000)")
                        .build(),
                shift("DATEADD", "Adds an interval to a date.", "DATE", 1)
                        .example("DATEADD(DAYS, 1, CAST('2021-02-28' AS DATE)) => CAST('2021-03-01' AS DATE)")
                        .build(),
                shift("DATESUB", "Subtracts an interval from a date.", "DATE", -1)
                        .example("DATESUB(DAYS, 1, CAST('2021-03-01' AS DATE)) => CAST('2021-02-28' AS DATE)")
                        .build(),
                shift("TIMEADD", "Adds an interval to a time, past midnight to the next morning.", "TIME", 1)
                        .example("TIMEADD(HOURS, 2, CAST('23:00:00' AS TIME)) => CAST('01:00:00' AS TIME)")
                        .build(),
                shift("TIMESUB", "Subtracts an interval from a time.", "TIME", -1)
                        .example("TIMESUB(MINUTES, 30, CAST('01:00:00' AS TIME)) => CAST('00:30:00' AS TIME)")
                        .build(),
                shift("TIMESTAMPADD", "Adds an interval to a timestamp.", "TIMESTAMP", 1)
                        .example("TIMESTAMPADD(SECONDS, 1, FROM_UNIXTIME(0)) => FROM_UNIXTIME(1000)")
                        .build(),
                shift("TIMESTAMPSUB", "Subtracts an interval from a timestamp.", "TIMESTAMP", -1)
                        .example("TIMESTAMPSUB(MILLISECONDS, 1, FROM_UNIXTIME(1)) => FROM_UNIXTIME(0)")
                        .build(),
                Scalar.named("FROM_DAYS", CATEGORY, "Converts days since the epoch to a date.")
                        .strict("(days INTEGER) DATE", a -> LocalDate.ofEpochDay((Integer) a[0]))
                        .example("FROM_DAYS(50) => CAST('1970-02-20' AS DATE)")
                        .build(),
                Scalar.named("FROM_UNIXTIME", CATEGORY, "Converts milliseconds since the epoch to a timestamp.")
                        .strict("(milliseconds BIGINT) TIMESTAMP", a -> Instant.ofEpochMilli((Long) a[0]))
                        .example("FROM_UNIXTIME(1000) => CAST('1970-01-01T00:00:01' AS TIMESTAMP)")
                        .build(),
                Scalar.named("UNIX_DATE", CATEGORY, "Returns days since the epoch, of a date or of today in UTC.")
                        .strict("() INTEGER", _ -> (int) Math.floorDiv(millis.getAsLong(), 86_400_000L))
                        .strict("(date DATE) INTEGER", a -> Math.toIntExact(((LocalDate) a[0]).toEpochDay()))
                        .example("UNIX_DATE(CAST('1970-02-20' AS DATE)) => 50")
                        .build(),
                Scalar.named("UNIX_TIMESTAMP", CATEGORY, "Returns milliseconds since the epoch, of a timestamp or now.")
                        .strict("() BIGINT", _ -> millis.getAsLong())
                        .strict("(timestamp TIMESTAMP) BIGINT", a -> ((Instant) a[0]).toEpochMilli())
                        .example("UNIX_TIMESTAMP(CAST('1970-01-01T00:00:01' AS TIMESTAMP)) => 1000")
                        .build());
    }

    private static Scalar.Builder shift(String name, String overview, String type, int sign) {
        return Scalar.named(name, CATEGORY, overview)
                .strict("(unit STRING, interval BIGINT, value " + type + ") " + type, a -> {
                    try {
                        Duration by = Duration.of(Math.multiplyExact((Long) a[1], sign), unit(name, (String) a[0]));
                        return shifted(a[2], by);
                    } catch (DateTimeException | ArithmeticException e) {
                        throw new ValueProblem(
                                name + ": " + a[1] + " " + a[0] + " from " + a[2] + " is out of range", e);
                    }
                });
    }

    private static Object shifted(Object moment, Duration by) {
        return switch (moment) {
            case LocalDate date ->
                Timestamps.inRange(LocalDate.from(date.atStartOfDay().plus(by)));
            case LocalTime time -> time.plus(by);
            case Instant instant -> Timestamps.inRange(instant.plus(by));
            default -> throw new IllegalArgumentException("no moment: " + moment.getClass());
        };
    }

    private static ChronoUnit unit(String name, String unit) {
        return switch (unit.toUpperCase(Locale.ROOT)) {
            case "DAY", "DAYS" -> ChronoUnit.DAYS;
            case "HOUR", "HOURS" -> ChronoUnit.HOURS;
            case "MINUTE", "MINUTES" -> ChronoUnit.MINUTES;
            case "SECOND", "SECONDS" -> ChronoUnit.SECONDS;
            case "MILLISECOND", "MILLISECONDS" -> ChronoUnit.MILLIS;
            default ->
                throw new ValueProblem(
                        name + ": unknown unit '" + unit + "': use one of DAYS, HOURS, MINUTES, SECONDS, MILLISECONDS");
        };
    }
}
