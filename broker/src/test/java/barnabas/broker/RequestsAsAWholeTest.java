package barnabas.broker;

import static barnabas.protocol.ErrorCode.FENCED_LEADER_EPOCH;
import static barnabas.protocol.ErrorCode.INVALID_REQUEST;
import static barnabas.protocol.ErrorCode.LOG_DIR_NOT_FOUND;
import static barnabas.protocol.ErrorCode.NONE;
import static barnabas.protocol.ErrorCode.REBOOTSTRAP_REQUIRED;
import static barnabas.protocol.ErrorCode.UNKNOWN_TOPIC_ID;
import static barnabas.protocol.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
import static barnabas.protocol.ErrorCode.UNSUPPORTED_VERSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AlterReplicaLogDirsRequest;
import barnabas.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDir;
import barnabas.protocol.message.AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic;
import barnabas.protocol.message.AlterReplicaLogDirsResponse;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import barnabas.protocol.message.DescribeConfigsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataRequest.MetadataRequestTopic;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.OffsetForLeaderEpochRequest;
import barnabas.protocol.message.OffsetForLeaderEpochResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests whose parts contradict each other are answered as Apache Kafka 4.4.0 answers them.
@Timeout(60)
class RequestsAsAWholeTest {
    @TempDir
    static Path data;

    private static Barnabas broker;
    private static Uuid topicId;

    @BeforeAll
    static void start() throws Exception {
        broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
        try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var id = admin.createTopics(List.of(new NewTopic("t", 1, (short) 1)))
                    .topicId("t")
                    .get();
            topicId = new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
        }
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static <R extends ResponseMessage> R ask(RequestMessage request, int version, Class<R> type)
            throws IOException {
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(socket, request.apiKey(), version, request);
            return type.cast(RawRequests.receive(socket, request.apiKey(), version));
        }
    }

    private static List<String> topics(MetadataRequestTopic... asked) throws IOException {
        var request = MetadataRequest.builder()
                .topics(List.of(asked))
                .allowAutoTopicCreation(true)
                .build();
        return ask(request, 12, MetadataResponse.class).topics().stream()
                .map(topic -> topic.name() + " " + ErrorCode.of(topic.errorCode()))
                .toList();
    }

    @Test
    void namesBesideIdsCountForNothing() throws IOException {
        var named = new MetadataRequestTopic(Uuid.ZERO, "made-automatically");
        var byId = new MetadataRequestTopic(topicId, "other");
        var unknown = new MetadataRequestTopic(new Uuid(7, 1), null);
        assertThat(topics(named, byId)).containsExactly("t " + NONE);
        assertThat(topics(named, unknown, new MetadataRequestTopic(new Uuid(7, 1), "x")))
                .containsExactly("null " + UNKNOWN_TOPIC_ID);
        var all = MetadataRequest.builder().topics(null).build();
        assertThat(ask(all, 12, MetadataResponse.class).topics())
                .as("nothing is created beside an id")
                .extracting(MetadataResponse.MetadataResponseTopic::name)
                .containsExactly("t");
    }

    @Test
    void aTypeThatDoesNotExistRefusesAllDescriptions() throws IOException {
        var topic = new DescribeConfigsResource((byte) 2, "t", null);
        var unknown = new DescribeConfigsResource((byte) 0, "", null);
        var request = new DescribeConfigsRequest(List.of(topic, unknown), false, false);
        assertThat(ask(request, 4, DescribeConfigsResponse.class).results())
                .extracting(
                        result -> ErrorCode.of(result.errorCode()),
                        result -> result.configs().size())
                .containsExactly(tuple(INVALID_REQUEST, 0), tuple(INVALID_REQUEST, 0));
    }

    @Test
    void aReplicaMovesToTheLastDirectoryThatIsNamed() throws IOException {
        var replica = new AlterReplicaLogDirTopic("t", List.of(0));
        var here = new AlterReplicaLogDir(data.toAbsolutePath().toString(), List.of(replica));
        var nowhere = new AlterReplicaLogDir("/nowhere", List.of(replica));
        assertThat(moved(here, nowhere)).containsExactly(LOG_DIR_NOT_FOUND);
        assertThat(moved(nowhere, here)).containsExactly(NONE);
    }

    private static List<ErrorCode> moved(AlterReplicaLogDir... dirs) throws IOException {
        var request = new AlterReplicaLogDirsRequest(List.of(dirs));
        return ask(request, 2, AlterReplicaLogDirsResponse.class).results().stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(partition -> ErrorCode.of(partition.errorCode()))
                .toList();
    }

    @Test
    void clusterAndNodeAreNamedTogether() throws IOException {
        assertThat(versions(null, -1)).isEqualTo(NONE);
        assertThat(versions("x", -1)).isEqualTo(INVALID_REQUEST);
        assertThat(versions(null, 1)).isEqualTo(INVALID_REQUEST);
        assertThat(versions(null, -2)).isEqualTo(INVALID_REQUEST);
        assertThat(versions("x", 1)).isEqualTo(REBOOTSTRAP_REQUIRED);
    }

    private static ErrorCode versions(@Nullable String clusterId, int nodeId) throws IOException {
        var request = ApiVersionsRequest.builder()
                .clientSoftwareName("a")
                .clientSoftwareVersion("1")
                .clusterId(clusterId)
                .nodeId(nodeId)
                .build();
        return ErrorCode.of(ask(request, 5, ApiVersionsResponse.class).errorCode());
    }

    @Test
    void eachVersionHasItsTimesWithAMeaning() throws IOException {
        int[] since = {0, 1, 1, 7, 8, 9, 11};
        for (int timestamp = -6; timestamp <= -3; timestamp++) {
            for (int version = 1; version <= 11; version++) {
                assertThat(offset("nope", -1, timestamp, version))
                        .as("%d in v%d", timestamp, version)
                        .isEqualTo(version < since[-timestamp] ? UNSUPPORTED_VERSION : UNKNOWN_TOPIC_OR_PARTITION);
            }
        }
    }

    @Test
    void onlyMinusOneIsNoEpoch() throws IOException {
        assertThat(offset("t", -1, -1, 10)).isEqualTo(NONE);
        assertThat(offset("t", -2, -1, 10)).isEqualTo(FENCED_LEADER_EPOCH);
        assertThat(epochEnd(-1)).isEqualTo(NONE);
        assertThat(epochEnd(-2)).isEqualTo(FENCED_LEADER_EPOCH);
    }

    private static ErrorCode epochEnd(int currentEpoch) throws IOException {
        var partition = OffsetForLeaderEpochRequest.OffsetForLeaderPartition.builder()
                .partition(0)
                .currentLeaderEpoch(currentEpoch)
                .build();
        var topic = OffsetForLeaderEpochRequest.OffsetForLeaderTopic.builder()
                .topic("t")
                .partitions(List.of(partition))
                .build();
        var request = OffsetForLeaderEpochRequest.builder()
                .replicaId(-1)
                .topics(List.of(topic))
                .build();
        var answer =
                ask(request, 4, OffsetForLeaderEpochResponse.class).topics().getFirst();
        return ErrorCode.of(answer.partitions().getFirst().errorCode());
    }

    private static ErrorCode offset(String name, int epoch, long timestamp, int version) throws IOException {
        var partition = new ListOffsetsRequest.ListOffsetsPartition(0, version >= 4 ? epoch : -1, timestamp);
        var topic = new ListOffsetsRequest.ListOffsetsTopic(name, List.of(partition));
        var request = new ListOffsetsRequest(-1, (byte) 0, List.of(topic), 1_000);
        var answer = ask(request, version, ListOffsetsResponse.class).topics().getFirst();
        return ErrorCode.of(answer.partitions().getFirst().errorCode());
    }

    @Test
    void anIdIsKnownWithoutThePartition() throws IOException {
        assertThat(fetched(topicId, 0, 13)).isEqualTo(NONE);
        assertThat(fetched(topicId, 9, 13)).isEqualTo(UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(fetched(new Uuid(7, 1), 0, 13)).isEqualTo(UNKNOWN_TOPIC_ID);
        assertThat(fetched(Uuid.ZERO, 0, 13)).isEqualTo(UNKNOWN_TOPIC_ID);
        assertThat(fetched(Uuid.ZERO, 0, 12)).as("a name without a letter").isEqualTo(UNKNOWN_TOPIC_OR_PARTITION);
    }

    private static ErrorCode fetched(Uuid id, int index, int version) throws IOException {
        var partition = FetchRequest.FetchPartition.builder()
                .partition(index)
                .partitionMaxBytes(1)
                .build();
        var topic = FetchRequest.FetchTopic.builder()
                .topicId(id)
                .partitions(List.of(partition))
                .build();
        var request = FetchRequest.builder()
                .maxBytes(1)
                .sessionEpoch(-1)
                .topics(List.of(topic))
                .build();
        var answer = ask(request, version, FetchResponse.class).responses().getFirst();
        return ErrorCode.of(answer.partitions().getFirst().errorCode());
    }

    @Test
    void aMemberIdIsNeededToStayAndToLeave() throws IOException {
        assertThat(heartbeat(1)).isEqualTo("MemberId can't be empty.");
        assertThat(heartbeat(-1)).isEqualTo("MemberId can't be empty.");
        assertThat(heartbeat(0)).isEqualTo("InstanceId can't be empty.");
        assertThat(heartbeat(-2)).isEqualTo("InstanceId can't be empty.");
        assertThat(heartbeat(-3)).isEqualTo("InstanceId can't be empty.");
    }

    private static @Nullable String heartbeat(int epoch) throws IOException {
        var request = ConsumerGroupHeartbeatRequest.builder()
                .groupId("g")
                .memberEpoch(epoch)
                .instanceId("")
                .build();
        return ask(request, 0, ConsumerGroupHeartbeatResponse.class).errorMessage();
    }
}
