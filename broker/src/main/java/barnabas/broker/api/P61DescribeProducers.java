package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.log.TopicPartition;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.controller.TopicNames;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeProducersRequest;
import barnabas.protocol.message.DescribeProducersRequest.TopicRequest;
import barnabas.protocol.message.DescribeProducersResponse;
import barnabas.protocol.message.DescribeProducersResponse.PartitionResponse;
import barnabas.protocol.message.DescribeProducersResponse.ProducerState;
import barnabas.protocol.message.DescribeProducersResponse.TopicResponse;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.util.ArrayList;
import java.util.HashSet;
import org.jspecify.annotations.Nullable;

/// Shows the producers that partitions know, and where their open transactions begin (KIP-664). Waits for appends
/// that are under way, so it runs on a virtual thread.
public final class P61DescribeProducers implements BlockingApi<DescribeProducersRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final String NOT_HOSTED = "This server does not host this topic-partition.";

    private final ClusterMetadata metadata;
    private final LocalPartitions partitions;

    public P61DescribeProducers(ClusterMetadata metadata, LocalPartitions partitions) {
        this.metadata = metadata;
        this.partitions = partitions;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_PRODUCERS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeProducersRequest request, Call call) {
        var topics = new ArrayList<TopicResponse>();
        var asked = new HashSet<TopicPartition>();
        for (TopicRequest topic : request.topics()) {
            String invalid = TopicNames.problem(topic.name());
            boolean unknown = metadata.current().topic(topic.name()).isEmpty();
            var answers = new ArrayList<PartitionResponse>();
            for (int index : topic.partitionIndexes()) {
                // Each partition once: it may know a hundred thousand producers.
                if (!asked.add(new TopicPartition(topic.name(), index))) continue;
                if (invalid != null) {
                    answers.add(failed(index, ErrorCode.INVALID_TOPIC_EXCEPTION, invalid));
                } else if (unknown) {
                    answers.add(failed(index, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, NOT_HOSTED));
                } else {
                    answers.add(describe(topic.name(), index));
                }
            }
            if (answers.isEmpty() && !topic.partitionIndexes().isEmpty()) continue;
            topics.add(new TopicResponse(topic.name(), answers));
        }
        return DescribeProducersResponse.builder().topics(topics).build();
    }

    private PartitionResponse describe(String topic, int index) {
        Partition partition = partitions.find(topic, index);
        // a follower knows the producers too, and may be asked for the sake of comparison
        if (partition == null) {
            boolean elsewhere = metadata.current().partition(topic, index).isPresent();
            return failed(
                    index, elsewhere ? ErrorCode.NOT_LEADER_OR_FOLLOWER : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null);
        }
        return PartitionResponse.builder()
                .partitionIndex(index)
                .activeProducers(partition.log().activeProducers().stream()
                        .map(each -> new ProducerState(
                                each.producerId(),
                                each.producerEpoch(),
                                each.lastSequence(),
                                each.lastTimestampMillis(),
                                each.coordinatorEpoch(),
                                each.currentTransactionFirstOffset()))
                        .toList())
                .build();
    }

    private static PartitionResponse failed(int index, ErrorCode error, @Nullable String message) {
        return PartitionResponse.builder()
                .partitionIndex(index)
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }
}
