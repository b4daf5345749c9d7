package barnabas.broker.produce;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.records.RecordBatch;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Checks of the batches of a produce request that need no partition: each partition has to have one whole batch of the
/// present format. They come first, in the order in which Kafka makes them.
public final class ProducedBatches {
    /// Reason why a partition gets no records.
    public record Refusal(ErrorCode error, @Nullable String message) {}

    private static final ByteBuffer NO_RECORDS = ByteBuffer.allocate(0);

    /// The smallest entry that any format ever had.
    private static final int ENTRY_BYTES_MIN = 14;

    private static final int LENGTH_AT = 8;
    private static final int MAGIC_AT = 16;
    private static final short ZSTD_SINCE = 7;

    private ProducedBatches() {}

    public static ByteBuffer recordsOf(PartitionProduceData data) {
        return data.records() instanceof RecordData.InMemory(ByteBuffer batches) ? batches : NO_RECORDS;
    }

    /// Reason to refuse all partitions of a request; null if there is none.
    public static @Nullable Refusal ofRequest(ProduceRequest request) {
        for (TopicProduceData topic : request.topicData()) {
            for (PartitionProduceData data : topic.partitionData()) {
                ByteBuffer records = recordsOf(data);
                int start = records.position();
                String damage = damageAt(records, start);
                if (damage != null) return new Refusal(ErrorCode.CORRUPT_MESSAGE, damage);
                if (request.transactionalId() == null && isWhole(records, start) && isTransactional(records, start))
                    return new Refusal(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, null);
            }
        }
        return null;
    }

    /// Reason to refuse the records of one partition; null if there is none.
    ///
    /// @param version of the request
    public static @Nullable Refusal ofPartition(ByteBuffer records, short version) {
        int start = records.position();
        if (!isWhole(records, start)) return notOne(version);
        if (records.get(start + MAGIC_AT) != RecordBatch.MAGIC)
            return new Refusal(
                    ErrorCode.INVALID_RECORD,
                    "Produce requests with version " + version
                            + " are only allowed to contain record batches with magic version " + RecordBatch.MAGIC);
        int second = start + RecordBatch.LOG_OVERHEAD_BYTES + records.getInt(start + LENGTH_AT);
        if (second - start < RecordBatch.HEADER_BYTES)
            return new Refusal(
                    ErrorCode.CORRUPT_MESSAGE,
                    "Record batch of " + (second - start) + " bytes, shorter than its header");
        if (version < ZSTD_SINCE
                && RecordBatch.at(records, start).codec().orElse(CompressionCodec.NONE) == CompressionCodec.ZSTD)
            return new Refusal(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "Produce requests with version " + version + " are not allowed to use ZStandard compression");
        if (second == records.limit()) return null;
        String damage = damageAt(records, second);
        if (damage != null) return new Refusal(ErrorCode.CORRUPT_MESSAGE, damage);
        // Less than a whole batch behind the first one counts for nothing.
        return isWhole(records, second) ? notOne(version) : null;
    }

    private static Refusal notOne(short version) {
        return new Refusal(
                ErrorCode.INVALID_RECORD,
                "Produce requests with version " + version + " must have exactly one record batch per partition");
    }

    /// Reason why no batch of any format can begin there; null while one can.
    private static @Nullable String damageAt(ByteBuffer records, int at) {
        int left = records.limit() - at;
        if (left < RecordBatch.LOG_OVERHEAD_BYTES) return null;
        int length = records.getInt(at + LENGTH_AT);
        if (length < ENTRY_BYTES_MIN)
            return "Record size " + length + " is less than the minimum record overhead (" + ENTRY_BYTES_MIN + ")";
        if (left <= MAGIC_AT) return null;
        byte magic = records.get(at + MAGIC_AT);
        return magic < 0 || magic > RecordBatch.MAGIC ? "Invalid magic found in record: " + magic : null;
    }

    private static boolean isWhole(ByteBuffer records, int at) {
        int left = records.limit() - at;
        return left > MAGIC_AT && records.getInt(at + LENGTH_AT) <= left - RecordBatch.LOG_OVERHEAD_BYTES;
    }

    private static boolean isTransactional(ByteBuffer records, int at) {
        return records.get(at + MAGIC_AT) == RecordBatch.MAGIC
                && records.limit() - at >= RecordBatch.HEADER_BYTES
                && RecordBatch.at(records, at).isTransactional();
    }
}
