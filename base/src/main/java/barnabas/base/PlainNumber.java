package barnabas.base;

import java.math.BigDecimal;

/// Decimal numbers as texts without an exponent, where that is not too long: `1e999999999` takes 11 bytes in a record
/// and a gigabyte without its exponent.
public final class PlainNumber {
    private static final int DIGITS_MAX = 1_000;

    private PlainNumber() {}

    /// Without an exponent, or with one where that would be longer than 1,000 digits on a side of the point.
    public static String text(BigDecimal number) {
        return isShort(number) ? number.toPlainString() : number.toString();
    }

    /// Whether there are at most 1,000 digits on each side of the point.
    public static boolean isShort(BigDecimal number) {
        return number.scale() <= DIGITS_MAX && (long) number.precision() - number.scale() <= DIGITS_MAX;
    }
}
