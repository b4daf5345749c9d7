package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.config.TopicConfig;
import barnabas.log.AppendResult;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.replication.placement.UnusableDirectories;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Partitions that can not be opened: those that are tried again, and how they are deleted.
class OfflinePartitionsTest {
    private static final Path ROOT = Path.of("/data");
    private static final Uuid TOPIC = new Uuid(1, 2);
    /// A directory that is not here.
    private static final Uuid ELSEWHERE = new Uuid(5, 6);
    /// Position in a batch.
    private static final int PRODUCER_ID = 43;

    private static final TopicPartition NAME = new TopicPartition("t", 0);

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final SimulatedDisk disk = new SimulatedDisk(1, clock);
    private LogDirectory directory = open();
    private LocalPartitions partitions = new LocalPartitions(1, List.of(directory), _ -> false, 30_000, clock);

    private LogDirectory open() {
        return TestDirectory.open(ROOT, disk, clock);
    }

    private void host(Uuid topicId) {
        var leadership = new PartitionState(1, 0, 0, List.of(1), List.of(1));
        partitions.host(new LocalPartitions.Replica(NAME, topicId, leadership, TopicConfig.DEFAULTS, false, null));
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

    @Test
    void aLostReplicaIsCopiedAgainOnlyWhereOthersHaveEverything() throws IOException {
        follow(false);
        FollowerReplica replica = replica();
        assertThat(replica.append(batch(), 1)).isInstanceOf(AppendResult.Appended.class);
        directory.close();
        disk.delete(ROOT.resolve("t-0/00000000000000000000.log"));
        directory = reopened();
        partitions = new LocalPartitions(1, List.of(directory), _ -> false, 30_000, clock);

        follow(false);
        assertThat(partitions.isOffline("t", 0)).as("this may be the only copy").isTrue();
        follow(true);
        assertThat(partitions.isOffline("t", 0)).isFalse();
        assertThat(replica().endOffset()).isZero();
        assertThat(replica().append(batch(), 1)).isInstanceOf(AppendResult.Appended.class);
        assertThat(partitions.offlineCount()).isZero();
    }

    /// The batch lies before the last entry of the index, where a start believes the disk.
    @Test
    void aReplicaWithADoubtfulProducerIsCopiedAgainOnlyWhereOthersHaveEverything() throws IOException {
        Path segment = ROOT.resolve("t-0/00000000000000000000.log");
        follow(false);
        for (int i = 0; i < 4; i++)
            assertThat(replica().append(batchOf(7, i), 1)).isInstanceOf(AppendResult.Appended.class);
        directory.log(NAME).orElseThrow().flush();
        directory.checkpoint();
        byte[] content = disk.contentOf(segment);
        content[content.length / 4 + PRODUCER_ID] ^= 1;
        disk.overwrite(segment, content);
        directory = reopened();
        partitions = new LocalPartitions(1, List.of(directory), _ -> false, 30_000, clock);

        follow(false);
        assertThat(partitions.isOffline("t", 0))
                .as("all but one batch can be read")
                .isFalse();
        assertThat(replica().endOffset()).isEqualTo(4);
        directory = reopened();
        partitions = new LocalPartitions(1, List.of(directory), _ -> false, 30_000, clock);
        follow(true);
        assertThat(replica().endOffset()).isZero();
        assertThat(replica().append(batchOf(7, 0), 1)).isInstanceOf(AppendResult.Appended.class);
    }

    private static ByteBuffer batchOf(long producerId, int sequence) {
        ByteBuffer batch = new RecordBatchBuilder(Compression.NONE)
                .producer(producerId, (short) 0, sequence)
                .append(0, null, new byte[3_000])
                .build();
        RecordBatch.at(batch, batch.position()).rewriteBaseOffset(sequence);
        RecordBatch.at(batch, batch.position()).rewriteLeaderEpoch(1);
        return batch;
    }

    @Test
    void aReplicaOfAMissingDirectoryIsMadeWhereOthersHaveEverything() {
        follow(false, ELSEWHERE);
        assertThat(partitions.isOffline("t", 0)).as("it could lead").isTrue();
        assertThat(directory.holds(NAME)).isFalse();
        follow(true, ELSEWHERE);
        assertThat(partitions.isOffline("t", 0)).isFalse();
        assertThat(replica().endOffset()).isZero();
    }

    @Test
    void aReplicaOfAnUnusableDirectoryIsMadeNowhere() {
        var unusable = List.of(new UnusableDirectories.Unusable(Path.of("/away"), "it is read-only"));
        partitions.homes().keepOffline(new UnusableDirectories(unusable, Map.of(TOPIC, Set.of(NAME))));
        for (Uuid recorded : new Uuid[] {ELSEWHERE, null}) {
            follow(true, recorded);
            assertThat(partitions.isOffline("t", 0)).isTrue();
            assertThat(directory.holds(NAME)).isFalse();
            partitions.remove(TOPIC);
            assertThat(partitions.offlineCount()).isZero();
        }
        var other = new Uuid(3, 4);
        host(other);
        assertThat(partitions.find(other, 0)).as("a new topic").isNotNull();
    }

    private void follow(boolean replaceable) {
        follow(replaceable, null);
    }

    private void follow(boolean replaceable, @Nullable Uuid recorded) {
        var leadership = new PartitionState(2, 1, 1, List.of(1, 2), List.of(2));
        partitions.host(
                new LocalPartitions.Replica(NAME, TOPIC, leadership, TopicConfig.DEFAULTS, replaceable, recorded));
    }

    private FollowerReplica replica() {
        Partition partition = partitions.find(TOPIC, 0);
        assertThat(partition).isNotNull();
        return partition.follower();
    }

    private static ByteBuffer batch() {
        ByteBuffer batch = new RecordBatchBuilder(Compression.NONE)
                .append(0, null, new byte[] {1})
                .build();
        RecordBatch.at(batch, batch.position()).rewriteLeaderEpoch(1);
        return batch;
    }

    private LogDirectory reopened() {
        disk.keepCache();
        return open();
    }
}
