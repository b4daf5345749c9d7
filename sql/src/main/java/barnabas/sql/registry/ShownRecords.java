package barnabas.sql.registry;

import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.schemas.FieldNames;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.ValueText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Texts of records that have the id of a registry's schema in front. One thread at a time.
public final class ShownRecords {
    private static final int HEAD = 1 + Integer.BYTES;
    private static final int KEPT_MAX = 100;

    /// @param format AVRO, JSON_SR or PROTOBUF
    public record Shown(String format, String text) {}

    private interface Reader {
        @Nullable
        String text(byte[] bytes);
    }

    private record Known(Format format, Reader reader) {}

    private final RegistryClient client;
    private final Map<Integer, Optional<Known>> known = new LinkedHashMap<>();

    public ShownRecords(RegistryClient client) {
        this.client = client;
    }

    /// The record's text; empty when its bytes are none of a schema of the registry.
    public Optional<Shown> text(byte[] bytes) {
        if (bytes.length < HEAD || bytes[0] != 0) return Optional.empty();
        try {
            int id = SchemaFrame.id(ByteBuffer.wrap(bytes));
            Optional<Known> found = known.get(id);
            if (found == null) {
                if (known.size() >= KEPT_MAX) known.clear();
                found = known(client.schema(id));
                known.put(id, found);
            }
            return found.map(each -> new Shown(each.format.name(), String.valueOf(each.reader.text(bytes))));
        } catch (SerializationException e) {
            return Optional.empty();
        }
    }

    private Optional<Known> known(RegistryClient.Known schema) {
        for (Format format : List.of(Format.AVRO, Format.PROTOBUF, Format.JSON_SR)) {
            if (!schema.type().equals(WrittenSchema.name(format))) continue;
            if (format == Format.JSON_SR) return Optional.of(new Known(format, ShownRecords::rest));
            return WrittenSchema.type(format, schema, null, FieldNames.AS_WRITTEN)
                    .map(type -> new Known(format, reader(format, type)));
        }
        return Optional.empty();
    }

    private static String rest(byte[] bytes) {
        return new String(bytes, HEAD, bytes.length - HEAD, StandardCharsets.UTF_8);
    }

    private Reader reader(Format format, SqlType type) {
        boolean alone = !(type instanceof SqlType.Structure);
        SqlType.Structure columns = type instanceof SqlType.Structure structure
                ? structure
                : new SqlType.Structure(List.of(new SqlType.Field("value", type)));
        // only read, never written with
        var written = new WrittenSchema(client, "", format, type, null, () -> "");
        Format.Codec codec = format == Format.AVRO
                ? new AvroRows(client, written, columns, alone)
                : new ProtobufRows(client, written, columns);
        Format.Codec json = Format.JSON.codec(
                columns.fields().stream()
                        .map(each -> Column.value(each.name(), each.type()))
                        .toList(),
                false,
                Format.Options.DEFAULT);
        return bytes -> {
            Row row = codec.decode(bytes);
            if (row == null) return null;
            if (alone) return ValueText.of(row.value(0));
            byte[] text = json.encode(row);
            return text == null ? null : new String(text, StandardCharsets.UTF_8);
        };
    }
}
