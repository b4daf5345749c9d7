package barnabas.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// Reads a fetch response (versions 13 to 18) in place, without objects: errors, the session id and the headers of the
/// record batches.
///
/// ```
///   correlation id 4 | tags | throttle 4 | error 2 | session id 4 | topics { id 16 | partitions {
///     index 4 | error 2 | high watermark 8 | last stable 8 | log start 8 | aborted | preferred 4 | records } }
/// ```
final class FetchedBatches {
    /// A batch header: base offset 8 | length 4 | leader epoch 4 | magic 1 | crc 4 | attributes 2 | last delta 4 ...
    private static final int BATCH_OVERHEAD = 12;
    private static final int LAST_DELTA_POSITION = 23;

    private int sessionId;
    private long recordsBytes;
    private long nextOffset = -1;

    int sessionId() {
        return sessionId;
    }

    /// The bytes of all whole batches in the response.
    long recordsBytes() {
        return recordsBytes;
    }

    /// One past the last record of the last whole batch; -1 without one.
    long nextOffset() {
        return nextOffset;
    }

    /// Reads one response without its size prefix.
    void read(ByteBuffer response, int expectedCorrelationId, OnRecords onRecords) throws IOException {
        recordsBytes = 0;
        nextOffset = -1;
        int correlationId = response.getInt();
        if (correlationId != expectedCorrelationId) {
            throw new IOException("fetch " + expectedCorrelationId + " was answered with id " + correlationId);
        }
        skipTags(response);
        skip(response, 4);
        check(response.getShort());
        sessionId = response.getInt();
        int topics = unsignedVarint(response) - 1;
        for (int t = 0; t < topics; t++) {
            skip(response, 16);
            int partitions = unsignedVarint(response) - 1;
            for (int p = 0; p < partitions; p++) {
                readPartition(response, onRecords);
            }
            skipTags(response);
        }
        skipTags(response);
    }

    private void readPartition(ByteBuffer response, OnRecords onRecords) throws IOException {
        skip(response, 4);
        check(response.getShort());
        skip(response, 24);
        int aborted = unsignedVarint(response) - 1;
        for (int a = 0; a < aborted; a++) {
            skip(response, 16);
            skipTags(response);
        }
        skip(response, 4);
        int end = Math.max(0, unsignedVarint(response) - 1) + response.position();
        readBatches(response, end, onRecords);
        response.position(end);
        skipTags(response);
    }

    private void readBatches(ByteBuffer response, int end, OnRecords onRecords) {
        int at = response.position();
        while (end - at >= BATCH_OVERHEAD + 49) {
            int bytes = BATCH_OVERHEAD + response.getInt(at + 8);
            if (end - at < bytes) {
                return;
            }
            long baseOffset = response.getLong(at);
            long lastOffset = baseOffset + response.getInt(at + LAST_DELTA_POSITION);
            recordsBytes += bytes;
            nextOffset = lastOffset + 1;
            onRecords.at(baseOffset, lastOffset);
            at += bytes;
        }
    }

    private static void check(short error) throws IOException {
        if (error != 0) {
            throw new IOException("a fetch was answered with " + Errors.forCode(error));
        }
    }

    private static void skip(ByteBuffer bytes, int count) {
        bytes.position(bytes.position() + count);
    }

    private static void skipTags(ByteBuffer bytes) {
        int tags = unsignedVarint(bytes);
        for (int i = 0; i < tags; i++) {
            unsignedVarint(bytes);
            skip(bytes, unsignedVarint(bytes));
        }
    }

    private static int unsignedVarint(ByteBuffer bytes) {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = bytes.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint of more than five bytes");
    }
}
