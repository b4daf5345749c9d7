package barnabas.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.client.consumer.ConsumerRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFormatTest {
    private static final ConsumerRecord RECORD = new ConsumerRecord(
            "orders",
            2,
            41,
            1_700_000_000_000L,
            ByteBuffer.wrap("alice".getBytes(StandardCharsets.UTF_8)),
            ByteBuffer.wrap("12 äpfel".getBytes(StandardCharsets.UTF_8)),
            List.of());

    private static String format(String format) {
        return new String(new RecordFormat(format).format(RECORD), StandardCharsets.UTF_8);
    }

    @Test
    void fillsInTheFields() {
        assertThat(format("%t %p %o %k %v %T\\n")).isEqualTo("orders 2 41 alice 12 äpfel 1700000000000\n");
        assertThat(format("100%% %k%k")).isEqualTo("100% alicealice");
        assertThat(format("")).isEmpty();
        assertThat(format("é%v")).isEqualTo("é12 äpfel");
    }

    @Test
    void understandsEscapes() {
        assertThat(format("a\\tb\\\\n\\r\\0\\x41\\x7c%k")).isEqualTo("a\tb\\n\r\u0000A|alice");
        // An escaped percent sign is none, and a percent sign behind an escape is one.
        assertThat(format("\\x25k %k")).isEqualTo("%k alice");
    }

    @Test
    void writesBytesAsTheyAre() {
        byte[] noise = new byte[256];
        for (int i = 0; i < 256; i++) noise[i] = (byte) i;
        var record =
                new ConsumerRecord("t", 0, 0, -1, null, ByteBuffer.wrap(noise).asReadOnlyBuffer(), List.of());
        assertThat(new RecordFormat("%k%v").format(record)).isEqualTo(noise);
        assertThat(record.value().remaining()).isEqualTo(256);
    }

    @ParameterizedTest
    @CsvSource({"%x, no field %x", "%, lone %", "a\\, lone \\", "\\q, no escape \\q", "\\x4, two hexadecimal digits"})
    void saysWhatIsWrong(String format, String message) {
        assertThatThrownBy(() -> new RecordFormat(format))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\xzz", "\\x", "\\x1"})
    void refusesHalfEscapes(String text) {
        assertThatThrownBy(() -> Escapes.bytes(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
