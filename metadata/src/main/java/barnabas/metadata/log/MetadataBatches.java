package barnabas.metadata.log;

import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.UnreadableMetadataException;
import barnabas.protocol.Message;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Metadata records in record batches. One batch is one atomic change: it is there with its CRC, or it is not.
public final class MetadataBatches {
    /// Batches are written without compression; those of Kafka's snapshots neither.
    private static final long DECOMPRESSED_BYTES_MAX = 1 << 30;

    private MetadataBatches() {}

    /// A batch whose base offset and leader epoch are still to be set (the CRC does not cover them).
    static ByteBuffer encode(List<? extends Message> records, MetadataVersion version, long timestampMillis) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (Message each : records) {
            builder.append(timestampMillis, null, MetadataFrames.encode(each, version), List.of());
        }
        return builder.build();
    }

    /// @throws UnreadableMetadataException when they are of an unknown kind, or no records
    public static List<Message> decode(RecordBatch batch) {
        var records = new ArrayList<Message>();
        try (var cursor = RecordCursor.over(batch, DECOMPRESSED_BYTES_MAX)) {
            while (cursor.next()) {
                ByteBuffer value = cursor.record().value();
                if (value == null) throw new UnreadableMetadataException("metadata record without a value in " + batch);
                records.add(MetadataFrames.decode(value));
            }
        } catch (InvalidRecordsException e) {
            throw new UnreadableMetadataException("unreadable records in " + batch, e);
        }
        return List.copyOf(records);
    }
}
