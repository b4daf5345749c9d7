package barnabas.console.resources;

import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonTree;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.ReadRecord;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Bytes of a key, a value or a header as people can read them: JSON, text, or hexadecimal digits.
final class ShownBytes {
    private static final int HEX_BYTES_MAX = 2 << 10;

    private ShownBytes() {}

    /// As the other one; data of a schema as JSON.
    static @Nullable JsonObject of(@Nullable ByteBuffer bytes, int wholeBytes, KnownSchemas schemas) {
        if (bytes != null && bytes.remaining() == wholeBytes) {
            Optional<String> json = schemas.json(bytes);
            if (json.isPresent())
                return new JsonObject()
                        .put("format", "json")
                        .put("text", json.get())
                        .put("bytes", wholeBytes)
                        .put("cut", false)
                        .put("schemaId", KnownSchemas.id(bytes));
        }
        return of(bytes, wholeBytes);
    }

    /// @param wholeBytes of which `bytes` may be the beginning only
    static @Nullable JsonObject of(@Nullable ByteBuffer bytes, int wholeBytes) {
        if (bytes == null) return null;
        byte[] content = ReadRecord.bytes(bytes);
        boolean cut = content.length < wholeBytes;
        Optional<String> text = text(content, cut);
        if (text.isPresent()) {
            boolean json = !cut && JsonTree.parseIfStructured(content).isPresent();
            return new JsonObject()
                    .put("format", json ? "json" : "text")
                    .put("text", text.get())
                    .put("bytes", wholeBytes)
                    .put("cut", cut);
        }
        int shown = Math.min(content.length, HEX_BYTES_MAX);
        var hex = new JsonObject()
                .put("format", "hex")
                .put("text", HexFormat.of().formatHex(content, 0, shown))
                .put("bytes", wholeBytes)
                .put("cut", shown < wholeBytes);
        if (KnownSchemas.hasId(bytes)) hex.put("schemaId", KnownSchemas.id(bytes));
        return hex;
    }

    /// Empty when it is no text.
    private static Optional<String> text(byte[] content, boolean cut) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        var chars = CharBuffer.allocate(content.length);
        // The last character of a text that was cut may be there in part.
        CoderResult result = decoder.decode(ByteBuffer.wrap(content), chars, !cut);
        if (result.isError()) return Optional.empty();
        chars.flip();
        for (int i = 0; i < chars.length(); i++) {
            char c = chars.charAt(i);
            boolean control = (c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 0x7f;
            if (control) return Optional.empty();
        }
        return Optional.of(chars.toString());
    }
}
