package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.FetchResponse.EpochEndOffset;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Steps that follow from what a source sends, sound or not.
class CopyRulesTest {
    private static final CopyRules.Local COPY = new CopyRules.Local(0, 10, 3, 65_536, false);
    private static final CopyRules.Local PREPARING = new CopyRules.Local(0, 10, 3, 65_536, true);
    private static final CopyRules.Local EMPTY = new CopyRules.Local(0, 0, -1, 65_536, false);

    private static ByteBuffer batch(long offset, int epoch, int records) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (int each = 0; each < records; each++) builder.append(1, null, ByteBuffer.wrap(new byte[] {1}), List.of());
        return placed(builder.build(), offset, epoch);
    }

    private static ByteBuffer placed(ByteBuffer bytes, long offset, int epoch) {
        RecordBatch batch = RecordBatch.at(bytes, 0);
        batch.rewriteBaseOffset(offset);
        batch.rewriteLeaderEpoch(epoch);
        return bytes;
    }

    private static CopyStep decide(CopyRules.Local local, ByteBuffer... batches) {
        var all = ByteBuffer.allocate(1 << 16);
        for (ByteBuffer each : batches) all.put(each);
        return CopyRules.decide(
                local,
                PartitionData.builder()
                        .highWatermark(100)
                        .records(new RecordData.InMemory(all.flip()))
                        .build());
    }

    private static CopyStep diverging(CopyRules.Local local, int epoch, long end) {
        return CopyRules.decide(
                local,
                PartitionData.builder()
                        .highWatermark(100)
                        .divergingEpoch(new EpochEndOffset(epoch, end))
                        .build());
    }

    private static void stops(CopyStep step, String reason) {
        assertThat(step)
                .isInstanceOfSatisfying(
                        CopyStep.Stop.class, stop -> assertThat(stop.reason()).contains(reason));
    }

    @Test
    void batchesThatContinueTheLogAreAppended() {
        assertThat(decide(COPY, batch(10, 3, 2), batch(15, 4, 1))).isInstanceOf(CopyStep.Append.class);
        assertThat(decide(COPY)).isInstanceOf(CopyStep.Nothing.class);
    }

    /// A segment counts offsets from its first with 31 bits, and one append goes to one segment.
    @Test
    void batchesFurtherApartThanASegmentCountsComeOneAfterTheOther() {
        ByteBuffer first = batch(10, 3, 2);
        int size = first.remaining();
        assertThat(decide(COPY, first, batch(10L + Integer.MAX_VALUE, 3, 2)))
                .isInstanceOfSatisfying(
                        CopyStep.Append.class,
                        append -> assertThat(append.batches().remaining()).isEqualTo(size));
        assertThat(decide(COPY, batch(1L << 40, 3, 2))).isInstanceOf(CopyStep.Append.class);
    }

    @Test
    void epochsOfTheSourceStayBelowThoseHere() {
        assertThat(decide(COPY, batch(10, 65_536, 1))).isEqualTo(new CopyStep.RaiseEpoch(65_536));
        assertThat(decide(new CopyRules.Local(0, 0, -1, 0, false), batch(0, 0, 1)))
                .isEqualTo(new CopyStep.RaiseEpoch(0));
    }

    @Test
    void batchesThatNoLogHasStopThePartition() {
        stops(decide(COPY, batch(9, 3, 2)), "comes where offset 10 is next");
        stops(decide(COPY, batch(10, 3, 1), batch(10, 3, 1)), "comes where offset 11 is next");
        stops(decide(COPY, batch(-9, 3, 1)), "");
        stops(decide(COPY, batch(12, 3, 1), batch(11, 3, 1)), "comes where offset 13 is next");
        stops(decide(COPY, batch(10, 2, 1)), "is of leader epoch 2 and follows one of epoch 3");
        stops(decide(COPY, batch(10, -1, 1)), "is of leader epoch -1");
        stops(decide(COPY, batch(Long.MAX_VALUE, 3, 1)), "");
        ByteBuffer many = batch(10, 3, 1);
        many.putInt(57, 1_000_000);
        stops(decide(COPY, many), "counts 1000000 records in 1 offsets");
        ByteBuffer producer = new RecordBatchBuilder(Compression.NONE)
                .producer(Long.MAX_VALUE, (short) 0, 0)
                .append(1, null, ByteBuffer.wrap(new byte[1]), List.of())
                .build();
        stops(decide(COPY, placed(producer, 10, 3)), "has the producer id");
        ByteBuffer marker = ControlRecord.endTransaction(true, 5, (short) 0, 0, 1);
        assertThat(decide(COPY, placed(marker, 10, 3))).isInstanceOf(CopyStep.Append.class);
        ByteBuffer broken = ControlRecord.endTransaction(true, 5, (short) 0, 0, 1);
        broken.put(RecordBatch.HEADER_BYTES, (byte) 0x7f);
        stops(decide(COPY, placed(broken, 10, 3)), "is an unreadable control batch");
    }

    @Test
    void recordsThatTheSourceLostStopThePartitionUnlessItIsPrepared() {
        stops(diverging(COPY, 2, 7), "the source has other records from offset 7 of epoch 2 on");
        assertThat(diverging(PREPARING, 2, 7)).isEqualTo(new CopyStep.Part(2, 7));
        // the source has more of an epoch than the copy, which has one of its own behind
        assertThat(diverging(PREPARING, 2, 50)).isEqualTo(new CopyStep.Part(2, 50));
        stops(diverging(PREPARING, 9, 7), "which this copy (end 10, epoch 3) does not have");
        stops(diverging(PREPARING, 2, -5), "which this copy");
        stops(CopyRules.outOfRange(COPY, 0, 6), "the source ends at offset 6, before this copy's end 10");
        assertThat(CopyRules.outOfRange(PREPARING, 0, 6)).isEqualTo(new CopyStep.TruncateTo(6));
    }

    @Test
    void retentionThatOvertookStopsAllButEmptyCopies() {
        stops(CopyRules.outOfRange(COPY, 12, 20), "removed offsets 10 to 11 before they were copied");
        stops(CopyRules.outOfRange(PREPARING, 12, 20), "removed offsets 10 to 11 before they were copied");
        assertThat(CopyRules.outOfRange(EMPTY, 12, 20)).isEqualTo(new CopyStep.StartAt(12));
        assertThat(CopyRules.outOfRange(COPY, 20, 12)).isInstanceOf(CopyStep.Wait.class);
        assertThat(CopyRules.outOfRange(COPY, -1, -1)).isInstanceOf(CopyStep.Wait.class);
    }

    /// The copy starts with the batch, or the source would be asked for offsets before its log starts, again and again.
    @Test
    void copyOfALogThatStartsInsideOfABatchStartsWithTheBatch() {
        assertThat(decide(new CopyRules.Local(12, 12, -1, 65_536, false), batch(10, 3, 5), batch(15, 3, 1)))
                .isInstanceOfSatisfying(CopyStep.Append.class, append -> {
                    assertThat(append.startAt()).isEqualTo(10);
                    assertThat(append.batches().remaining())
                            .isEqualTo(2 * batch(0, 0, 1).remaining() + 4 * 8);
                });
    }

    /// Apache Kafka reads the watermark of its answer before the log, and a new leader's is behind at first.
    @Test
    void batchesBeyondTheHighWatermarkOfTheirAnswerAreAppended() {
        assertThat(decide(COPY, batch(100, 3, 1))).isInstanceOf(CopyStep.Append.class);
        assertThat(decide(COPY, batch(98, 3, 3), batch(101, 3, 5))).isInstanceOf(CopyStep.Append.class);
    }

    @Test
    void batchesThatWereCopiedBeforeArePassedOver() {
        assertThat(decide(COPY, batch(5, 3, 1), batch(8, 3, 2), batch(10, 3, 1)))
                .isInstanceOfSatisfying(CopyStep.Append.class, append -> {
                    assertThat(append.batches().remaining())
                            .isEqualTo(batch(10, 3, 1).remaining());
                    assertThat(RecordBatch.at(append.batches(), 0).baseOffset()).isEqualTo(10);
                });
        assertThat(decide(COPY, batch(9, 3, 1))).isInstanceOf(CopyStep.Wait.class);
    }

    @Test
    void everyErrorHasAStepThatAppendsNothing() {
        for (ErrorCode each : ErrorCode.values()) {
            if (each == ErrorCode.NONE) continue;
            var data = PartitionData.builder().errorCode(each.code()).build();
            assertThat(CopyRules.decide(COPY, data))
                    .isInstanceOfAny(CopyStep.AskOffsets.class, CopyStep.FindLeader.class, CopyStep.Wait.class);
        }
    }

    @Test
    void rangesOfEpochsEndBeforeTheyOverflow() {
        int first = EpochRanges.behind(0, "one").orElseThrow();
        assertThat(first).isBetween(65_536, 2 * 65_536 - 1);
        assertThat(EpochRanges.behind(first + 7, "two").orElseThrow()).isBetween(2 * 65_536, 3 * 65_536 - 1);
        assertThat(EpochRanges.behind(Integer.MAX_VALUE - 65_536, "one").orElseThrow())
                .isPositive();
        assertThat(EpochRanges.behind(Integer.MAX_VALUE, "one")).isEqualTo(OptionalInt.empty());
        assertThat(EpochRanges.behind(-1, "one")).isEqualTo(OptionalInt.empty());
    }

    /// Records that the source cannot have, as its leader's epoch is an earlier one: it does not say where they begin.
    @Test
    void recordsOfAnEpochThatTheSourceHasNeverSeenAreTruncated() {
        for (ErrorCode error : List.of(ErrorCode.NONE, ErrorCode.OFFSET_OUT_OF_RANGE)) {
            PartitionData data = PartitionData.builder()
                    .errorCode(error.code())
                    .highWatermark(100)
                    .build();
            assertThat(CopyRules.decide(PREPARING, data, 2)).isEqualTo(new CopyStep.Part(2, Long.MAX_VALUE));
            for (int known : new int[] {-1, 3})
                assertThat(CopyRules.decide(PREPARING, data, known)).isEqualTo(CopyRules.decide(PREPARING, data));
            assertThat(CopyRules.decide(COPY, data, 2)).isEqualTo(CopyRules.decide(COPY, data));
        }
    }
}
