package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DefaultPrincipalData;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.EnvelopeRequest;
import barnabas.protocol.message.EnvelopeResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.RequestHeader;
import barnabas.protocol.message.UnregisterControllerRequest;
import barnabas.protocol.message.UnregisterControllerResponse;
import barnabas.protocol.message.UpdateFeaturesRequest;
import barnabas.protocol.message.UpdateFeaturesResponse;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests of brokers of Apache Kafka to a controller: those of their clients in envelopes, and registrations of
/// controllers.
@Timeout(120)
class ForwardedRequestsTest {
    @TempDir
    private Path folder;

    private List<Integer> ports = List.of();
    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    @BeforeEach
    void start() throws Exception {
        ports = ClusterNode.freePorts(1);
        cluster = new LocalCluster(folder, ports);
        ClusterNode.format(1, folder);
        Map<String, String> settings = new HashMap<>(cluster.settings(1));
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:ANONYMOUS");
        cluster.start(Map.of(1, settings));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static ByteBuffer frame(RequestMessage request) {
        return frame(request, request.apiKey().highestStableVersion());
    }

    private static ByteBuffer frame(RequestMessage request, short version) {
        short headerVersion = request.apiKey().requestHeaderVersion(version);
        var header = RequestHeader.builder()
                .requestApiKey(request.apiKey().id())
                .requestApiVersion(version)
                .correlationId(7)
                .clientId("test")
                .build();
        var bytes = ByteBuffer.allocate(header.sizeBytes(headerVersion) + request.sizeBytes(version));
        var writer = new BufferWriter(bytes);
        header.write(writer, headerVersion);
        request.write(writer, version);
        return bytes.flip();
    }

    private static ResponseMessage answer(ApiKey key, ByteBuffer frame) {
        return answer(key, frame, key.highestStableVersion());
    }

    private static ResponseMessage answer(ApiKey key, ByteBuffer frame, short version) {
        assertThat(frame.getInt()).isEqualTo(7);
        if (key.responseHeaderVersion(version) > 0) assertThat(frame.get()).isZero();
        return Messages.readResponse(key, new MessageReader(frame), version);
    }

    private static ResponseMessage ask(int port, RequestMessage request) throws IOException {
        return ask(port, request, request.apiKey().highestStableVersion());
    }

    private static ResponseMessage ask(int port, RequestMessage request, short version) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            ByteBuffer frame = frame(request, version);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(4 + frame.remaining())
                            .putInt(frame.remaining())
                            .put(frame)
                            .array());
            var in = new DataInputStream(socket.getInputStream());
            return answer(request.apiKey(), ByteBuffer.wrap(in.readNBytes(in.readInt())), version);
        }
    }

    private EnvelopeResponse envelope(RequestMessage request, ByteBuffer principal) throws IOException {
        return (EnvelopeResponse) ask(
                ports.getFirst(),
                EnvelopeRequest.builder()
                        .requestData(frame(request))
                        .requestPrincipal(principal)
                        .clientHostAddress(ByteBuffer.wrap(new byte[] {10, 0, 0, 9}))
                        .build());
    }

    private static ByteBuffer user(String name) {
        return DefaultPrincipalData.builder().type("User").name(name).build().toVersionedBuffer((short) 0);
    }

    private static CreateTopicsRequest creation(String topic) {
        return CreateTopicsRequest.builder()
                .topics(List.of(CreateTopicsRequest.CreatableTopic.builder()
                        .name(topic)
                        .numPartitions(1)
                        .replicationFactor((short) 1)
                        .build()))
                .timeoutMs(10_000)
                .build();
    }

    private ErrorCode creates(String topic, String user) throws IOException {
        EnvelopeResponse response = envelope(creation(topic), user(user));
        assertThat(ErrorCode.of(response.errorCode())).isEqualTo(ErrorCode.NONE);
        var answer = (CreateTopicsResponse) answer(ApiKey.CREATE_TOPICS, response.responseData());
        return ErrorCode.of(answer.topics().getFirst().errorCode());
    }

    @Test
    void aRequestInAnEnvelopeHasTheRightsOfItsClient() throws Exception {
        assertThat(creates("allowed", "ANONYMOUS")).isEqualTo(ErrorCode.NONE);
        assertThat(creates("denied", "mallory")).isEqualTo(ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        try (var admin = cluster.admin(1)) {
            assertThat(admin.listTopics().names().get()).contains("allowed").doesNotContain("denied");
        }
    }

    @Test
    void anEnvelopeThatCannotBeOpenedIsRefusedAndTheNextOneIsNot() throws Exception {
        assertThat(ErrorCode.of(envelope(creation("t"), ByteBuffer.wrap(new byte[] {0, 9, 1}))
                        .errorCode()))
                .isEqualTo(ErrorCode.PRINCIPAL_DESERIALIZATION_FAILURE);
        var heartbeat = EnvelopeRequest.builder()
                .requestData(ByteBuffer.wrap(new byte[3]))
                .requestPrincipal(user("ANONYMOUS"))
                .clientHostAddress(ByteBuffer.wrap(new byte[4]))
                .build();
        assertThat(ErrorCode.of(((EnvelopeResponse) ask(ports.getFirst(), heartbeat)).errorCode()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        // An envelope in an envelope is none of the requests that are passed on.
        assertThat(ErrorCode.of(envelope(heartbeat, user("ANONYMOUS")).errorCode()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(creates("t", "ANONYMOUS")).isEqualTo(ErrorCode.NONE);
    }

    /// The quota of the client counts, not one of the broker; the answer says how long the client has to wait.
    @Test
    void aRequestInAnEnvelopeHasTheQuotaOfItsClient() throws Exception {
        try (var admin = cluster.admin(1)) {
            var entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, "test"));
            var limit = new ClientQuotaAlteration.Op("controller_mutation_rate", 0.01);
            admin.alterClientQuotas(List.of(new ClientQuotaAlteration(entity, List.of(limit))))
                    .all()
                    .get();
        }
        assertThat(creates("first", "ANONYMOUS")).isEqualTo(ErrorCode.NONE);
        assertThat(creates("second", "ANONYMOUS")).isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
    }

    /// The change is made, only not waited for.
    @Test
    void aRequestWithoutTimeReachesTheController() throws Exception {
        ClusterNode.format(4, folder);
        cluster.start(Map.of(4, ClusterNode.broker(4, cluster.settings(1), folder)));
        int broker = Integer.parseInt(cluster.addresses().replaceFirst(".*:", ""));
        try (var admin = cluster.admin(4)) {
            for (int round = 0; round < 3; round++) {
                String topic = "topic-" + round;
                ask(broker, creation(topic).toBuilder().timeoutMs(0).build());
                LocalCluster.await(
                        "the topic is there",
                        () -> admin.listTopics().names().get().contains(topic));
                var state = DeleteTopicsRequest.DeleteTopicState.builder().name(topic);
                ask(
                        broker,
                        DeleteTopicsRequest.builder()
                                .topics(List.of(state.build()))
                                .timeoutMs(0)
                                .build());
                LocalCluster.await(
                        "the topic is gone",
                        () -> !admin.listTopics().names().get().contains(topic));
            }
        }
    }

    /// The versions that librdkafka and others send name topics in another field than the newest, which is what nodes
    /// send to each other.
    @ParameterizedTest
    @ValueSource(shorts = {1, 3, 4, 5})
    void aDeletionInAnOlderVersionReachesTheController(short version) throws Exception {
        ClusterNode.format(4, folder);
        cluster.start(Map.of(4, ClusterNode.broker(4, cluster.settings(1), folder)));
        int broker = Integer.parseInt(cluster.addresses().replaceFirst(".*:", ""));
        ask(broker, creation("old"));
        var answer = (DeleteTopicsResponse) ask(
                broker,
                DeleteTopicsRequest.builder()
                        .topicNames(List.of("old"))
                        .timeoutMs(10_000)
                        .build(),
                version);
        assertThat(answer.responses()).hasSize(1).allSatisfy(each -> {
            assertThat(each.name()).isEqualTo("old");
            assertThat(ErrorCode.of(each.errorCode())).isEqualTo(ErrorCode.NONE);
        });
        try (var admin = cluster.admin(4)) {
            assertThat(admin.listTopics().names().get()).doesNotContain("old");
        }
    }

    /// Version 0 allows a downgrade in a field that later versions lack.
    @Test
    void anUpdateOfFeaturesInVersion0ReachesTheController() throws Exception {
        ClusterNode.format(4, folder);
        cluster.start(Map.of(4, ClusterNode.broker(4, cluster.settings(1), folder)));
        int broker = Integer.parseInt(cluster.addresses().replaceFirst(".*:", ""));
        var unknown = UpdateFeaturesRequest.FeatureUpdateKey.builder()
                .feature("unknown")
                .maxVersionLevel((short) 1)
                .allowDowngrade(true);
        var answer = (UpdateFeaturesResponse) ask(
                broker,
                UpdateFeaturesRequest.builder()
                        .featureUpdates(List.of(unknown.build()))
                        .timeoutMs(3_000)
                        .build(),
                (short) 0);
        assertThat(ErrorCode.of(answer.errorCode()))
                .as("the controller's answer for an unknown feature")
                .isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
    }

    private ErrorCode unregisters(int id) throws IOException {
        int broker = Integer.parseInt(cluster.addresses().replaceFirst(".*:", ""));
        var answer = (UnregisterControllerResponse) ask(
                broker, UnregisterControllerRequest.builder().controllerId(id).build());
        return ErrorCode.of(answer.errorCode());
    }

    /// One that runs registers again.
    @Test
    void aControllerIsRegisteredWhileItRuns() throws Exception {
        for (int round = 0; round < 2; round++)
            LocalCluster.await("controller 1", () -> unregisters(1) == ErrorCode.NONE);
        assertThat(unregisters(9)).isEqualTo(ErrorCode.CONTROLLER_ID_NOT_REGISTERED);
    }
}
