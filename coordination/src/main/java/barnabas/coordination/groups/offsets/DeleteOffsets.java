package barnabas.coordination.groups.offsets;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Ticket;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.OffsetDeleteResponse.OffsetDeleteResponsePartition;
import barnabas.protocol.message.OffsetDeleteResponse.OffsetDeleteResponseTopic;
import java.util.ArrayList;
import java.util.function.Supplier;

/// OffsetDelete (API 47).
public final class DeleteOffsets {
    private final Offsets offsets;
    private final Supplier<TopicsView> topics;

    public DeleteOffsets(Offsets offsets, Supplier<TopicsView> topics) {
        this.offsets = offsets;
        this.topics = topics;
    }

    public static OffsetDeleteResponse refusal(ErrorCode error) {
        return OffsetDeleteResponse.builder().errorCode(error.code()).build();
    }

    public Decision delete(Ticket<OffsetDeleteResponse> ticket, OffsetDeleteRequest request, OffsetOwner group) {
        ErrorCode invalid = group.checkOffsetDelete();
        if (invalid != ErrorCode.NONE) return Decision.answer(ticket, refusal(invalid));
        var records = new ArrayList<CoordinatorRecord>();
        var answers = new ArrayList<OffsetDeleteResponseTopic>(request.topics().size());
        for (var topic : request.topics()) {
            TopicsView.Topic known = topics.get().byName(topic.name());
            var partitions = new ArrayList<OffsetDeleteResponsePartition>(
                    topic.partitions().size());
            for (var each : topic.partitions()) {
                int partition = each.partitionIndex();
                ErrorCode error = known == null || partition < 0 || partition >= known.partitionCount()
                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                        : group.isSubscribedTo(topic.name()) ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE;
                if (error == ErrorCode.NONE && has(request.groupId(), topic.name(), partition)) {
                    records.add(OffsetRecords.offsetTombstone(
                            new OffsetCommitKey(request.groupId(), topic.name(), partition)));
                }
                partitions.add(new OffsetDeleteResponsePartition(partition, error.code()));
            }
            answers.add(new OffsetDeleteResponseTopic(topic.name(), partitions));
        }
        return Decision.append(
                records,
                ticket,
                OffsetDeleteResponse.builder().topics(answers).build(),
                error -> refusal(CommitOffsets.storageError(error)));
    }

    private boolean has(String groupId, String topic, int partition) {
        return offsets.find(groupId, topic, partition) != null || offsets.isPending(groupId, topic, partition);
    }
}
