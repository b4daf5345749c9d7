package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.TopicPartition;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A partition with a log: appends in an epoch, and the waits for them.
class PartitionTest {
    private static final int SELF = 1;

    private final PartitionLog log = openLog();
    private final List<WaitOutcome> outcomes = new ArrayList<>();
    private final ManualClock clock = new ManualClock(0);

    private static PartitionLog openLog() {
        var clock = new ManualClock(0);
        var directory = TestDirectory.open(Path.of("/data"), new SimulatedDisk(1, clock), clock);
        var opened = directory.openLog(new TopicPartition("t", 0), new Uuid(1, 2), LogConfig.DEFAULTS);
        return ((LogOpening.Opened) opened).log();
    }

    private static PartitionState state(int leader, int epoch, Integer... inSync) {
        return new PartitionState(leader, epoch, epoch, List.of(1, 2), List.of(inSync));
    }

    private Partition partition(PartitionState state) {
        return Partition.of(SELF, new Uuid(1, 2), log, state, 1, 30_000, clock);
    }

    private static ByteBuffer batch() {
        var builder = new RecordBatchBuilder(Compression.NONE);
        builder.append(0, null, new byte[] {1});
        return builder.build();
    }

    /// @return the end offset of what was appended
    private static long append(Partition partition) {
        return switch (partition.append(batch(), AppendOrigin.CLIENT, true)) {
            case LeaderAppend.Done(AppendResult.Appended appended, int epoch) -> appended.lastOffset() + 1;
            case LeaderAppend other -> throw new AssertionError(other);
        };
    }

    /// The broker of the follower was started again after the question (KIP-903).
    @Test
    void aRefusedQuestionIsAskedAgainWithThePresentRun() {
        var questions = new ArrayList<IsrProposal>();
        Partition partition = partition(state(SELF, 0, SELF));
        partition.askWith(questions::add);
        long end = append(partition);
        partition.fetched(2, 5, 0, end, true);
        partition.isrAnswered(new IsrAnswer.Unknown(questions.getFirst().change()));
        partition.fetched(2, 7, 0, end, true);
        partition.isrAnswered(new IsrAnswer.Refused(questions.getFirst().change()));
        partition.fetched(2, 7, 0, end, true);
        assertThat(questions)
                .extracting(IsrProposal::brokerEpochs)
                .containsExactly(Map.of(2, 5L), Map.of(2, 5L), Map.of(2, 7L));
    }

    private PartitionWait begin(Partition partition, int epoch, long endOffset) {
        return partition.begin(PartitionWait.Until.COMMITTED, epoch, endOffset, outcomes::add);
    }

    @Test
    void aSoleInSyncReplicaCommitsAtOnce() {
        Partition partition = partition(state(SELF, 3, 1));
        long end = append(partition);
        assertThat(partition.highWatermark()).isEqualTo(end);
        begin(partition, 3, end);
        assertThat(outcomes).containsExactly(WaitOutcome.COMMITTED);
    }

    /// The records are committed, but one failure of a broker could lose them.
    @Test
    void aWaitForTooFewReplicasSaysSo() {
        Partition partition = Partition.of(SELF, new Uuid(1, 2), log, state(SELF, 3, 1, 2), 2, 30_000, clock);
        long end = append(partition);
        partition.fetched(2, -1, 3, end, true);
        assertThat(partition.highWatermark()).isEqualTo(end);
        begin(partition, 3, end);
        partition.become(new PartitionState(SELF, 3, 4, List.of(1, 2), List.of(1)));
        begin(partition, 3, end);
        PartitionWait durable = partition.begin(PartitionWait.Until.DURABLE, 3, end, outcomes::add);
        assertThat(durable.queue).isNull();
        partition.become(new PartitionState(SELF, 3, 5, List.of(1, 2), List.of(1, 2)));
        begin(partition, 3, end);
        assertThat(outcomes)
                .containsExactly(
                        WaitOutcome.COMMITTED,
                        WaitOutcome.TOO_FEW_REPLICAS,
                        WaitOutcome.COMMITTED,
                        WaitOutcome.COMMITTED);
    }

    /// A topic with fewer replicas than `min.insync.replicas` needs all that it has.
    @Test
    void aSoleReplicaIsEnoughForItself() {
        var alone = new PartitionState(SELF, 3, 3, List.of(1), List.of(1));
        Partition partition = Partition.of(SELF, new Uuid(1, 2), log, alone, 1, 30_000, clock);
        partition.minInSyncReplicas(2);
        assertThat(partition.core().committed()).isEqualTo(WaitOutcome.COMMITTED);
    }

    @Test
    void aWaitEndsWithTheLastInSyncReplica() {
        Partition partition = partition(state(SELF, 3, 1, 2));
        begin(partition, 3, append(partition));
        assertThat(outcomes).isEmpty();
        partition.become(new PartitionState(SELF, 3, 4, List.of(1, 2), List.of(1)));
        assertThat(outcomes).containsExactly(WaitOutcome.COMMITTED);
    }

    @Test
    void aWaitIsFencedWithItsEpoch() {
        Partition partition = partition(state(SELF, 3, 1, 2));
        long end = append(partition);
        begin(partition, 3, end);
        partition.become(state(2, 4, 1, 2));
        assertThat(outcomes).containsExactly(WaitOutcome.FENCED);
        assertThat(partition.append(batch(), AppendOrigin.CLIENT, true)).isEqualTo(new LeaderAppend.NotLeader(2, 4));
        // the records of another leader at the same offsets end no wait of the epoch before
        partition.become(state(SELF, 5, 1));
        assertThat(partition.highWatermark()).isEqualTo(end);
        begin(partition, 3, end);
        assertThat(outcomes).containsExactly(WaitOutcome.FENCED, WaitOutcome.FENCED);
    }

    @Test
    void theSameBrokerInALaterEpochFencesToo() {
        Partition partition = partition(state(SELF, 3, 1, 2));
        begin(partition, 3, append(partition));
        partition.become(state(SELF, 4, 1));
        assertThat(outcomes).containsExactly(WaitOutcome.FENCED);
        assertThat(partition.appendIn(3, batch(), AppendOrigin.COORDINATOR))
                .isEqualTo(new LeaderAppend.NotLeader(SELF, 4));
        assertThat(partition.appendIn(4, batch(), AppendOrigin.COORDINATOR)).isInstanceOf(LeaderAppend.Done.class);
    }

    @Test
    void aClosedPartitionFencesItsWaitsAndTakesNothing() {
        Partition partition = partition(state(SELF, 3, 1, 2));
        begin(partition, 3, append(partition));
        partition.close();
        assertThat(outcomes).containsExactly(WaitOutcome.FENCED);
        assertThat(partition.append(batch(), AppendOrigin.CLIENT, true)).isInstanceOf(LeaderAppend.NotLeader.class);
    }

    @Test
    void aWaitEndsOnce() {
        Partition partition = partition(state(SELF, 3, 1, 2));
        PartitionWait wait = begin(partition, 3, append(partition));
        partition.end(wait);
        partition.end(wait);
        partition.close();
        assertThat(outcomes).containsExactly(WaitOutcome.TIMED_OUT);
    }

    @Test
    void aThreadWaitsUntilItsDeadline() {
        Partition partition = partition(state(SELF, 3, 1, 2));
        long end = append(partition);
        assertThat(partition.await(PartitionWait.Until.COMMITTED, 3, end, clock.nanos()))
                .isEqualTo(WaitOutcome.TIMED_OUT);
        assertThat(partition.await(PartitionWait.Until.DURABLE, 3, end, clock.nanos()))
                .isEqualTo(WaitOutcome.COMMITTED);
    }

    /// Appends that are not committed wake no watcher.
    @Test
    void watchersWakeOnlyWhenSomethingCanBeSeen() {
        Partition partition = partition(state(SELF, 3, 1, 2));
        var woken = new ArrayList<Long>();
        partition.watch(moved -> woken.add(moved.highWatermark()));
        for (int i = 0; i < 100; i++) begin(partition, 3, append(partition));
        assertThat(woken).isEmpty();
        partition.become(new PartitionState(SELF, 3, 4, List.of(1, 2), List.of(1)));
        assertThat(woken).containsExactly(100L);
        assertThat(outcomes).hasSize(100).containsOnly(WaitOutcome.COMMITTED);
    }
}
