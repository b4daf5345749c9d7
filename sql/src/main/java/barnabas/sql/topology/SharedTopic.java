package barnabas.sql.topology;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.rows.Row;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the bytes of a topic that several sources of one query share: a topology may read a topic once only, and each
/// source has formats of its own. A record that is no row of the source is dropped.
final class SharedTopic extends ContextualProcessor<byte[], byte[], Object, Row> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedTopic.class);

    private final WindowBytes keys;
    private final ValueBytes values;
    private final String topic;
    private final @Nullable RecordTimes times;

    SharedTopic(DataSource source, Codecs codecs, @Nullable RecordTimes times) {
        keys = new WindowBytes(codecs.key(source), source.encoding().window());
        values = new ValueBytes(codecs.value(source));
        topic = source.topic();
        this.times = times;
    }

    @Override
    @SuppressWarnings("NullAway") // null keys and tombstones
    public void process(Record<byte[], byte[]> record) {
        Object key;
        Row value;
        try {
            key = keys.decode(record.key());
            value = values.codec().decode(record.value());
        } catch (SerializationException e) {
            LOG.warn("A record of topic {} is no row: {}", topic, e.getMessage());
            return;
        }
        long time = times == null || value == null ? record.timestamp() : times.of(Keys.row(key), value);
        if (time >= 0) context().forward(new Record<>(key, value, time, record.headers()));
    }
}
