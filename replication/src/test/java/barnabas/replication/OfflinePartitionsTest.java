package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.config.TopicConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.Uuid;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Partitions that can not be opened: those that are tried again, and how they are deleted.
class OfflinePartitionsTest {
    private static final Path ROOT = Path.of("/data");
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final TopicPartition NAME = new TopicPartition("t", 0);

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final SimulatedDisk disk = new SimulatedDisk(1, clock);
    private LogDirectory directory = open();
    private LocalPartitions partitions = new LocalPartitions(1, List.of(directory), _ -> false, 30_000, clock);

    private LogDirectory open() {
        var environment = new LogEnvironment(
                disk,
                clock,
                Threads.SYSTEM,
                new Random(1),
                Runnable::run,
                100,
                86_400_000,
                LogEnvironment.Durability.DEFAULTS);
        var opening = LogDirectory.open(ROOT, new LogDirectory.Identity(Optional.of("cluster"), 1), environment);
        if (opening instanceof LogDirectory.Opening.Opened(LogDirectory opened)) return opened;
        throw new AssertionError(opening);
    }

    private void host(Uuid topicId) {
        var leadership = new PartitionState(1, 0, 0, List.of(1), List.of(1));
        partitions.host(new LocalPartitions.Replica(NAME, topicId, leadership, TopicConfig.DEFAULTS));
    }

    @Test
    void aPartitionCreatedOnAFullDiskComesOnlineWithSpace() {
        disk.capacity(disk.bytes());
        host(TOPIC);
        assertThat(partitions.find(TOPIC, 0)).isNull();
        assertThat(partitions.isOffline("t", 0)).isTrue();
        assertThat(partitions.retryable()).containsEntry(NAME, TOPIC);
        host(TOPIC);
        assertThat(partitions.find(TOPIC, 0)).as("no space yet").isNull();

        disk.capacity(Long.MAX_VALUE);
        host(TOPIC);
        assertThat(partitions.find(TOPIC, 0)).isNotNull();
        assertThat(partitions.retryable()).isEmpty();
        assertThat(directory.failure()).isEmpty();
    }

    @Test
    void anOfflinePartitionIsDeletedAndCreatedAgain() {
        disk.capacity(disk.bytes());
        host(TOPIC);
        assertThat(directory.holds(NAME)).isTrue();
        partitions.remove(TOPIC);
        assertThat(directory.holds(NAME)).isFalse();
        assertThat(partitions.isOffline("t", 0)).isFalse();
        disk.capacity(Long.MAX_VALUE);
        var other = new Uuid(3, 4);
        host(other);
        assertThat(partitions.find(other, 0)).isNotNull();
    }

    @Test
    void aDeletionThatFailedIsTriedAgain() {
        host(TOPIC);
        disk.runShort(1000);
        partitions.remove(TOPIC);
        assertThat(directory.holds(NAME)).isTrue();
        partitions.retryDeletions();
        assertThat(directory.holds(NAME)).isTrue();
        disk.runShort(0);
        partitions.retryDeletions();
        assertThat(directory.holds(NAME)).isFalse();
    }

    @Test
    void anotherTopicOfTheNameIsNotDeleted() {
        host(TOPIC);
        directory = reopened();
        partitions = new LocalPartitions(1, List.of(directory), _ -> false, 30_000, clock);
        partitions.remove(new Uuid(3, 4));
        assertThat(directory.holds(NAME)).isTrue();
    }

    private LogDirectory reopened() {
        disk.keepCache();
        return open();
    }
}
