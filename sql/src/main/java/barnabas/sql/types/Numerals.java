package barnabas.sql.types;

import java.math.BigDecimal;

/// Numbers in texts that clients choose.
public final class Numerals {
    /// The time of [BigDecimal]'s constructor grows with the square of the digits: a million take 18 seconds.
    public static final int LENGTH_MAX = 10_000;

    private Numerals() {}

    /// The number in `text`, which may have any exponent: its digits must not be written out before they are counted.
    ///
    /// @throws NumberFormatException when there is none, or more than [#LENGTH_MAX] characters
    public static BigDecimal exact(String text) {
        String number = text.strip();
        if (number.length() > LENGTH_MAX) throw new NumberFormatException("more than " + LENGTH_MAX + " characters");
        return new BigDecimal(number);
    }
}
