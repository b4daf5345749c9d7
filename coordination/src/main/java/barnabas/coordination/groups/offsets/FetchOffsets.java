package barnabas.coordination.groups.offsets;

import barnabas.coordination.StorageErrors;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// OffsetFetch (API 9) for one group.
public final class FetchOffsets {
    private static final long NO_OFFSET = -1;
    private static final int NO_LEADER_EPOCH = -1;

    private final Offsets offsets;
    private final Supplier<TopicsView> topics;

    public FetchOffsets(Offsets offsets, Supplier<TopicsView> topics) {
        this.offsets = offsets;
        this.topics = topics;
    }

    /// Form of an answer.
    ///
    /// @param byId topics are named by id, as from version 10 on
    /// @param requireStable offsets that an open transaction may change are UNSTABLE_OFFSET_COMMIT
    public record Manner(boolean byId, boolean requireStable) {}

    /// Clients before 3.9 take for final what an unavailable coordinator, a timeout or too few replicas are called
    /// elsewhere: as in Kafka these are NOT_COORDINATOR here, which has any client look for the coordinator again.
    public static OffsetFetchResponseGroup refusal(OffsetFetchRequestGroup asked, ErrorCode error) {
        ErrorCode shown = StorageErrors.toResponse(error);
        if (shown == ErrorCode.COORDINATOR_NOT_AVAILABLE) shown = ErrorCode.NOT_COORDINATOR;
        return new OffsetFetchResponseGroup(asked.groupId(), List.of(), shown.code());
    }

    /// @param group null when there is none: then nothing is committed, which is no error
    public OffsetFetchResponseGroup fetch(OffsetFetchRequestGroup asked, @Nullable OffsetOwner group, Manner manner) {
        if (group != null) {
            ErrorCode error = group.checkFetch(asked.memberId(), asked.memberEpoch());
            if (error != ErrorCode.NONE) return refusal(asked, error);
        }
        List<OffsetFetchRequestTopics> wanted = asked.topics();
        var answers = wanted == null ? all(asked.groupId(), manner) : some(asked.groupId(), wanted, manner);
        return new OffsetFetchResponseGroup(asked.groupId(), answers, ErrorCode.NONE.code());
    }

    private List<OffsetFetchResponseTopics> some(String groupId, List<OffsetFetchRequestTopics> wanted, Manner manner) {
        var answers = new ArrayList<OffsetFetchResponseTopics>(wanted.size());
        var answeredByTopic = new HashMap<String, Set<Integer>>();
        for (OffsetFetchRequestTopics topic : wanted) {
            String name = topic.name();
            Uuid id = topic.topicId();
            if (manner.byId && name.isEmpty()) {
                TopicsView.Topic known = topics.get().byId(id);
                if (known == null) {
                    answers.add(unknown(topic));
                    continue;
                }
                name = known.name();
            }
            // Each partition once: its metadata may be a thousand times as long as its number.
            Set<Integer> answered = answeredByTopic.computeIfAbsent(name, each -> new HashSet<>());
            var partitions = new ArrayList<OffsetFetchResponsePartitions>(
                    topic.partitionIndexes().size());
            for (int partition : topic.partitionIndexes()) {
                if (answered.add(partition)) partitions.add(answer(groupId, name, id, partition, manner));
            }
            if (partitions.isEmpty() && !topic.partitionIndexes().isEmpty()) continue;
            answers.add(new OffsetFetchResponseTopics(topic.name(), id, partitions));
        }
        return answers;
    }

    private static OffsetFetchResponseTopics unknown(OffsetFetchRequestTopics topic) {
        var partitions = new ArrayList<OffsetFetchResponsePartitions>(
                topic.partitionIndexes().size());
        for (int partition : topic.partitionIndexes()) partitions.add(none(partition, ErrorCode.UNKNOWN_TOPIC_ID));
        return new OffsetFetchResponseTopics("", topic.topicId(), partitions);
    }

    private List<OffsetFetchResponseTopics> all(String groupId, Manner manner) {
        var answers = new ArrayList<OffsetFetchResponseTopics>();
        for (Map.Entry<String, Map<Integer, CommittedOffset>> topic :
                offsets.ofGroup(groupId).entrySet()) {
            TopicsView.Topic known = topics.get().byName(topic.getKey());
            // A topic that is gone cannot be named by its id.
            if (manner.byId && known == null) continue;
            Uuid id = manner.byId && known != null ? known.id() : Uuid.ZERO;
            var partitions = new ArrayList<OffsetFetchResponsePartitions>();
            for (int partition : topic.getValue().keySet()) {
                partitions.add(answer(groupId, topic.getKey(), id, partition, manner));
            }
            answers.add(new OffsetFetchResponseTopics(topic.getKey(), id, partitions));
        }
        return answers;
    }

    private OffsetFetchResponsePartitions answer(String groupId, String topic, Uuid id, int partition, Manner manner) {
        if (manner.requireStable && offsets.isPending(groupId, topic, partition)) {
            return none(partition, ErrorCode.UNSTABLE_OFFSET_COMMIT);
        }
        CommittedOffset offset = offsets.find(groupId, topic, partition);
        if (offset == null || offset.isOfAnotherTopicThan(id)) return none(partition, ErrorCode.NONE);
        return new OffsetFetchResponsePartitions(
                partition, offset.offset(), offset.leaderEpoch(), offset.metadata(), ErrorCode.NONE.code());
    }

    private static OffsetFetchResponsePartitions none(int partition, ErrorCode error) {
        return new OffsetFetchResponsePartitions(partition, NO_OFFSET, NO_LEADER_EPOCH, "", error.code());
    }
}
