package barnabas.coordination;

import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns a shard's records into one batch as it is stored.
final class BatchEncoding {
    private BatchEncoding() {}

    static ByteBuffer batch(
            List<CoordinatorRecord> records, @Nullable Producer producer, long millis, Compression compression) {
        var builder = new RecordBatchBuilder(compression);
        if (producer != null) {
            builder.producer(producer.id(), producer.epoch(), RecordBatch.NO_SEQUENCE)
                    .transactional();
        }
        for (CoordinatorRecord record : records) builder.append(millis, record.keyBytes(), record.valueBytes());
        return builder.build();
    }
}
