package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DescribeTopicPartitionsRequest;
import barnabas.protocol.message.DescribeTopicPartitionsRequest.Cursor;
import barnabas.protocol.message.DescribeTopicPartitionsRequest.TopicRequest;
import barnabas.protocol.message.DescribeTopicPartitionsResponse;
import barnabas.protocol.message.DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ElectLeadersResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests with several faults get the error that Apache Kafka 4.4.0 gives, which looks for faults in its own order.
@Timeout(60)
class OrderOfChecksTest {
    @TempDir
    Path data;

    private Barnabas broker;

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private <R extends ResponseMessage> R ask(RequestMessage request, int version, Class<R> type) throws IOException {
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(socket, request.apiKey(), version, request);
            return type.cast(RawRequests.receive(socket, request.apiKey(), version));
        }
    }

    @Test
    void anUnknownTopicCountsBeforeTheTransaction() throws IOException {
        for (int version : new int[] {0, 3, 5, 6}) {
            var request = TxnOffsetCommitRequest.builder()
                    .transactionalId("x")
                    .groupId(version == 0 ? "" : "g")
                    .producerId(7)
                    .topics(List.of(transactional("t", 9), transactional("nope", 0)))
                    .build();
            assertThat(ask(request, version, TxnOffsetCommitResponse.class).topics())
                    .flatExtracting(topic -> topic.partitions())
                    .extracting(each -> each.errorCode())
                    .containsOnly(
                            (version >= 6 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION).code());
        }
    }

    private static TxnOffsetCommitRequestTopic transactional(String topic, int partition) {
        return TxnOffsetCommitRequestTopic.builder()
                .name(topic)
                .partitions(List.of(TxnOffsetCommitRequestPartition.builder()
                        .partitionIndex(partition)
                        .committedOffset(1)
                        .build()))
                .build();
    }

    @Test
    void partitionsThatAreThereAreStillCommittedFor() throws IOException {
        var one = new OffsetCommitRequestPartition(0, 1, -1, "");
        var other = new OffsetCommitRequestPartition(9, 1, -1, "");
        var request = OffsetCommitRequest.builder()
                .groupId("")
                .topics(List.of(topic("nope", Uuid.ZERO, List.of(one)), topic("t", Uuid.ZERO, List.of(other, one))))
                .build();
        var topics = ask(request, 8, OffsetCommitResponse.class).topics();
        short unknown = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code();
        assertThat(topics).extracting(topic -> topic.name()).containsExactly("nope", "t");
        assertThat(topics.getFirst().partitions().getFirst().errorCode()).isEqualTo(unknown);
        assertThat(topics.getLast().partitions())
                .extracting(each -> each.errorCode())
                .containsExactly(unknown, ErrorCode.NOT_COORDINATOR.code());
        var byId = OffsetCommitRequest.builder()
                .groupId("g")
                .topics(List.of(topic("", Uuid.ZERO, List.of(one)), topic("", new Uuid(7, 7), List.of(one))))
                .build();
        assertThat(ask(byId, 10, OffsetCommitResponse.class).topics())
                .flatExtracting(topic -> topic.partitions())
                .extracting(each -> each.errorCode())
                .containsOnly(ErrorCode.UNKNOWN_TOPIC_ID.code());
    }

    private static OffsetCommitRequestTopic topic(String name, Uuid id, List<OffsetCommitRequestPartition> partitions) {
        return OffsetCommitRequestTopic.builder()
                .name(name)
                .topicId(id)
                .partitions(partitions)
                .build();
    }

    @Test
    void isolationLevelsThatDoNotExistReadNothing() throws IOException {
        var latest = new ListOffsetsRequest.ListOffsetsPartition(0, -1, -1);
        var asked = new ListOffsetsRequest.ListOffsetsTopic("t", List.of(latest));
        var offsets = ask(new ListOffsetsRequest(-1, (byte) 127, List.of(asked), 1_000), 7, ListOffsetsResponse.class);
        assertThat(offsets.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
        var partition =
                FetchRequest.FetchPartition.builder().partitionMaxBytes(1_000).build();
        var topic = FetchRequest.FetchTopic.builder()
                .topic("t")
                .partitions(List.of(partition))
                .build();
        var fetch = FetchRequest.builder()
                .maxWaitMs(10_000)
                .isolationLevel((byte) 2)
                .topics(List.of(topic))
                .sessionEpoch(-1)
                .build();
        var read = ask(fetch, 12, FetchResponse.class).responses().getFirst();
        assertThat(read.partitions().getFirst().errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }

    @Test
    void aCursorStandsInATopicThatIsAskedFor() throws IOException {
        short invalid = ErrorCode.INVALID_REQUEST.code();
        assertThat(describe(List.of("t", "t"), new Cursor("t", -1)))
                .extracting(topic -> topic.errorCode())
                .containsExactly(invalid, invalid);
        assertThat(describe(List.of(), new Cursor("t", -1))).isEmpty();
        assertThat(describe(List.of("t"), new Cursor("a", 0)))
                .extracting(topic -> topic.errorCode())
                .containsExactly(invalid);
        assertThat(describe(List.of("t"), new Cursor("t", 0)).getFirst().partitions())
                .hasSize(1);
        assertThat(describe(List.of(), new Cursor("a", 0)).getFirst().partitions())
                .hasSize(1);
    }

    private List<DescribeTopicPartitionsResponseTopic> describe(List<String> topics, Cursor cursor) throws IOException {
        var request = new DescribeTopicPartitionsRequest(
                topics.stream().map(TopicRequest::new).toList(), 2_000, cursor);
        return ask(request, 0, DescribeTopicPartitionsResponse.class).topics();
    }

    @Test
    void missingValuesAndUnknownTypesCountBeforeUnknownOperations() throws IOException {
        assertThat(alter(2, "retention.ms", 9, null)).isEqualTo("Null value not supported for : retention.ms");
        assertThat(alter(3, "retention.ms", 9, "1")).isEqualTo("Unknown resource type 3");
        assertThat(alter(2, "retention.ms", 9, "1")).isEqualTo("Unknown config operation 9 for key retention.ms.");
    }

    private @Nullable String alter(int type, String name, int operation, @Nullable String value) throws IOException {
        var config = new AlterableConfig(name, (byte) operation, value);
        var resource = new AlterConfigsResource((byte) type, "t", List.of(config));
        return ask(
                        new IncrementalAlterConfigsRequest(List.of(resource), false),
                        1,
                        IncrementalAlterConfigsResponse.class)
                .responses()
                .getFirst()
                .errorMessage();
    }

    @Test
    void aMemberIdCountsBeforeAGroupId() throws IOException {
        var beat = ConsumerGroupHeartbeatRequest.builder().build();
        assertThat(ask(beat, 1, ConsumerGroupHeartbeatResponse.class).errorMessage())
                .isEqualTo("MemberId can't be empty.");
        assertThat(ask(beat, 0, ConsumerGroupHeartbeatResponse.class).errorMessage())
                .isEqualTo("GroupId can't be empty.");
    }

    @Test
    void aProducerHasBothIdAndEpochOrNeither() throws IOException {
        assertThat(init(3, -3)).isZero();
        assertThat(init(-3, -1)).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(init(-1, 0)).isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }

    private short init(long producerId, int epoch) throws IOException {
        var request = InitProducerIdRequest.builder()
                .transactionalId(null)
                .producerId(producerId)
                .producerEpoch((short) epoch)
                .build();
        return ask(request, 4, InitProducerIdResponse.class).errorCode();
    }

    @Test
    void noElectionIsOfAnyType() throws IOException {
        var none = ElectLeadersRequest.builder()
                .electionType((byte) 9)
                .topicPartitions(List.of())
                .build();
        assertThat(ask(none, 2, ElectLeadersResponse.class).errorCode()).isZero();
        var all = ElectLeadersRequest.builder()
                .electionType((byte) 9)
                .topicPartitions(null)
                .build();
        assertThat(ask(all, 2, ElectLeadersResponse.class).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }
}
