package barnabas.cli.records;

import barnabas.client.consumer.ConsumerRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Form in which a record is printed: `%t` topic, `%p` partition, `%o` offset, `%k` key, `%v` value, `%T` timestamp
/// in milliseconds since 1970, `%%` a percent sign, and the escapes of [Escapes]. Keys and values go out as the bytes
/// they are; one that is null prints nothing.
public final class RecordFormat {
    private sealed interface Part {
        record Literal(ByteBuffer bytes) implements Part {}

        record Field(char letter) implements Part {}
    }

    private final List<Part> parts = new ArrayList<>();

    /// @throws IllegalArgumentException with a sentence about what is wrong
    public RecordFormat(String format) {
        var literal = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char each = format.charAt(at++);
            if (each == '\\' && at < format.length()) {
                literal.append(each).append(format.charAt(at++));
            } else if (each != '%') {
                literal.append(each);
            } else if (at == format.length()) {
                throw new IllegalArgumentException("'" + format + "' ends with a lone %");
            } else {
                char letter = format.charAt(at++);
                if (letter == '%') {
                    literal.append('%');
                    continue;
                }
                if ("tpokvT".indexOf(letter) < 0) {
                    throw new IllegalArgumentException(
                            "'" + format + "': no field %" + letter + "; there are %t %p %o %k %v %T");
                }
                end(literal);
                parts.add(new Part.Field(letter));
            }
        }
        end(literal);
    }

    private void end(StringBuilder literal) {
        if (!literal.isEmpty()) parts.add(new Part.Literal(ByteBuffer.wrap(Escapes.bytes(literal.toString()))));
        literal.setLength(0);
    }

    public void write(ConsumerRecord record, OutputStream out) throws IOException {
        for (var part : parts) {
            switch (part) {
                case Part.Literal(var bytes) -> write(bytes, out);
                case Part.Field(char letter) -> write(letter, record, out);
            }
        }
    }

    private static void write(char letter, ConsumerRecord record, OutputStream out) throws IOException {
        switch (letter) {
            case 't' -> out.write(record.topic().getBytes(StandardCharsets.UTF_8));
            case 'p' -> write(record.partition(), out);
            case 'o' -> write(record.offset(), out);
            case 'T' -> write(record.timestampMillis(), out);
            case 'k' -> write(record.key(), out);
            case 'v' -> write(record.value(), out);
            default -> throw new IllegalStateException("bug: field " + letter);
        }
    }

    private static void write(long number, OutputStream out) throws IOException {
        out.write(Long.toString(number).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void write(@Nullable ByteBuffer bytes, OutputStream out) throws IOException {
        if (bytes == null) return;
        if (bytes.hasArray()) {
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            return;
        }
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        out.write(copy);
    }

    /// The printed record, for tests and previews.
    byte[] format(ConsumerRecord record) {
        var out = new ByteArrayOutputStream();
        try {
            write(record, out);
        } catch (IOException e) {
            throw new IllegalStateException("bug: memory does not fail", e);
        }
        return out.toByteArray();
    }
}
