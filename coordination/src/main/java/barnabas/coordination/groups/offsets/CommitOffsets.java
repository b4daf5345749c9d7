package barnabas.coordination.groups.offsets;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.VerificationProof;
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
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// OffsetCommit (API 8) and TxnOffsetCommit (API 28). Every partition has its own result; those that may be
/// committed go into the log together.
public final class CommitOffsets {
    private static final long NO_RETENTION_TIME = -1;

    private final Supplier<TopicsView> topics;
    private final Supplier<Integer> metadataBytesMax;
    private final Offsets offsets;

    public CommitOffsets(Offsets offsets, Supplier<TopicsView> topics, Supplier<Integer> metadataBytesMax) {
        this.offsets = offsets;
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
        var answers = new ArrayList<OffsetCommitResponseTopic>(request.topics().size());
        long expireMillis =
                request.retentionTimeMs() == NO_RETENTION_TIME ? -1 : now.millis() + request.retentionTimeMs();
        var commits = new Commits(accepted, expireMillis, now);
        for (var asked : request.topics()) {
            Target target = target(asked.name(), asked.topicId());
            var partitions = new ArrayList<OffsetCommitResponsePartition>(
                    asked.partitions().size());
            for (var each : asked.partitions()) {
                ErrorCode error = commits.add(
                        target,
                        each.partitionIndex(),
                        each.committedOffset(),
                        each.committedLeaderEpoch(),
                        each.committedMetadata());
                partitions.add(new OffsetCommitResponsePartition(each.partitionIndex(), error.code()));
            }
            answers.add(new OffsetCommitResponseTopic(asked.name(), asked.topicId(), partitions));
        }
        return Decision.append(
                commits.records,
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
        var commits = new Commits(accepted, -1, now);
        var answers =
                new ArrayList<TxnOffsetCommitResponseTopic>(request.topics().size());
        for (var asked : request.topics()) {
            Target target = target(asked.name(), asked.topicId());
            var partitions = new ArrayList<TxnOffsetCommitResponsePartition>(
                    asked.partitions().size());
            for (var each : asked.partitions()) {
                ErrorCode error = commits.add(
                        target,
                        each.partitionIndex(),
                        each.committedOffset(),
                        each.committedLeaderEpoch(),
                        each.committedMetadata());
                partitions.add(new TxnOffsetCommitResponsePartition(each.partitionIndex(), error.code()));
            }
            answers.add(new TxnOffsetCommitResponseTopic(asked.name(), asked.topicId(), partitions));
        }
        TxnOffsetCommitResponse answer =
                TxnOffsetCommitResponse.builder().topics(answers).build();
        if (commits.records.isEmpty()) return Decision.answer(ticket, answer);
        return new Decision.Append(
                commits.records,
                new Producer(request.producerId(), request.producerEpoch()),
                admission,
                true,
                () -> Decision.answer(ticket, answer),
                error -> Decision.answer(ticket, refusal(request, storageError(error))));
    }

    /// Partitions of one request: those that may be committed become records.
    private final class Commits {
        private final Accepted accepted;
        private final long expireMillis;
        private final Now now;
        private final List<CoordinatorRecord> records = new ArrayList<>();
        private long addedBytes;

        /// @param expireMillis since the epoch; -1 unless the request says so
        Commits(Accepted accepted, long expireMillis, Now now) {
            this.accepted = accepted;
            this.expireMillis = expireMillis;
            this.now = now;
        }

        /// Returns NONE, or the reason why the offset is not committed.
        ErrorCode add(Target target, int partition, long offset, int leaderEpoch, @Nullable String metadata) {
            if (target.error != ErrorCode.NONE) return target.error;
            if (partition < 0 || partition >= target.partitionCount) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
            if (metadata != null && metadata.length() > metadataBytesMax.get()) {
                return ErrorCode.OFFSET_METADATA_TOO_LARGE;
            }
            ErrorCode error = accepted.group.checkPartition(accepted.committer, target.id, partition);
            if (error != ErrorCode.NONE) return error;
            String kept = metadata == null ? "" : metadata;
            if (!offsets.hasRoomFor(accepted.groupId, target.name, partition, kept, addedBytes)) {
                return ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
            }
            addedBytes += OffsetMemory.bytes(accepted.groupId, kept);
            records.add(OffsetRecords.offset(
                    new OffsetCommitKey(accepted.groupId, target.name, partition),
                    new OffsetCommitValue(offset, leaderEpoch, kept, now.millis(), expireMillis, target.id)));
            return ErrorCode.NONE;
        }
    }

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
}
