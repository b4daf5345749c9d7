package barnabas.base;

/// Numbers of a fixed width in names and files.
public final class Digits {
    private Digits() {}

    /// The number with leading zeros. Not by a format: that takes the digits of the process's language, which no
    /// start would find again, and loads the language's data at each start.
    ///
    /// @param number not negative, of at most `width` digits
    public static String decimal(long number, int width) {
        return withZeros(Long.toString(number), width);
    }

    /// As [#decimal], in hexadecimal.
    public static String hexadecimal(long number, int width) {
        return withZeros(Long.toHexString(number), width);
    }

    private static String withZeros(String digits, int width) {
        return "0".repeat(width - digits.length()) + digits;
    }
}
