package barnabas.sql.registry;

import barnabas.sql.formats.Format;
import barnabas.sql.rows.Row;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Rows in Avro: a record of columns, or the value of a single column alone.
final class AvroRows implements Format.Codec {
    private static final int KEPT_MAX = 200;

    private final RegistryClient client;
    private final WrittenSchema written;
    private final SqlType.Structure type;
    private final boolean alone;
    private final Map<Integer, Schema> parsed = new ConcurrentHashMap<>();

    AvroRows(RegistryClient client, WrittenSchema written, SqlType.Structure type, boolean alone) {
        this.client = client;
        this.written = written;
        this.type = type;
        this.alone = alone;
    }

    @Override
    public byte @Nullable [] encode(@Nullable Row row) {
        if (row == null || (alone && row.value(0) == null)) return null;
        RegistryClient.Known chosen = written.chosen();
        Schema schema = parsed(chosen);
        try {
            Object value = alone
                    ? AvroValues.avro(row.value(0), type.fields().getFirst().type(), schema)
                    : AvroValues.record(new Struct(type, Arrays.asList(row.values())), type, body(schema));
            var bytes = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
            new GenericDatumWriter<@Nullable Object>(schema).write(value, encoder);
            encoder.flush();
            return SchemaFrame.framed(chosen.id(), bytes.toByteArray());
        } catch (IOException | AvroRuntimeException | ClassCastException | ArithmeticException e) {
            throw new SerializationException(
                    "The row has no place in the schema with id " + chosen.id() + ": " + row, e);
        }
    }

    /// The record that stands alone, or in a union with null.
    private static Schema body(Schema schema) {
        if (!schema.isUnion()) return schema;
        for (Schema each : schema.getTypes()) if (each.getType() == Schema.Type.RECORD) return each;
        return schema;
    }

    @Override
    public @Nullable Row decode(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int id = SchemaFrame.id(buffer);
        Schema schema = parsed(client.schema(id));
        Object value;
        try {
            var decoder = DecoderFactory.get().binaryDecoder(bytes, buffer.position(), buffer.remaining(), null);
            value = new BoundedAvroReader(schema, buffer.remaining()).read(null, decoder);
        } catch (IOException | AvroRuntimeException | ArithmeticException | IndexOutOfBoundsException e) {
            throw new SerializationException("The record is none of the schema with id " + id, e);
        }
        if (alone)
            return new Row(
                    AvroValues.sql(value, schema, type.fields().getFirst().type()));
        if (value == null) return null;
        if (!(value instanceof IndexedRecord record))
            throw new SerializationException("The schema with id " + id + " is no record of " + type);
        return new Row(
                AvroValues.struct(record, record.getSchema(), type).values().toArray());
    }

    private Schema parsed(RegistryClient.Known known) {
        Schema kept = parsed.get(known.id());
        if (kept != null) return kept;
        if (!known.type().equals("AVRO"))
            throw new SerializationException("The schema with id " + known.id() + " is " + known.type() + ", not AVRO");
        Schema schema;
        try {
            var parser = new Schema.Parser();
            for (String each : known.used()) parser.parse(each);
            schema = parser.parse(known.text());
        } catch (AvroRuntimeException e) {
            throw new SerializationException("The schema with id " + known.id() + " is no Avro schema", e);
        }
        if (parsed.size() >= KEPT_MAX) parsed.clear();
        parsed.put(known.id(), schema);
        return schema;
    }
}
