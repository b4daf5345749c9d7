package barnabas.sim;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/// Batches that no honest producer sends, with a right CRC unless that is the lie, and the code that Apache Kafka
/// answers: [ErrorCode#NONE] for those whose header is corrected.
enum Lie {
    /// The record says that it stands a million offsets behind the first.
    OFFSET_JUMPS(ErrorCode.INVALID_RECORD),
    /// The header counts more records than there are, the last offset with it.
    COUNT_TOO_HIGH(ErrorCode.INVALID_RECORD),
    COUNT_TOO_LOW(ErrorCode.INVALID_RECORD),
    /// Text in place of the record.
    GARBAGE(ErrorCode.INVALID_RECORD),
    /// The length of the record leads behind the batch.
    RECORD_TOO_LONG(ErrorCode.INVALID_RECORD),
    /// The attributes name a codec, the bytes are not compressed.
    FALSE_CODEC(ErrorCode.INVALID_RECORD),
    /// A marker, which only brokers write.
    MARKER(ErrorCode.INVALID_RECORD),
    WRONG_CRC(ErrorCode.CORRUPT_MESSAGE),
    /// The record is of the year 2096, the header is of now.
    RECORD_OF_THE_FUTURE(ErrorCode.INVALID_TIMESTAMP),
    /// The largest timestamp of the header is that of no record.
    HEADER_OF_THE_FUTURE(ErrorCode.NONE);

    private static final int CRC = 17;
    private static final int ATTRIBUTES = 21;
    private static final int LAST_OFFSET_DELTA = 23;
    private static final int MAX_TIMESTAMP = 35;
    private static final int COUNT = 57;
    private static final int RECORDS = 61;
    private static final long YEARS_70_MILLIS = 70L * 365 * 86_400_000;

    private final ErrorCode answer;

    Lie(ErrorCode answer) {
        this.answer = answer;
    }

    ErrorCode answer() {
        return answer;
    }

    ByteBuffer batch(long nowMillis, String value) {
        ByteBuffer batch = honest(nowMillis, value);
        switch (this) {
            case OFFSET_JUMPS -> batch.putInt(LAST_OFFSET_DELTA, 0);
            case COUNT_TOO_HIGH -> batch.putInt(COUNT, 5).putInt(LAST_OFFSET_DELTA, 4);
            case COUNT_TOO_LOW -> batch.putInt(COUNT, 1).putInt(LAST_OFFSET_DELTA, 0);
            case GARBAGE ->
                batch.put(
                        RECORDS, "\5garbage".getBytes(StandardCharsets.UTF_8), 0, Math.min(8, batch.limit() - RECORDS));
            case RECORD_TOO_LONG -> batch.put(RECORDS, (byte) (batch.get(RECORDS) + 2));
            case FALSE_CODEC -> batch.putShort(ATTRIBUTES, (short) 1);
            case RECORD_OF_THE_FUTURE -> batch.putLong(MAX_TIMESTAMP, nowMillis);
            case HEADER_OF_THE_FUTURE -> batch.putLong(MAX_TIMESTAMP, Long.MAX_VALUE);
            case MARKER, WRONG_CRC -> {}
        }
        seal(batch);
        if (this == WRONG_CRC) batch.putInt(CRC, batch.getInt(CRC) ^ 1);
        return batch;
    }

    /// The batch to falsify: it has a second record or another offset where the lie asks for it.
    private ByteBuffer honest(long nowMillis, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        var builder = new RecordBatchBuilder(Compression.NONE);
        return switch (this) {
            case OFFSET_JUMPS ->
                builder.appendAt(1_000_000, nowMillis, null, ByteBuffer.wrap(bytes), List.of())
                        .build();
            case COUNT_TOO_LOW ->
                builder.append(nowMillis, null, bytes)
                        .append(nowMillis, null, bytes)
                        .build();
            case MARKER ->
                builder.control().append(nowMillis, new byte[4], bytes).build();
            case RECORD_OF_THE_FUTURE ->
                builder.append(nowMillis + YEARS_70_MILLIS, null, bytes).build();
            default -> builder.append(nowMillis, null, bytes).build();
        };
    }

    private static void seal(ByteBuffer batch) {
        var crc = new CRC32C();
        crc.update(batch.slice(ATTRIBUTES, batch.limit() - ATTRIBUTES));
        batch.putInt(CRC, (int) crc.getValue());
    }
}
