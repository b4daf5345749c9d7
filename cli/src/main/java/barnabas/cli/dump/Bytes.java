package barnabas.cli.dump;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Bytes for people: quoted text when they are text, hexadecimal otherwise, not too long.
final class Bytes {
    private static final int SHOWN_MAX = 200;

    private Bytes() {}

    static String text(@Nullable ByteBuffer bytes) {
        if (bytes == null) return "null";
        int shown = Math.min(bytes.remaining(), SHOWN_MAX);
        var view = bytes.slice(bytes.position(), shown);
        String rest = bytes.remaining() > shown ? "... (" + bytes.remaining() + " bytes)" : "";
        String text = decode(view);
        return (text == null ? "0x" + hex(view) : quote(text)) + rest;
    }

    /// Null when it is no text. A character cut in two at the end is dropped.
    private static @Nullable String decode(ByteBuffer bytes) {
        for (int cut = 0; cut < 4 && cut <= bytes.remaining(); cut++) {
            try {
                var text = StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)
                        .decode(bytes.slice(bytes.position(), bytes.remaining() - cut))
                        .toString();
                boolean printable =
                        text.chars().allMatch(each -> each >= ' ' || each == '\n' || each == '\t' || each == '\r');
                return printable && !text.contains("\u007f") ? text : null;
            } catch (CharacterCodingException e) {
                if (bytes.remaining() < SHOWN_MAX) return null;
            }
        }
        return null;
    }

    private static String quote(String text) {
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                        .replace("\r", "\\r")
                + '"';
    }

    private static String hex(ByteBuffer bytes) {
        var hex = new StringBuilder(bytes.remaining() * 2);
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            hex.append(Character.forDigit((bytes.get(i) >> 4) & 0xf, 16))
                    .append(Character.forDigit(bytes.get(i) & 0xf, 16));
        }
        return hex.toString();
    }
}
