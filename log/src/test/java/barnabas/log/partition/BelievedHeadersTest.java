package barnabas.log.partition;

import static barnabas.log.LogFixture.START_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.CraftedBatches;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.batches.UnpackedLimits;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.TimestampType;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Fields of a header or a frame about its records, and their effect in the log.
final class BelievedHeadersTest {
    private final LogFixture fixture = new LogFixture(LogConfig.DEFAULTS);
    private final PartitionLog log = fixture.openLog(fixture.openDirectory());

    /// A replica or an old file may hold it: searching on would unpack every batch that lies.
    @Test
    void aSearchByTimeEndsAtTheFirstBatchThatPromisesTooMuch() throws Exception {
        for (int i = 0; i < 3; i++) {
            ByteBuffer batch = LogFixture.batchAt(START_MILLIS, "v" + i);
            RecordBatch header = RecordBatch.at(batch, 0);
            header.rewriteBaseOffset(i);
            if (i > 0) header.rewriteTimestamp(TimestampType.CREATE_TIME, START_MILLIS + 1_000);
            LogFixture.appended(log.append(batch, AppendOrigin.REPLICATION, 0));
        }
        assertThat(log.firstOffsetAtOrAfter(START_MILLIS + 500, 3))
                .hasValueSatisfying(found -> assertThat(found.offset()).isEqualTo(1));
    }

    @Test
    void aSearchByTimeUnpacksNoMoreThanItsLimit() throws Exception {
        ByteBuffer batch = new RecordBatchBuilder(Compression.of(CompressionCodec.LZ4))
                .append(START_MILLIS, null, new byte[(int) UnpackedLimits.SEARCH_BYTES_MAX])
                .append(START_MILLIS + 10, null, new byte[1])
                .build();
        LogFixture.appended(log.append(batch, AppendOrigin.REPLICATION, 0));
        assertThat(log.firstOffsetAtOrAfter(START_MILLIS + 5, 2))
                .hasValueSatisfying(found ->
                        assertThat(found.offset()).as("the batch's first").isZero());
    }

    @Test
    void aFirstRecordFromTheFutureDoesNotStopRollingByTime() throws Exception {
        log.reconfigure(LogConfig.DEFAULTS
                .withTimestamps(new LogConfig.Timestamps(TimestampType.CREATE_TIME, Long.MAX_VALUE, Long.MAX_VALUE))
                .withSegments(new LogConfig.Segments(1 << 20, 60_000, 0, 4096, 10_485_760, false)));
        LogFixture.appended(log.append(LogFixture.batchAt(Long.MAX_VALUE, "future"), AppendOrigin.CLIENT, 0));
        fixture.clock.advance(Duration.ofMinutes(2));
        LogFixture.appended(log.append(LogFixture.batchAt(fixture.clock.millis(), "now"), AppendOrigin.CLIENT, 0));
        assertThat(log.segmentCount()).isEqualTo(2);
    }

    @Test
    void anLz4FrameWithLinkedBlocksIsRefused() throws Exception {
        ByteBuffer batch = CraftedBatches.compressed(LogFixture.batch("a", "b"), CompressionCodec.LZ4);
        int flags = RecordBatch.HEADER_BYTES + 4;
        batch.put(flags, (byte) (batch.get(flags) & ~0x20));
        CraftedBatches.sealed(batch);
        assertThat(log.append(batch, AppendOrigin.CLIENT, 0))
                .isInstanceOfSatisfying(
                        AppendResult.InvalidRecord.class,
                        refused -> assertThat(refused.message()).contains("linked blocks"));
        assertThat(log.logEndOffset()).isZero();
    }
}
