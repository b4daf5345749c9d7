package barnabas.sql.functions.time;

import barnabas.sql.functions.Remembered;
import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// Dates, times and timestamps as text and back, those of the deprecated functions as numbers.
public final class Texts {
    private static final String CATEGORY = "Date and time";
    private static final String DEPRECATED = "Deprecated";

    private Texts() {}

    public static List<SqlFunction> all() {
        List<SqlFunction> all = new ArrayList<>(current());
        all.addAll(deprecated());
        return all;
    }

    private static List<SqlFunction> current() {
        return List.of(
                one(
                                "FORMAT_DATE",
                                CATEGORY,
                                "Converts a date to text.",
                                "(date DATE, format STRING) STRING",
                                (f, a) -> f.text((LocalDate) a[0]))
                        .example("FORMAT_DATE(CAST('2021-03-04' AS DATE), 'dd/MM/yyyy') => '04/03/2021'")
                        .build(),
                one(
                                "FORMAT_TIME",
                                CATEGORY,
                                "Converts a time to text.",
                                "(time TIME, format STRING) STRING",
                                (f, a) -> f.text((LocalTime) a[0]))
                        .example("FORMAT_TIME(CAST('13:25:10' AS TIME), 'HH.mm') => '13.25'")
                        .build(),
                zoned(
                                "FORMAT_TIMESTAMP",
                                CATEGORY,
                                "Converts a timestamp to text, in UTC unless a zone is given.",
                                "timestamp TIMESTAMP",
                                "STRING",
                                (f, a, zone) -> f.text(((Instant) a[0]).atZone(zone)))
                        .example("FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'yyyy-MM-dd HH:mm') => '1970-01-01 00:00'")
                        .example("FORMAT_TIMESTAMP(FROM_UNIXTIME(0), 'HH:mm', 'Asia/Tokyo') => '09:00'")
                        .build(),
                one(
                                "PARSE_DATE",
                                CATEGORY,
                                "Reads a date from text.",
                                "(text STRING, format STRING) DATE",
                                (f, a) -> f.date((String) a[0]))
                        .example("PARSE_DATE('04/03/2021', 'dd/MM/yyyy') => CAST('2021-03-04' AS DATE)")
                        .build(),
                one(
                                "PARSE_TIME",
                                CATEGORY,
                                "Reads a time from text.",
                                "(text STRING, format STRING) TIME",
                                (f, a) -> f.time((String) a[0]))
                        .example("PARSE_TIME('13.25', 'HH.mm') => CAST('13:25' AS TIME)")
                        .build(),
                zoned(
                                "PARSE_TIMESTAMP",
                                CATEGORY,
                                "Reads a timestamp from text, in UTC unless a zone is given.",
                                "text STRING",
                                "TIMESTAMP",
                                (f, a, zone) -> f.instant((String) a[0], zone))
                        .example(
                                "PARSE_TIMESTAMP('1970-01-01 09:00', 'yyyy-MM-dd HH:mm', 'Asia/Tokyo') => FROM_UNIXTIME(0)")
                        .build());
    }

    private static List<SqlFunction> deprecated() {
        return List.of(
                one(
                                "DATETOSTRING",
                                DEPRECATED,
                                "Converts days since the epoch to text; use FORMAT_DATE.",
                                "(days INTEGER, format STRING) STRING",
                                (f, a) -> f.text(LocalDate.ofEpochDay((Integer) a[0])))
                        .example("DATETOSTRING(1, 'yyyy-MM-dd') => '1970-01-02'")
                        .build(),
                one(
                                "STRINGTODATE",
                                DEPRECATED,
                                "Reads days since the epoch from text; use PARSE_DATE.",
                                "(text STRING, format STRING) INTEGER",
                                (f, a) -> Math.toIntExact(f.date((String) a[0]).toEpochDay()))
                        .example("STRINGTODATE('1970-01-02', 'yyyy-MM-dd') => 1")
                        .build(),
                zoned(
                                "STRINGTOTIMESTAMP",
                                DEPRECATED,
                                "Reads milliseconds since the epoch; use PARSE_TIMESTAMP.",
                                "text STRING",
                                "BIGINT",
                                (f, a, zone) -> f.instant((String) a[0], zone).toEpochMilli())
                        .example("STRINGTOTIMESTAMP('1970-01-01 00:00:01', 'yyyy-MM-dd HH:mm:ss') => 1000")
                        .build(),
                zoned(
                                "TIMESTAMPTOSTRING",
                                DEPRECATED,
                                "Converts milliseconds to text; use FORMAT_TIMESTAMP.",
                                "milliseconds BIGINT",
                                "STRING",
                                (f, a, zone) ->
                                        f.text(Instant.ofEpochMilli((Long) a[0]).atZone(zone)))
                        .example("TIMESTAMPTOSTRING(1000, 'yyyy-MM-dd HH:mm:ss') => '1970-01-01 00:00:01'")
                        .build());
    }

    @FunctionalInterface
    private interface WithFormat {
        Object on(TimeFormat format, Object[] arguments);
    }

    @FunctionalInterface
    private interface WithZone {
        Object on(TimeFormat format, Object[] arguments, ZoneId zone);
    }

    private static Scalar.Builder one(
            String name, String category, String overview, String signature, WithFormat work) {
        return Scalar.named(name, category, overview).strictWith(signature, () -> {
            Remembered<TimeFormat> formats = new Remembered<>(TimeFormat::of);
            return a -> work.on(formats.of((String) a[1]), a);
        });
    }

    private static Scalar.Builder zoned(
            String name, String category, String overview, String value, String type, WithZone work) {
        return one(
                        name,
                        category,
                        overview,
                        "(" + value + ", format STRING) " + type,
                        (format, a) -> work.on(format, a, ZoneOffset.UTC))
                .strictWith("(" + value + ", format STRING, zone STRING) " + type, () -> {
                    Remembered<TimeFormat> formats = new Remembered<>(TimeFormat::of);
                    Remembered<ZoneId> zones = new Remembered<>(Zones::of);
                    return a -> work.on(formats.of((String) a[1]), a, zones.of((String) a[2]));
                });
    }
}
