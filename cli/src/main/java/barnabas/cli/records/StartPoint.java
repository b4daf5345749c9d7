package barnabas.cli.records;

import barnabas.base.Clock;
import barnabas.cli.console.Durations;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.TopicPartition;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Start position in a partition.
public sealed interface StartPoint {
    record Beginning() implements StartPoint {}

    record End() implements StartPoint {}

    record Offset(long offset) implements StartPoint {}

    /// The first record that is not older.
    record Time(long millis) implements StartPoint {}

    /// From here on a number is milliseconds since 1970 (it was 2001), below it is an offset.
    long FIRST_TIME_MILLIS = 1_000_000_000_000L;

    /// Reads `beginning`, `end`, an offset, or a time: milliseconds since 1970 (13 digits, or `@` in front),
    /// ISO 8601 (without a zone in that of this machine), or back from now as in `-90s -30m -1h -7d`.
    ///
    /// @throws IllegalArgumentException with a sentence about what is wrong
    static StartPoint parse(String text, Clock clock, ZoneId zone) {
        switch (text) {
            case "beginning", "earliest" -> {
                return new Beginning();
            }
            case "end", "latest" -> {
                return new End();
            }
            default -> {}
        }
        boolean explicitTime = text.startsWith("@");
        var number = number(explicitTime ? text.substring(1) : text);
        if (number.isPresent()) {
            long value = number.get();
            return explicitTime || value >= FIRST_TIME_MILLIS ? new Time(value) : new Offset(value);
        }
        if (text.startsWith("-")) {
            var back = Durations.parse(text.substring(1));
            if (back.isPresent())
                return new Time(Math.max(0, clock.millis() - back.get().toMillis()));
        }
        var instant = instant(text, zone);
        if (instant.isPresent()) return new Time(Math.max(0, instant.get().toEpochMilli()));
        throw new IllegalArgumentException(
                "'" + text + "' is neither beginning, end, an offset nor a time like 2026-11-21T08:00 or -1h");
    }

    /// Its offset in each partition; negative, or none, where no record is that young.
    default Map<TopicPartition, Long> offsets(
            Cluster cluster, List<TopicPartition> partitions, IsolationLevel isolation) throws ClientException {
        return switch (this) {
            case Beginning() -> asked(cluster, partitions, new OffsetSpec.Earliest(), isolation);
            case End() -> asked(cluster, partitions, new OffsetSpec.Latest(), isolation);
            case Time(long millis) -> asked(cluster, partitions, new OffsetSpec.AtTime(millis), isolation);
            case Offset(long offset) -> {
                var same = new HashMap<TopicPartition, Long>();
                for (var partition : partitions) same.put(partition, offset);
                yield same;
            }
        };
    }

    private static Map<TopicPartition, Long> asked(
            Cluster cluster, List<TopicPartition> partitions, OffsetSpec where, IsolationLevel isolation)
            throws ClientException {
        var offsets = new HashMap<TopicPartition, Long>();
        Offsets.list(cluster, partitions, where, isolation)
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static Optional<Long> number(String text) {
        if (text.isEmpty() || text.length() > 18) return Optional.empty();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') return Optional.empty();
        }
        return Optional.of(Long.parseLong(text));
    }

    private static Optional<Instant> instant(String text, ZoneId zone) {
        String iso = text.replace(' ', 'T');
        try {
            return Optional.of(OffsetDateTime.parse(iso).toInstant());
        } catch (DateTimeException e) {
            // Without a zone, then.
        }
        try {
            return Optional.of(LocalDateTime.parse(iso).atZone(zone).toInstant());
        } catch (DateTimeException e) {
            // Only a day, then.
        }
        try {
            return Optional.of(LocalDate.parse(iso).atStartOfDay(zone).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
