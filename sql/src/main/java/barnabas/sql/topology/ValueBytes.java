package barnabas.sql.topology;

import barnabas.sql.formats.Format;
import barnabas.sql.rows.Row;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/// Bytes of values in topics.
record ValueBytes(Format.Codec codec) implements Serde<Row> {
    @Override
    public Serializer<Row> serializer() {
        return (topic, row) -> codec.encode(row);
    }

    @Override
    public Deserializer<Row> deserializer() {
        return (topic, bytes) -> codec.decode(bytes);
    }
}
