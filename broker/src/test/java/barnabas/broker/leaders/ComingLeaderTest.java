package barnabas.broker.leaders;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.broker.TestDirectory;
import barnabas.config.TopicConfig;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.Uuid;
import barnabas.replication.LeaderAppend;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionState;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A replica of broker 1 that follows broker 2 until an image says otherwise.
class ComingLeaderTest {
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final LeaderAppend REFUSED = new LeaderAppend.NotLeader(2, 4);

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final LocalPartitions partitions = new LocalPartitions(1, List.of(directory()), _ -> false, 30_000, clock);
    private volatile boolean named;

    /// Change at some moment of a wait.
    private Runnable change = () -> {};

    private long changeNanos = Long.MAX_VALUE;

    /// Time of the wait, which goes on when somebody parks.
    private final AtomicLong nanos = new AtomicLong();

    private final Clock waits = new Clock() {
        @Override
        public long millis() {
            return nanos() / 1_000_000;
        }

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public void parkUntil(Object blocker, long deadlineNanos) {
            nanos.set(deadlineNanos);
            if (nanos.get() >= changeNanos) change.run();
        }
    };

    private final ComingLeader coming = new ComingLeader(1, _ -> named, waits);

    private LogDirectory directory() {
        return TestDirectory.open(Path.of("/data"), new SimulatedDisk(1, clock), clock);
    }

    private Partition state(int leader, int epoch, List<Integer> inSync) {
        return state(0, leader, epoch, inSync);
    }

    private Partition state(int index, int leader, int epoch, List<Integer> inSync) {
        var state = new PartitionState(leader, epoch, epoch, List.of(1, 2, 3), inSync);
        partitions.host(new LocalPartitions.Replica(
                new TopicPartition("t", index), TOPIC, state, TopicConfig.DEFAULTS, false, null));
        return partitions.find(TOPIC, index);
    }

    private void after(long millis, Runnable action) {
        changeNanos = millis * 1_000_000;
        change = action;
    }

    @Test
    void aReplicaThatIsInSyncMayLeadNext() {
        assertThat(coming.isPossible(REFUSED, state(2, 4, List.of(1, 2)))).isTrue();
        assertThat(coming.isPossible(REFUSED, state(2, 5, List.of(2, 3)))).isFalse();
        assertThat(coming.isPossible(new LeaderAppend.NotEnoughReplicas(1, 2), state(1, 6, List.of(1))))
                .isFalse();
    }

    @Test
    void theLeadershipIsWaitedForThatTheImageNames() {
        Partition partition = state(2, 4, List.of(1, 2, 3));
        named = true;
        after(900, () -> state(1, 5, List.of(1, 3)));
        coming.await(partition, 0);
        assertThat(partition.isLeader()).isTrue();
        assertThat(nanos).hasValueLessThan(1_000_000_000L);
    }

    @Test
    void anImageThatComesShortlyAfterTheRequestIsWaitedFor() {
        Partition partition = state(2, 4, List.of(1, 2, 3));
        after(20, () -> {
            named = true;
            after(300, () -> state(1, 5, List.of(1, 3)));
        });
        coming.await(partition, 0);
        assertThat(partition.isLeader()).isTrue();
    }

    @Test
    void otherRequestsToAFollowerAreRefusedAfterAMoment() {
        Partition partition = state(2, 4, List.of(1, 2, 3));
        coming.await(partition, 0);
        assertThat(partition.isLeader()).isFalse();
        assertThat(nanos).hasValueBetween(1L, 50_000_000L);
    }

    @Test
    void aRequestForManyPartitionsIsRefusedAsSoonAsForOne() {
        for (int i = 0; i < 1_000; i++) coming.await(state(i, 2, 4, List.of(1, 2, 3)), 0);
        assertThat(nanos).hasValueBetween(1L, 50_000_000L);
    }
}
