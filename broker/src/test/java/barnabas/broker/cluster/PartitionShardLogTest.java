package barnabas.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.broker.TestDirectory;
import barnabas.config.TopicConfig;
import barnabas.log.TopicPartition;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import barnabas.replication.PartitionState;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PartitionShardLogTest {
    private static final Uuid TOPIC = new Uuid(1, 2);

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final SimulatedDisk disk = new SimulatedDisk(1, clock);
    private final LocalPartitions partitions = new LocalPartitions(
            1, List.of(TestDirectory.open(Path.of("/data"), disk, clock)), _ -> false, 30_000, clock);

    private Partition become(int leader, int epoch) {
        var state = new PartitionState(leader, epoch, epoch, List.of(1, 2), List.of(1));
        partitions.host(new LocalPartitions.Replica(
                new TopicPartition("__consumer_offsets", 0), TOPIC, state, TopicConfig.DEFAULTS, false, null));
        return Objects.requireNonNull(partitions.find(TOPIC, 0));
    }

    /// Records of the next leader may stand where those of this epoch stood.
    @Test
    void commitsOfTheNextLeaderDoNotCountInThisEpoch() {
        Partition partition = become(1, 4);
        var log = new PartitionShardLog(partition, 4, 1 << 20);
        log.append(new RecordBatchBuilder(Compression.NONE)
                .append(clock.millis(), new byte[1], null)
                .build());
        assertThat(partition.highWatermark()).isEqualTo(1);
        assertThat(log.highWatermark()).isEqualTo(1);
        become(2, 5);
        assertThat(log.highWatermark()).isZero();
    }
}
