package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition;
import barnabas.protocol.message.TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import barnabas.protocol.message.WriteTxnMarkersRequest;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import barnabas.protocol.message.WriteTxnMarkersResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Faults of a request count before the state of the broker, and a request that contradicts itself changes nothing.
@Timeout(60)
class ArgumentsFirstTest {
    @TempDir
    Path data;

    private Barnabas broker;

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0,HIDDEN://127.0.0.1:0",
                "advertised.listeners", "PLAINTEXT://127.0.0.1:0",
                "listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,HIDDEN:PLAINTEXT",
                "log.dirs", data.toString()));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private <R extends ResponseMessage> R ask(RequestMessage request, int version, Class<R> type) throws IOException {
        try (Socket socket = RawRequests.connect(broker)) {
            return ask(socket, request, version, type);
        }
    }

    private static <R extends ResponseMessage> R ask(Socket socket, RequestMessage request, int version, Class<R> type)
            throws IOException {
        RawRequests.send(socket, request.apiKey(), version, request);
        return type.cast(RawRequests.receive(socket, request.apiKey(), version));
    }

    private Uuid topic() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        }
        return metadata().topicId();
    }

    private MetadataResponse.MetadataResponseTopic metadata() throws IOException {
        return ask(metadataRequest(), 12, MetadataResponse.class).topics().getFirst();
    }

    private static MetadataRequest metadataRequest() {
        return MetadataRequest.builder()
                .topics(List.of(
                        MetadataRequest.MetadataRequestTopic.builder().name("t").build()))
                .build();
    }

    @Test
    void anEmptyGroupIdIsRefusedBeforeThereIsACoordinator() throws IOException {
        var described =
                ask(new ConsumerGroupDescribeRequest(List.of(""), false), 1, ConsumerGroupDescribeResponse.class);
        assertThat(described.groups().getFirst().errorCode()).isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        var beat = ask(
                ConsumerGroupHeartbeatRequest.builder().memberId("m").build(), 1, ConsumerGroupHeartbeatResponse.class);
        assertThat(beat.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        assertThat(beat.errorMessage()).isEqualTo("GroupId can't be empty.");
    }

    @Test
    void noOffsetsOfAGroupWithoutANameInATransaction() throws Exception {
        topic();
        for (int version : new int[] {3, 5}) {
            var committed = ask(
                    TxnOffsetCommitRequest.builder()
                            .transactionalId("x")
                            .producerId(1)
                            .topics(List.of(TxnOffsetCommitRequestTopic.builder()
                                    .name("t")
                                    .partitions(List.of(TxnOffsetCommitRequestPartition.builder()
                                            .committedOffset(1)
                                            .build()))
                                    .build()))
                            .build(),
                    version,
                    TxnOffsetCommitResponse.class);
            assertThat(committed.topics().getFirst().partitions().getFirst().errorCode())
                    .isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        }
    }

    @Test
    void aTopicNamedAndGivenByIdIsNotDeleted() throws Exception {
        Uuid id = topic();
        var deleted = ask(
                DeleteTopicsRequest.builder()
                        .topics(List.of(new DeleteTopicState("t", Uuid.ZERO), new DeleteTopicState(null, id)))
                        .build(),
                6,
                DeleteTopicsResponse.class);
        assertThat(deleted.responses()).singleElement().satisfies(answer -> {
            assertThat(answer.name()).isEqualTo("t");
            assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
            assertThat(answer.errorMessage())
                    .isEqualTo("The provided topic name maps to an ID that was already supplied.");
        });
        assertThat(metadata().errorCode()).isZero();
    }

    @Test
    void beforeBatchesTheCoordinatorWasFoundWithAMessage() throws IOException {
        var found = ask(FindCoordinatorRequest.builder().key("g").build(), 3, FindCoordinatorResponse.class);
        assertThat(found.errorMessage()).isEqualTo("NONE");
        assertThat(found.port()).isPositive();
    }

    @Test
    void onAListenerThatIsNotAdvertisedThereIsNoLeader() throws Exception {
        topic();
        var at = broker.address("HIDDEN");
        try (var socket = new Socket(at.getAddress(), at.getPort())) {
            var partition = ask(socket, metadataRequest(), 12, MetadataResponse.class)
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst();
            assertThat(partition.errorCode()).isEqualTo(ErrorCode.LISTENER_NOT_FOUND.code());
            assertThat(partition.leaderId()).isEqualTo(-1);
            var older = ask(socket, metadataRequest(), 5, MetadataResponse.class)
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst();
            assertThat(older.errorCode()).isEqualTo(ErrorCode.LEADER_NOT_AVAILABLE.code());
        }
    }

    @Test
    void connectionLimitsChangeAndListenersDoNot() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            set(admin, "max.connections.per.ip", "1");
            awaitRefused();
            set(admin, "max.connections.per.ip", "100");
            awaitAnswer();
            set(admin, "max.connection.creation.rate", "1000");
            awaitAnswer();
            assertThatThrownBy(() -> set(admin, "max.connections", "0"))
                    .hasMessageContaining("Invalid max.connections 0");
            var valid = Map.of(
                    "background.threads", "9",
                    "listeners", "PLAINTEXT://127.0.0.1:9",
                    "num.network.threads", "4",
                    "num.recovery.threads.per.data.dir", "3",
                    "num.replica.fetchers", "2",
                    "principal.builder.class", "9");
            valid.forEach((name, value) -> assertThatThrownBy(() -> set(admin, name, value))
                    .hasMessageContaining("Cannot update these configs dynamically: [" + name + "]"));
        }
    }

    /// The change is applied behind the answer; a connection that still gets in is tried again.
    private void awaitRefused() {
        boolean refused = false;
        while (!refused) {
            try (Socket socket = RawRequests.connect(broker)) {
                RawRequests.send(socket, metadataRequest().apiKey(), 12, metadataRequest());
                refused = socket.getInputStream().read() < 0;
            } catch (IOException e) {
                refused = true;
            }
        }
    }

    private void awaitAnswer() {
        boolean answered = false;
        while (!answered) {
            try (Socket socket = RawRequests.connect(broker)) {
                answered = ask(socket, metadataRequest(), 12, MetadataResponse.class)
                                .brokers()
                                .size()
                        == 1;
            } catch (IOException e) {
                answered = false;
            }
        }
    }

    private void set(Admin admin, String name, String value) throws ExecutionException, InterruptedException {
        var resource = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker.nodeId()));
        var op = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
    }

    /// As Kafka answers them, which appends markers of the other negative ids.
    @Test
    void markersOfNoProducerAreRefused() throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("t", 1, (short) 1))).all().get();
        }
        assertThat(markerError(-1, 0, "t")).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(markerError(-2, 0, "t")).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(markerError(7, -1, "t")).isEqualTo(ErrorCode.UNKNOWN_SERVER_ERROR);
        assertThat(markerError(-1, 0, "nope")).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(markerError(7, 0, "t")).isEqualTo(ErrorCode.NONE);
    }

    private ErrorCode markerError(long producerId, int epoch, String topic) throws IOException {
        var marker = new WritableTxnMarker(
                producerId, (short) epoch, true, List.of(new WritableTxnMarkerTopic(topic, List.of(0))), 0, (byte) 0);
        var answer = ask(new WriteTxnMarkersRequest(List.of(marker)), 1, WriteTxnMarkersResponse.class);
        return ErrorCode.of(answer.markers()
                .getFirst()
                .topics()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode());
    }
}
