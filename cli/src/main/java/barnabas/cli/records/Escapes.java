package barnabas.cli.records;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Text from the command line as bytes, with the escapes that shells leave alone: `\n \t \r \0 \\ \xHH`.
public final class Escapes {
    private Escapes() {}

    /// @throws IllegalArgumentException with a sentence about what is wrong
    public static byte[] bytes(String text) {
        var bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            char each = text.charAt(at);
            if (each != '\\') {
                int next = text.offsetByCodePoints(at, 1);
                bytes.writeBytes(text.substring(at, next).getBytes(StandardCharsets.UTF_8));
                at = next;
                continue;
            }
            if (at + 1 == text.length()) throw new IllegalArgumentException("'" + text + "' ends with a lone \\");
            char escaped = text.charAt(at + 1);
            at += 2;
            switch (escaped) {
                case 'n' -> bytes.write('\n');
                case 't' -> bytes.write('\t');
                case 'r' -> bytes.write('\r');
                case '0' -> bytes.write(0);
                case '\\' -> bytes.write('\\');
                case 'x' -> {
                    bytes.write(hex(text, at));
                    at += 2;
                }
                default ->
                    throw new IllegalArgumentException(
                            "'" + text + "': no escape \\" + escaped + "; there are \\n \\t \\r \\0 \\\\ \\xHH");
            }
        }
        return bytes.toByteArray();
    }

    private static int hex(String text, int at) {
        try {
            return Integer.parseInt(text, at, at + 2, 16);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("'" + text + "': \\x takes two hexadecimal digits", e);
        }
    }
}
