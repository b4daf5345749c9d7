package barnabas.coordination.groups.offsets;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.Ticket;
import barnabas.coordination.VerificationProof;
import barnabas.coordination.groups.common.GroupRecords;
import barnabas.coordination.groups.common.StorageErrors;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponsePartition;
import barnabas.protocol.message.TxnOffsetCommitResponse.TxnOffsetCommitResponseTopic;
import java.util.ArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// OffsetCommit (API 8) and TxnOffsetCommit (API 28). Every partition has its own result; those that may be
/// committed go into the log together.
public final class CommitOffsets {
    private static final long NO_RETENTION_TIME = -1;

    private final Supplier<TopicsView> topics;
    private final Supplier<Integer> metadataBytesMax;

    public CommitOffsets(Supplier<TopicsView> topics, Supplier<Integer> metadataBytesMax) {
        this.topics = topics;
        this.metadataBytesMax = metadataBytesMax;
    }

    /// Every partition of the request with the same error.
    public static OffsetCommitResponse refusal(OffsetCommitRequest request, ErrorCode error) {
        var answers = new ArrayList<OffsetCommitResponseTopic>(request.topics().size());
        for (var topic : request.topics()) {
            var partitions = new ArrayList<OffsetCommitResponsePartition>(
                    topic.partitions().size());
            for (var each : topic.partitions()) {
                partitions.add(new OffsetCommitResponsePartition(each.partitionIndex(), error.code()));
            }
            answers.add(new OffsetCommitResponseTopic(topic.name(), topic.topicId(), partitions));
        }
        return OffsetCommitResponse.builder().topics(answers).build();
    }

    public static TxnOffsetCommitResponse refusal(TxnOffsetCommitRequest request, ErrorCode error) {
        var answers =
                new ArrayList<TxnOffsetCommitResponseTopic>(request.topics().size());
        for (var topic : request.topics()) {
            var partitions = new ArrayList<TxnOffsetCommitResponsePartition>(
                    topic.partitions().size());
            for (var each : topic.partitions()) {
                partitions.add(new TxnOffsetCommitResponsePartition(each.partitionIndex(), error.code()));
            }
            answers.add(new TxnOffsetCommitResponseTopic(topic.name(), topic.topicId(), partitions));
        }
        return TxnOffsetCommitResponse.builder().topics(answers).build();
    }

    /// Error for the client when offsets could not be written.
    public static ErrorCode storageError(ErrorCode append) {
        return switch (append) {
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE -> ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
            default -> StorageErrors.toResponse(append);
        };
    }

    /// A group that accepted the committer, and who that is.
    public record Accepted(String groupId, OffsetOwner group, OffsetOwner.Committer committer) {}

    public Decision commit(
            Ticket<OffsetCommitResponse> ticket, OffsetCommitRequest request, Accepted accepted, Now now) {
        var records = new ArrayList<CoordinatorRecord>();
        var answers = new ArrayList<OffsetCommitResponseTopic>(request.topics().size());
        long expireMillis =
                request.retentionTimeMs() == NO_RETENTION_TIME ? -1 : now.millis() + request.retentionTimeMs();
        for (var asked : request.topics()) {
            Target target = target(asked.name(), asked.topicId());
            var partitions = new ArrayList<OffsetCommitResponsePartition>(
                    asked.partitions().size());
            for (var each : asked.partitions()) {
                var commit = new OnePartition(
                        each.partitionIndex(),
                        each.committedOffset(),
                        each.committedLeaderEpoch(),
                        each.committedMetadata(),
                        expireMillis);
                ErrorCode error = check(accepted, target, commit);
                if (error == ErrorCode.NONE) records.add(record(accepted.groupId, target, commit, now));
                partitions.add(new OffsetCommitResponsePartition(each.partitionIndex(), error.code()));
            }
            answers.add(new OffsetCommitResponseTopic(asked.name(), asked.topicId(), partitions));
        }
        return Decision.append(
                records,
                ticket,
                OffsetCommitResponse.builder().topics(answers).build(),
                error -> refusal(request, storageError(error)));
    }

    public Decision commit(
            Ticket<TxnOffsetCommitResponse> ticket,
            TxnOffsetCommitRequest request,
            Accepted accepted,
            @Nullable VerificationProof admission,
            Now now) {
        var records = new ArrayList<CoordinatorRecord>();
        var answers =
                new ArrayList<TxnOffsetCommitResponseTopic>(request.topics().size());
        for (var asked : request.topics()) {
            Target target = target(asked.name(), asked.topicId());
            var partitions = new ArrayList<TxnOffsetCommitResponsePartition>(
                    asked.partitions().size());
            for (var each : asked.partitions()) {
                var commit = new OnePartition(
                        each.partitionIndex(),
                        each.committedOffset(),
                        each.committedLeaderEpoch(),
                        each.committedMetadata(),
                        -1);
                ErrorCode error = check(accepted, target, commit);
                if (error == ErrorCode.NONE) records.add(record(accepted.groupId, target, commit, now));
                partitions.add(new TxnOffsetCommitResponsePartition(each.partitionIndex(), error.code()));
            }
            answers.add(new TxnOffsetCommitResponseTopic(asked.name(), asked.topicId(), partitions));
        }
        TxnOffsetCommitResponse answer =
                TxnOffsetCommitResponse.builder().topics(answers).build();
        if (records.isEmpty()) return Decision.answer(ticket, answer);
        return new Decision.Append(
                records,
                new Producer(request.producerId(), request.producerEpoch()),
                admission,
                true,
                () -> Decision.answer(ticket, answer),
                error -> Decision.answer(ticket, refusal(request, storageError(error))));
    }

    /// Offset to commit for a partition.
    private record OnePartition(
            int partition,
            long offset,
            int leaderEpoch,
            @Nullable String metadata,
            long expireMillis) {}

    /// A topic as the cluster knows it, or why it cannot be committed for.
    private record Target(String name, Uuid id, int partitionCount, ErrorCode error) {}

    private Target target(String name, Uuid id) {
        TopicsView view = topics.get();
        if (name.isEmpty() && !id.isZero()) {
            TopicsView.Topic topic = view.byId(id);
            if (topic == null) return new Target("", id, 0, ErrorCode.UNKNOWN_TOPIC_ID);
            return new Target(topic.name(), id, topic.partitionCount(), ErrorCode.NONE);
        }
        TopicsView.Topic topic = view.byName(name);
        if (topic == null) return new Target(name, id, 0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        return new Target(name, topic.id(), topic.partitionCount(), ErrorCode.NONE);
    }

    private ErrorCode check(Accepted accepted, Target target, OnePartition commit) {
        if (target.error != ErrorCode.NONE) return target.error;
        if (commit.partition < 0 || commit.partition >= target.partitionCount) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        String metadata = commit.metadata;
        if (metadata != null && metadata.length() > metadataBytesMax.get()) return ErrorCode.OFFSET_METADATA_TOO_LARGE;
        return accepted.group.checkPartition(accepted.committer, target.id, commit.partition);
    }

    private static CoordinatorRecord record(String groupId, Target target, OnePartition commit, Now now) {
        return GroupRecords.offset(
                new OffsetCommitKey(groupId, target.name, commit.partition),
                new OffsetCommitValue(
                        commit.offset,
                        commit.leaderEpoch,
                        commit.metadata == null ? "" : commit.metadata,
                        now.millis(),
                        commit.expireMillis,
                        target.id));
    }
}
