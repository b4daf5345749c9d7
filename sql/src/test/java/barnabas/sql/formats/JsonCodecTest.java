package barnabas.sql.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.types.SqlType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

/// Bytes that the format JSON reads.
class JsonCodecTest {
    private static final List<Column> COLUMNS =
            List.of(Column.value("A", SqlType.INTEGER), Column.value("b", SqlType.INTEGER));
    private static final Format.Codec CODEC = Format.JSON.codec(COLUMNS, false, Format.Options.DEFAULT);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// JSON_SR writes a byte 0 and the four of a schema's id in front.
    @Test
    void recordsWithTheIdOfASchemaAreRead() {
        byte[] json = bytes("{\"A\":1,\"b\":2}");
        byte[] framed = ByteBuffer.allocate(5 + json.length)
                .put((byte) 0)
                .putInt(7)
                .put(json)
                .array();
        assertThat(CODEC.decode(framed)).isEqualTo(new Row(1, 2)).isEqualTo(CODEC.decode(json));
        assertThatThrownBy(() -> CODEC.decode(new byte[] {0, 0, 0})).isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> CODEC.decode(new byte[] {0, 0, 0, 0, 7, 'x'}))
                .isInstanceOf(SerializationException.class);
    }

    @Test
    void fieldsAreFoundInAnyCaseTheFirstOneCounts() {
        assertThat(CODEC.decode(bytes("{\"a\":1,\"B\":2}"))).isEqualTo(new Row(1, 2));
        assertThat(CODEC.decode(bytes("{\"a\":1,\"b\":2,\"B\":3}"))).isEqualTo(new Row(1, 2));
        assertThat(Format.JSON
                        .codec(
                                List.of(Column.value("FOO", SqlType.INTEGER), Column.value("X", SqlType.INTEGER)),
                                false,
                                Format.Options.DEFAULT)
                        .decode(bytes("{\"foo\":1,\"Foo\":2}")))
                .isEqualTo(new Row(1, null));
    }

    /// The number takes 11 bytes in the record, and a gigabyte without its exponent.
    @Test
    void numbersWithAnyExponentAreRead() {
        Format.Codec texts =
                Format.JSON.codec(List.of(Column.value("A", SqlType.STRING)), false, Format.Options.DEFAULT);
        assertThat(texts.decode(bytes("{\"A\":1e999999999}"))).isEqualTo(new Row("1E+999999999"));
        assertThat(texts.decode(bytes("{\"A\":0e-999999999}"))).isEqualTo(new Row("0E-999999999"));
        assertThat(texts.decode(bytes("{\"A\":1.5e20}"))).isEqualTo(new Row("150000000000000000000"));
        Format.Codec decimals = Format.JSON.codec(
                List.of(Column.value("A", new SqlType.Decimal(10, 2))), false, Format.Options.DEFAULT);
        for (String each : List.of("1e999999999", "1e-999999999", "-1e999999999"))
            assertThatThrownBy(() -> decimals.decode(bytes("{\"A\":" + each + "}")))
                    .isInstanceOf(SerializationException.class)
                    .hasMessageContaining("overflow");
        for (String each : List.of("0e-400000000", "0e400000000", "\"0e-400000000\""))
            assertThat(decimals.decode(bytes("{\"A\":" + each + "}"))).isEqualTo(new Row(new BigDecimal("0.00")));
        assertThatThrownBy(() -> decimals.decode(bytes("{\"A\":\"" + "7".repeat(3_000_000) + "\"}")))
                .isInstanceOf(SerializationException.class);
    }
}
