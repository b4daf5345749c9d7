package barnabas.broker.api;

import barnabas.broker.access.AuthorizedOperations;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.controller.TopicNames;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeTopicPartitionsRequest;
import barnabas.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import barnabas.protocol.message.DescribeTopicPartitionsResponse;
import barnabas.protocol.message.DescribeTopicPartitionsResponse.Cursor;
import barnabas.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition;
import barnabas.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import barnabas.replication.LocalPartitions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Describes topics page by page (KIP-966): in the order of their names, from the cursor on, up to a number of
/// partitions; the response's cursor says where to go on.
public final class P75DescribeTopicPartitions implements Api<DescribeTopicPartitionsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final ClusterMetadata metadata;
    private final LocalPartitions local;
    private final int partitionsMax;

    /// A broker's DescribeTopicPartitions.
    ///
    /// @param partitionsMax `max.request.partition.size.limit`
    public P75DescribeTopicPartitions(ClusterMetadata metadata, LocalPartitions local, int partitionsMax) {
        this.local = local;
        this.metadata = metadata;
        this.partitionsMax = partitionsMax;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_TOPIC_PARTITIONS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(DescribeTopicPartitionsRequest request, Call call) {
        ClusterImage image = metadata.current();
        DescribeTopicPartitionsRequest.Cursor cursor = request.cursor();
        List<String> names = request.topics().isEmpty()
                ? image.topicsByName().stream().map(TopicImage::name).toList()
                : request.topics().stream()
                        .map(TopicRequest::name)
                        .distinct()
                        .sorted()
                        .toList();
        if (cursor != null && isInvalid(cursor, request.topics())) {
            call.answer(response(
                    request.topics().stream()
                            .map(topic -> failed(topic.name(), ErrorCode.INVALID_REQUEST)
                                    .build())
                            .toList(),
                    null));
            return;
        }
        int left = Math.max(1, Math.min(request.responsePartitionLimit(), partitionsMax));
        var topics = new ArrayList<DescribeTopicPartitionsResponseTopic>();
        Cursor next = null;
        for (String name : names) {
            if (cursor != null && name.compareTo(cursor.topicName()) < 0) continue;
            Optional<TopicImage> topic = image.topic(name);
            if (topic.isEmpty()) {
                topics.add(unknown(name));
                continue;
            }
            int first = cursor != null && name.equals(cursor.topicName()) ? cursor.partitionIndex() : 0;
            if (left == 0) {
                next = new Cursor(name, first);
                break;
            }
            int end = (int) Math.min(topic.get().partitionCount(), (long) first + left);
            topics.add(described(image, topic.get(), first, end, call));
            left -= Math.max(0, end - first);
            if (end < topic.get().partitionCount()) {
                next = new Cursor(name, end);
                break;
            }
        }
        call.answer(response(topics, next));
    }

    /// A cursor stands before a partition of one of the topics that are asked for, if any are named.
    private static boolean isInvalid(DescribeTopicPartitionsRequest.Cursor cursor, List<TopicRequest> topics) {
        if (cursor.partitionIndex() < 0) return true;
        for (TopicRequest topic : topics) if (topic.name().equals(cursor.topicName())) return false;
        return !topics.isEmpty();
    }

    private static DescribeTopicPartitionsResponse response(
            List<DescribeTopicPartitionsResponseTopic> topics, @Nullable Cursor next) {
        return DescribeTopicPartitionsResponse.builder()
                .topics(topics)
                .nextCursor(next)
                .build();
    }

    private static DescribeTopicPartitionsResponseTopic unknown(String name) {
        boolean valid = TopicNames.problem(name) == null;
        return failed(name, valid ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION)
                .isInternal(InternalTopics.contains(name))
                .topicAuthorizedOperations(AuthorizedOperations.onTopic(true))
                .build();
    }

    private static DescribeTopicPartitionsResponseTopic.Builder failed(String name, ErrorCode error) {
        return DescribeTopicPartitionsResponseTopic.builder()
                .errorCode(error.code())
                .name(name);
    }

    private DescribeTopicPartitionsResponseTopic described(
            ClusterImage image, TopicImage topic, int first, int end, Call call) {
        var partitions = new ArrayList<DescribeTopicPartitionsResponsePartition>();
        for (int index = first; index < end; index++) {
            PartitionImage partition = topic.partitions().get(index);
            ErrorCode error = P03Metadata.leaderError(image, partition, call);
            partitions.add(DescribeTopicPartitionsResponsePartition.builder()
                    .errorCode(error.code())
                    .partitionIndex(index)
                    .leaderId(error == ErrorCode.NONE ? partition.leader() : PartitionImage.NO_LEADER)
                    .leaderEpoch(partition.leaderEpoch())
                    .replicaNodes(partition.replicas())
                    .isrNodes(partition.isr())
                    .eligibleLeaderReplicas(partition.eligibleLeaderReplicas())
                    .lastKnownElr(partition.lastKnownElr())
                    .offlineReplicas(P03Metadata.offline(image, topic, partition, local))
                    .build());
        }
        return DescribeTopicPartitionsResponseTopic.builder()
                .name(topic.name())
                .topicId(topic.id())
                .isInternal(topic.isInternal())
                .partitions(partitions)
                .topicAuthorizedOperations(AuthorizedOperations.onTopic(true))
                .build();
    }
}
