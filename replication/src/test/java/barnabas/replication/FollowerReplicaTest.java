package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.log.AppendResult;
import barnabas.log.EpochEndOffset;
import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A replica with a log, as its fetcher uses it.
class FollowerReplicaTest {
    private static final int SELF = 1;
    private static final int LEADER = 2;

    private final ManualClock clock = new ManualClock(0);
    private final PartitionLog log = openLog(clock);
    private final Partition partition = Partition.of(SELF, new Uuid(1, 2), log, state(LEADER, 1), 1, 30_000, clock);
    private final FollowerReplica replica = partition.follower();

    private static PartitionLog openLog(ManualClock clock) {
        var directory = TestDirectory.open(Path.of("/data"), new SimulatedDisk(1, clock), clock);
        var opened = directory.openLog(new TopicPartition("t", 0), new Uuid(1, 2), LogConfig.DEFAULTS);
        return ((LogOpening.Opened) opened).log();
    }

    private static PartitionState state(int leader, int epoch) {
        return new PartitionState(leader, epoch, epoch, List.of(1, 2, 3), List.of(1, 2, 3));
    }

    /// One record, as a leader of `epoch` has it at `offset`.
    private static ByteBuffer batch(long offset, int epoch) {
        ByteBuffer batch = new RecordBatchBuilder(Compression.NONE)
                .append(0, null, new byte[] {1})
                .build();
        RecordBatch header = RecordBatch.at(batch, batch.position());
        header.rewriteBaseOffset(offset);
        header.rewriteLeaderEpoch(epoch);
        return batch;
    }

    private AppendResult append(long offset, int batchEpoch, int leaderEpoch) {
        return replica.append(batch(offset, batchEpoch), leaderEpoch);
    }

    @Test
    void batchesKeepTheirEpochs() {
        assertThat(append(0, 0, 1)).isInstanceOf(AppendResult.Appended.class);
        assertThat(append(1, 1, 1)).isInstanceOf(AppendResult.Appended.class);
        assertThat(replica.endOffset()).isEqualTo(2);
        assertThat(replica.lastEpoch()).isEqualTo(1);
        assertThat(append(5, 9, 1)).isInstanceOf(AppendResult.InvalidRecord.class);
        assertThat(replica.endOffset()).isEqualTo(2);
    }

    @Test
    void answersOfAnEarlierEpochChangeNothing() throws IOException {
        append(0, 1, 1);
        append(1, 1, 1);
        partition.become(state(3, 2));
        assertThat(append(2, 1, 1)).isInstanceOf(AppendResult.Fenced.class);
        assertThat(replica.truncate(1, new EpochEndOffset(1, 0))).isFalse();
        assertThat(replica.startOver(1, 50)).isFalse();
        replica.leaderIsAt(1, 2, 0);
        assertThat(replica.endOffset()).isEqualTo(2);
        assertThat(partition.highWatermark()).isZero();
    }

    @Test
    void truncatesToWhereTheLogsPart() throws IOException {
        append(0, 0, 1);
        append(1, 1, 1);
        append(2, 1, 1);
        partition.become(state(3, 4));
        // the leader of epoch 4 has of epoch 1 one record less
        assertThat(replica.truncate(4, new EpochEndOffset(1, 2))).isTrue();
        assertThat(replica.endOffset()).isEqualTo(2);
        // and of an epoch that is not here: back to the end of the one before
        assertThat(replica.truncate(4, new EpochEndOffset(0, 9))).isTrue();
        assertThat(replica.endOffset()).isEqualTo(1);
        assertThat(replica.lastEpoch()).isZero();
    }

    @Test
    void anEpochThatWasLedWithoutRecordsIsForgotten() throws IOException {
        append(0, 1, 1);
        partition.become(state(SELF, 2));
        partition.become(state(3, 3));
        assertThat(replica.lastEpoch()).isEqualTo(2);
        assertThat(replica.truncate(3, new EpochEndOffset(1, 1))).isTrue();
        assertThat(replica.lastEpoch()).isEqualTo(1);
        assertThat(replica.endOffset()).isEqualTo(1);
    }

    @Test
    void aShorterLeaderTakesBackWhatWasCommitted() throws IOException {
        append(0, 1, 1);
        append(1, 1, 1);
        replica.leaderIsAt(1, 2, 0);
        assertThat(partition.highWatermark()).isEqualTo(2);
        partition.become(state(3, 2));
        assertThat(replica.truncateTo(2, 1)).isTrue();
        assertThat(partition.highWatermark()).isEqualTo(1);
        assertThat(replica.endOffset()).isEqualTo(1);
    }

    @Test
    void startsOverWhereTheLeadersLogBegins() throws IOException {
        append(0, 1, 1);
        assertThat(replica.startOver(1, 50)).isTrue();
        assertThat(append(50, 1, 1)).isInstanceOf(AppendResult.Appended.class);
        replica.leaderIsAt(1, 51, 50);
        assertThat(partition.highWatermark()).isEqualTo(51);
        assertThat(log.logStartOffset()).isEqualTo(50);
    }
}
