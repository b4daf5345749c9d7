package barnabas.sim;

import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import barnabas.protocol.message.OffsetFetchResponse;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Commits rising offsets of a group and fetches them again. After a commit that was not answered, which may still
/// arrive, it goes on with another group.
final class Committer implements Runnable {
    private static final int COMMIT_VERSION = 8;
    private static final int FETCH_VERSION = 8;
    static final int STEP_MAX = 50;
    private static final int PAUSE_NANOS_MAX = 150_000_000;

    private final String name;
    private final Client client;
    private final Work work;
    private final int stepMax;
    private final SplittableRandom random;
    private int groups;
    private long offset;

    /// @param stepMax by how much the next offset is larger, at most
    Committer(String name, Client client, Work work, int stepMax) {
        this.name = name;
        this.client = client;
        this.work = work;
        this.stepMax = stepMax;
        this.random = client.random();
    }

    @Override
    public void run() {
        while (!work.hasEnded()) {
            Partition partition = work.any(random);
            if (random.nextBoolean()) commit(partition);
            else fetch(name + "-" + random.nextInt(groups + 1), partition);
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
    }

    private static String key(String group, Partition partition) {
        return "group " + group + " " + partition.name();
    }

    private void commit(Partition partition) {
        String group = name + "-" + groups;
        int node = client.coordinator(0, group);
        if (node == 0) {
            client.pause();
            return;
        }
        offset += 1 + random.nextInt(stepMax);
        String key = key(group, partition);
        work.ledger().committing(key, offset);
        var request = OffsetCommitRequest.builder()
                .groupId(group)
                .generationIdOrMemberEpoch(-1)
                .memberId("")
                .topics(List.of(OffsetCommitRequestTopic.builder()
                        .name(partition.topic())
                        .partitions(List.of(OffsetCommitRequestPartition.builder()
                                .partitionIndex(partition.index())
                                .committedOffset(offset)
                                .committedLeaderEpoch(-1)
                                .committedMetadata("")
                                .build()))
                        .build()))
                .build();
        OffsetCommitResponse response = client.ask(node, COMMIT_VERSION, request, OffsetCommitResponse.class);
        if (response == null) groups++;
        boolean done = response != null
                && response.topics().getFirst().partitions().getFirst().errorCode() == 0;
        if (done) work.ledger().committed(key, offset);
        else client.forgetCoordinator(group);
    }

    /// False when no answer came.
    boolean fetch(String group, Partition partition) {
        String key = key(group, partition);
        long floor = work.ledger().committedFloor(key);
        Long found = offset(client, group, partition);
        if (found == null) return false;
        work.ledger().offsetFetched(key, floor, found, () -> "; leaders of its offsets are " + leaders(group));
        return true;
    }

    private String leaders(String group) {
        int index = (group.hashCode() & Integer.MAX_VALUE) % SimulatedHost.OFFSETS_PARTITIONS;
        return work.leadersOf(new Partition("__consumer_offsets", index));
    }

    /// All groups that it has committed for.
    List<String> groups() {
        return IntStream.rangeClosed(0, groups)
                .mapToObj(each -> name + "-" + each)
                .toList();
    }

    /// The committed offset, -1 without one; null when no answer came.
    static @Nullable Long offset(Client client, String group, Partition partition) {
        int node = client.coordinator(0, group);
        if (node == 0) return null;
        OffsetFetchResponse response =
                client.ask(node, FETCH_VERSION, fetchOf(group, partition), OffsetFetchResponse.class);
        if (response == null || response.groups().getFirst().errorCode() != 0) {
            client.forgetCoordinator(group);
            return null;
        }
        var answer =
                response.groups().getFirst().topics().getFirst().partitions().getFirst();
        return answer.errorCode() == 0 ? answer.committedOffset() : null;
    }

    private static OffsetFetchRequest fetchOf(String group, Partition partition) {
        return OffsetFetchRequest.builder()
                .groups(List.of(OffsetFetchRequestGroup.builder()
                        .groupId(group)
                        .topics(List.of(OffsetFetchRequestTopics.builder()
                                .name(partition.topic())
                                .partitionIndexes(List.of(partition.index()))
                                .build()))
                        .build()))
                .requireStable(true)
                .build();
    }

    /// Fetches everything that was committed, once more.
    boolean fetchAll(long deadlineNanos) {
        for (int group = 0; group <= groups; group++) {
            String each = name + "-" + group;
            for (Partition partition : work.partitions()) {
                if (!client.retry(deadlineNanos, () -> fetch(each, partition))) return false;
            }
        }
        return true;
    }
}
