package barnabas.sql.functions.text;

import barnabas.sql.types.ValueProblem;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/// Encodings of bytes as text: `hex`, `utf8`, `ascii` and `base64`.
enum Encoding {
    HEX,
    UTF8,
    ASCII,
    BASE64;

    /// @throws ValueProblem for a name that is none of them
    static Encoding of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "hex" -> HEX;
            case "utf8" -> UTF8;
            case "ascii" -> ASCII;
            case "base64" -> BASE64;
            default ->
                throw new ValueProblem("Unsupported encoding '" + name + "': use one of hex, utf8, ascii, base64");
        };
    }

    /// @throws ValueProblem when `text` is not in this encoding
    byte[] decode(String text) {
        try {
            return switch (this) {
                case HEX -> HexFormat.of().parseHex(digits(text));
                case UTF8 -> text.getBytes(StandardCharsets.UTF_8);
                case ASCII -> text.getBytes(StandardCharsets.US_ASCII);
                case BASE64 -> Base64.getDecoder().decode(text);
            };
        } catch (IllegalArgumentException e) {
            throw new ValueProblem(
                    "'" + shorten(text) + "' is not in the encoding " + name().toLowerCase(Locale.ROOT), e);
        }
    }

    /// Hexadecimal digits out of `0x0a`, `x'0a'` or `0a`, with a zero in front of an odd number of them.
    private static String digits(String text) {
        String digits = text;
        if (text.startsWith("0x") || text.startsWith("0X")) digits = text.substring(2);
        else if ((text.startsWith("x'") || text.startsWith("X'")) && text.endsWith("'") && text.length() > 2)
            digits = text.substring(2, text.length() - 1);
        return digits.length() % 2 == 0 ? digits : "0" + digits;
    }

    String encode(byte[] bytes) {
        return switch (this) {
            case HEX -> HexFormat.of().formatHex(bytes);
            case UTF8 -> new String(bytes, StandardCharsets.UTF_8);
            case ASCII -> new String(bytes, StandardCharsets.US_ASCII);
            case BASE64 -> Base64.getEncoder().encodeToString(bytes);
        };
    }

    static byte[] bytes(Object value) {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    static ByteBuffer value(byte[] bytes) {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }
}
