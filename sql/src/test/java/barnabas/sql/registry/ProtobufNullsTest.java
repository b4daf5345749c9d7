package barnabas.sql.registry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.SqlType;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProtobufNullsTest {
    @Test
    void wrappersKeepNulls() throws Exception {
        try (var registry = new FakeRegistry()) {
            List<Column> columns = List.of(
                    Column.value("A", SqlType.INTEGER),
                    Column.value("B", SqlType.BIGINT),
                    Column.value("C", SqlType.DOUBLE),
                    Column.value("D", SqlType.BOOLEAN),
                    Column.value("E", SqlType.STRING),
                    Column.value("F", SqlType.BYTES));
            var options = new Format.Options(null, ',', ',', Format.Nulls.WRAPPER, Format.Nulls.NONE, null, null);
            var encoding = new DataSource.Encoding(Format.KAFKA, Format.PROTOBUF, options, null, null);
            var source = new DataSource(Statement.Kind.STREAM, "S", new Schema(columns), "wrapped", encoding, false);
            RegistryFormats formats = registry.formats();
            Format.Codec codec = formats.value(source);
            for (Row each : List.of(
                    new Row(new Object[6]),
                    new Row(0, 0L, 0.0, false, "", ByteBuffer.allocate(0).asReadOnlyBuffer()),
                    new Row(
                            -1,
                            1L << 40,
                            1.5,
                            true,
                            "x",
                            ByteBuffer.wrap(new byte[] {1}).asReadOnlyBuffer())))
                assertThat(codec.decode(codec.encode(each))).isEqualTo(each);
            assertThat(registry.latest("wrapped-value"))
                    .contains("google/protobuf/wrappers.proto", "google.protobuf.Int32Value A = 1;");
            formats.client().close();
        }
    }
}
