package barnabas.cli.console;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/// Times as commands take them: a whole number and a unit, in one form for all options.
public final class Durations {
    private static final int DIGITS_MAX = 9;

    private Durations() {}

    public static void registerWith(CommandLine line) {
        line.registerConverter(
                Duration.class,
                text -> parse(text)
                        .orElseThrow(
                                () -> new TypeConversionException("'" + text + "' is not a time like 90s, 15m or 1h")));
    }

    /// `500ms`, `90s`, `30m`, `1h`, `7d`; empty for everything else.
    public static Optional<Duration> parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') digits++;
        if (digits == 0 || digits > DIGITS_MAX) return Optional.empty();
        long amount = Long.parseLong(text, 0, digits, 10);
        return switch (text.substring(digits)) {
            case "ms" -> Optional.of(Duration.ofMillis(amount));
            case "s" -> Optional.of(Duration.ofSeconds(amount));
            case "m" -> Optional.of(Duration.ofMinutes(amount));
            case "h" -> Optional.of(Duration.ofHours(amount));
            case "d" -> Optional.of(Duration.ofDays(amount));
            default -> Optional.empty();
        };
    }
}
