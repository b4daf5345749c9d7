package barnabas.sql.rows;

import barnabas.sql.types.SqlType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Bytes of rows in state stores and repartition topics: the values in the order of their columns.
public final class RowSerde implements Serde<Row> {
    private final List<SqlType> types;

    public RowSerde(List<SqlType> types) {
        this.types = List.copyOf(types);
    }

    @Override
    public Serializer<Row> serializer() {
        return (topic, row) -> bytes(row);
    }

    @Override
    public Deserializer<Row> deserializer() {
        return (topic, bytes) -> row(bytes);
    }

    private byte @Nullable [] bytes(@Nullable Row row) {
        if (row == null) return null;
        try {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            for (int i = 0; i < types.size(); i++) BinaryValues.write(out, types.get(i), row.value(i));
            return bytes.toByteArray();
        } catch (IOException | ClassCastException e) {
            throw new SerializationException(row + " is no row of " + types, e);
        }
    }

    private @Nullable Row row(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        try {
            var in = new DataInputStream(new ByteArrayInputStream(bytes));
            var values = new @Nullable Object[types.size()];
            for (int i = 0; i < values.length; i++) values[i] = BinaryValues.read(in, types.get(i));
            return new Row(values);
        } catch (IOException e) {
            throw new SerializationException("not a row of " + types, e);
        }
    }
}
