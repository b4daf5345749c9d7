package barnabas.broker.validation;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.peers.BrokerNetwork;
import barnabas.broker.peers.BrokerPeers;
import barnabas.config.BrokerConfig;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.net.peer.Peer;
import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.replication.LocalPartitions;
import barnabas.replication.Partition;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A topic with one partition, read from this broker's own log when it is the leader, else from the leader over the
/// listener between brokers. Any thread.
public final class ClusterSchemaLog implements SchemaLog {
    private static final int PARTITION = 0;
    private static final byte READ_COMMITTED = 1;
    private static final int NO_SESSION = 0;
    private static final int FULL_FETCH_EPOCH = -1;
    private static final int ANSWER_MILLIS_MAX = 5_000;

    private final String topic;
    private final ClusterMetadata metadata;
    private final LocalPartitions partitions;
    private final BrokerPeers peers;
    private final Clock clock;

    public ClusterSchemaLog(
            String topic,
            BrokerConfig config,
            ClusterMetadata metadata,
            LocalPartitions partitions,
            BrokerNetwork network,
            Clock clock) {
        this.topic = topic;
        this.metadata = metadata;
        this.partitions = partitions;
        this.peers = new BrokerPeers("schemas", config, metadata::current, network);
        this.clock = clock;
    }

    @Override
    public @Nullable Uuid topicId() {
        TopicImage image = metadata.current().topic(topic).orElse(null);
        return image == null ? null : image.id();
    }

    @Override
    public PartitionData read(long offset, int bytesMax) throws IOException, InterruptedException {
        TopicImage image = metadata.current().topic(topic).orElse(null);
        if (image == null) return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        int leader = image.partition(PARTITION).map(PartitionImage::leader).orElse(PartitionImage.NO_LEADER);
        if (leader != partitions.brokerId()) return ask(leader, image, offset, bytesMax);
        Partition own = partitions.find(image.id(), PARTITION);
        return own == null ? failed(ErrorCode.LEADER_NOT_AVAILABLE) : own(own, offset, bytesMax);
    }

    private static PartitionData own(Partition partition, long offset, int bytesMax) throws IOException {
        long stable = partition.lastStableOffset();
        ReadResult result = partition.log().read(offset, bytesMax, true, stable);
        return switch (result) {
            case LogSlice slice -> {
                try (slice) {
                    yield PartitionData.builder()
                            .partitionIndex(PARTITION)
                            .highWatermark(partition.highWatermark())
                            .lastStableOffset(stable)
                            .abortedTransactions(partition.log().abortedTransactions(slice).stream()
                                    .map(each ->
                                            new FetchResponse.AbortedTransaction(each.producerId(), each.firstOffset()))
                                    .toList())
                            .records(RecordData.of(slice.copy()))
                            .build();
                }
            }
            case ReadResult.OutOfRange(long start, long _) ->
                PartitionData.builder()
                        .partitionIndex(PARTITION)
                        .errorCode(ErrorCode.OFFSET_OUT_OF_RANGE.code())
                        .highWatermark(partition.highWatermark())
                        .logStartOffset(start)
                        .build();
            case ReadResult.Damaged(IOException cause) -> throw cause;
            case ReadResult.StorageFailed(IOException cause) -> throw cause;
        };
    }

    private PartitionData ask(int leader, TopicImage image, long offset, int bytesMax)
            throws IOException, InterruptedException {
        Peer peer = leader < 0 ? null : peers.to(leader);
        if (peer == null) throw new IOException(topic + " has no leader now");
        PeerOutcome outcome = peer.call(request(image, offset, bytesMax), Deadline.inMillis(ANSWER_MILLIS_MAX, clock));
        if (!(outcome instanceof PeerOutcome.Answered(FetchResponse response, var _)))
            throw new IOException("broker " + leader + ", which leads " + topic + ", does not answer: " + outcome);
        if (response.errorCode() != ErrorCode.NONE.code()) return failed(ErrorCode.of(response.errorCode()));
        for (FetchableTopicResponse each : response.responses())
            for (PartitionData data : each.partitions()) return data;
        return failed(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    private FetchRequest request(TopicImage image, long offset, int bytesMax) {
        var asked = FetchPartition.builder()
                .partition(PARTITION)
                .fetchOffset(offset)
                .partitionMaxBytes(bytesMax)
                .build();
        return FetchRequest.builder()
                .maxWaitMs(0)
                .minBytes(0)
                .maxBytes(bytesMax)
                .isolationLevel(READ_COMMITTED)
                .sessionId(NO_SESSION)
                .sessionEpoch(FULL_FETCH_EPOCH)
                .topics(List.of(FetchTopic.builder()
                        .topic(topic)
                        .topicId(image.id())
                        .partitions(List.of(asked))
                        .build()))
                .build();
    }

    private static PartitionData failed(ErrorCode error) {
        return PartitionData.builder()
                .partitionIndex(PARTITION)
                .errorCode(error.code())
                .highWatermark(-1)
                .build();
    }

    @Override
    public void close() {
        peers.close();
    }
}
