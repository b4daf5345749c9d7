package barnabas.sql.registry;

import barnabas.sql.formats.Format;
import barnabas.sql.rows.Row;
import barnabas.sql.schemas.ProtobufSchema;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Rows in Protobuf. Between the id of the schema and the message lies the place of the message in the schema: how many
/// indexes, then each of them, as zigzag varints. A single 0 stands for the first message.
final class ProtobufRows implements Format.Codec {
    private static final int KEPT_MAX = 200;
    private static final int NESTED_MAX = 100;

    private final RegistryClient client;
    private final WrittenSchema written;
    private final SqlType.Structure type;
    private final Map<Integer, ProtobufSchema> parsed = new ConcurrentHashMap<>();

    ProtobufRows(RegistryClient client, WrittenSchema written, SqlType.Structure type) {
        this.client = client;
        this.written = written;
        this.type = type;
    }

    @Override
    public byte @Nullable [] encode(@Nullable Row row) {
        if (row == null) return null;
        RegistryClient.Known chosen = written.chosen();
        ProtobufSchema schema = parsed(chosen);
        try {
            int index = schema.index(written.fullName());
            byte[] message = new ProtobufWriter(schema)
                    .message(new Struct(type, Arrays.asList(row.values())), type, schema.outer(index));
            var body = new ByteArrayOutputStream(2 + message.length);
            CodedOutputStream out = CodedOutputStream.newInstance(body);
            if (index > 0) out.writeSInt32NoTag(1);
            out.writeSInt32NoTag(index);
            out.writeRawBytes(message);
            out.flush();
            return SchemaFrame.framed(chosen.id(), body.toByteArray());
        } catch (IOException | ClassCastException | IllegalArgumentException e) {
            throw new SerializationException("The row has no place in the schema with id " + chosen.id(), e);
        }
    }

    @Override
    public @Nullable Row decode(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        int id = SchemaFrame.id(buffer);
        ProtobufSchema schema = parsed(client.schema(id));
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes, buffer.position(), buffer.remaining());
            int count = in.readSInt32();
            if (count < 0 || count > NESTED_MAX)
                throw new SerializationException("The record names no message of the schema with id " + id);
            var indexes = new ArrayList<Integer>();
            for (int i = 0; i < count; i++) indexes.add(in.readSInt32());
            ProtobufSchema.Message message = schema.message(count == 0 ? List.of(0) : indexes)
                    .orElseThrow(() ->
                            new SerializationException("The record names no message of the schema with id " + id));
            return new Row(new ProtobufReader(schema)
                    .struct(in, message, type, 0)
                    .values()
                    .toArray());
        } catch (IOException | NoSuchElementException e) {
            throw new SerializationException("The record is none of the schema with id " + id, e);
        }
    }

    private ProtobufSchema parsed(RegistryClient.Known known) {
        ProtobufSchema kept = parsed.get(known.id());
        if (kept != null) return kept;
        if (!known.type().equals("PROTOBUF"))
            throw new SerializationException(
                    "The schema with id " + known.id() + " is " + known.type() + ", not PROTOBUF");
        ProtobufSchema schema;
        try {
            schema = new ProtobufSchema(known.text());
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new SerializationException("The schema with id " + known.id() + " cannot be read", e);
        }
        if (parsed.size() >= KEPT_MAX) parsed.clear();
        parsed.put(known.id(), schema);
        return schema;
    }
}
