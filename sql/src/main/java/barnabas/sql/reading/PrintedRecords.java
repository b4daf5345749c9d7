package barnabas.sql.reading;

import barnabas.sql.registry.ShownRecords;
import barnabas.sql.syntax.Inquiry;
import barnabas.sql.types.ValueText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Records of a topic as lines of text, for PRINT. Those with a schema of the registry are shown as JSON, other bytes
/// that are no text as base64.
public final class PrintedRecords {
    private static final Duration POLL = Duration.ofMillis(500);

    /// Takes a line.
    @FunctionalInterface
    public interface Lines {
        void line(String line) throws IOException;
    }

    /// Looks whether the reader is still there.
    @FunctionalInterface
    public interface Idle {
        boolean goesOn() throws IOException;
    }

    private final TopicRead topic;
    private final Inquiry.Print print;

    private final @Nullable ShownRecords schemas;

    /// @param earliest the session reads from the start
    /// @param schemas of a registry; null without one
    public PrintedRecords(
            Map<String, Object> client, Inquiry.Print print, boolean earliest, @Nullable ShownRecords schemas) {
        this.print = print;
        this.schemas = schemas;
        topic = new TopicRead(client, print.topic(), print.fromBeginning() || earliest);
    }

    /// Gives lines until the limit is reached or the reader is gone.
    public void run(Lines lines, Idle idle) throws IOException {
        long seen = 0;
        long left = print.limit() == null ? Long.MAX_VALUE : print.limit();
        boolean headed = false;
        try {
            while (left > 0) {
                for (ConsumerRecord<byte[], byte[]> each : topic.next(POLL)) {
                    if (seen++ % print.every() != 0) continue;
                    if (!headed) {
                        lines.line("Key format: " + format(each.key()));
                        lines.line("Value format: " + format(each.value()));
                        headed = true;
                    }
                    lines.line("rowtime: " + time(each) + ", key: " + text(each.key()) + ", value: "
                            + text(each.value()) + ", partition: " + each.partition());
                    if (--left <= 0) break;
                }
                if (!idle.goesOn()) return;
            }
        } finally {
            topic.end();
        }
    }

    private static String time(ConsumerRecord<byte[], byte[]> record) {
        return record.timestamp() < 0
                ? "N/A"
                : ValueText.of(Instant.ofEpochMilli(record.timestamp()))
                                .replace('-', '/')
                                .replace('T', ' ') + " Z";
    }

    private Optional<ShownRecords.Shown> shown(byte[] bytes) {
        return schemas == null ? Optional.empty() : schemas.text(bytes);
    }

    private String format(byte @Nullable [] bytes) {
        if (bytes == null) return "¯\\_(ツ)_/¯ - no data processed";
        Optional<ShownRecords.Shown> shown = shown(bytes);
        if (shown.isPresent()) return shown.get().format();
        String text = plain(bytes);
        if (text == null) return "KAFKA_BIGINT or KAFKA_DOUBLE or KAFKA_INT or binary";
        String stripped = text.strip();
        return stripped.startsWith("{") || stripped.startsWith("[") ? "JSON or KAFKA_STRING" : "KAFKA_STRING";
    }

    private String text(byte @Nullable [] bytes) {
        if (bytes == null) return "<null>";
        Optional<ShownRecords.Shown> shown = shown(bytes);
        if (shown.isPresent()) return shown.get().text();
        String text = plain(bytes);
        if (text != null) return text;
        if (bytes.length == Integer.BYTES)
            return String.valueOf(ByteBuffer.wrap(bytes).getInt());
        if (bytes.length == Long.BYTES)
            return String.valueOf(ByteBuffer.wrap(bytes).getLong());
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static @Nullable String plain(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            boolean control = text.chars().anyMatch(c -> c < ' ' && c != '\t' && c != '\n' && c != '\r');
            return control ? null : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
