package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DescribeClientQuotasRequest;
import barnabas.protocol.message.DescribeClientQuotasResponse;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.DescribeProducersRequest;
import barnabas.protocol.message.DescribeProducersResponse;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeQuorumResponse;
import barnabas.protocol.message.DescribeTopicPartitionsRequest;
import barnabas.protocol.message.DescribeTopicPartitionsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Requests that the official clients do not send get the error codes and words of Apache Kafka 4.3.1, which was asked
/// the same.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class OddRequestsTest {
    private static final String NOT_HOSTED = "This server does not host this topic-partition.";

    @TempDir
    Path data;

    private Barnabas broker;
    private Socket socket;

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
        socket = RawRequests.connect(broker);
    }

    @AfterEach
    void stop() throws IOException {
        socket.close();
        broker.close();
    }

    private <R extends ResponseMessage> R ask(RequestMessage request, int version, Class<R> type) throws IOException {
        ApiKey key = request.apiKey();
        RawRequests.send(socket, key, version, request);
        return type.cast(RawRequests.receive(socket, key, version));
    }

    private static void says(short code, @Nullable String message, ErrorCode error, @Nullable String words) {
        assertThat(ErrorCode.of(code)).isEqualTo(error);
        assertThat(message).isEqualTo(words);
    }

    private void findCoordinator() throws IOException {
        var answer = ask(
                FindCoordinatorRequest.builder().coordinatorKeys(List.of("g")).build(),
                6,
                FindCoordinatorResponse.class);
        assertThat(answer.coordinators().getFirst().errorCode()).isZero();
    }

    @Test
    void noCoordinatorBeforeTheFirstGroup() throws IOException {
        var deleted = ask(new DeleteGroupsRequest(List.of("g", "g")), 2, DeleteGroupsResponse.class);
        assertThat(deleted.results()).hasSize(1);
        assertThat(deleted.results().getFirst().errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR.code());
    }

    @Test
    void groupsWithoutAName() throws IOException {
        findCoordinator();
        var offsets = ask(new OffsetDeleteRequest("", List.of()), 0, OffsetDeleteResponse.class);
        assertThat(offsets.errorCode()).isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        var described = ask(
                        new ConsumerGroupDescribeRequest(List.of(""), false), 1, ConsumerGroupDescribeResponse.class)
                .groups()
                .getFirst();
        says(described.errorCode(), described.errorMessage(), ErrorCode.INVALID_GROUP_ID, null);
    }

    @Test
    void syncWithoutAProtocol() throws IOException {
        findCoordinator();
        var request = SyncGroupRequest.builder().groupId("g").memberId("m").build();
        assertThat(ask(request, 5, SyncGroupResponse.class).errorCode())
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL.code());
        assertThat(ask(request, 4, SyncGroupResponse.class).errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void aRefusedJoinNamesNoProtocol() throws IOException {
        var request =
                JoinGroupRequest.builder().groupId("g").sessionTimeoutMs(1).build();
        assertThat(ask(request, 9, JoinGroupResponse.class).protocolName()).isNull();
        assertThat(ask(request, 6, JoinGroupResponse.class).protocolName()).isEmpty();
    }

    @Test
    void leavingAGroupThatIsNotThere() throws IOException {
        findCoordinator();
        var request = LeaveGroupRequest.builder()
                .groupId("g")
                .members(List.of(new LeaveGroupRequest.MemberIdentity("m", null, null)))
                .build();
        var answer = ask(request, 5, LeaveGroupResponse.class);
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.members().getFirst().errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
        var old = LeaveGroupRequest.builder().groupId("g").memberId("m").build();
        assertThat(ask(old, 2, LeaveGroupResponse.class).errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void operationsOnAClassicGroup() throws IOException {
        findCoordinator();
        // Creates a topic, too, so that there is something to commit for.
        var commit = OffsetCommitRequest.builder()
                .groupId("g")
                .topics(List.of(OffsetCommitRequest.OffsetCommitRequestTopic.builder()
                        .name("__consumer_offsets")
                        .partitions(List.of(new OffsetCommitRequest.OffsetCommitRequestPartition(0, 1, -1, "")))
                        .build()))
                .build();
        ask(commit, 8, ResponseMessage.class);
        var described = ask(new DescribeGroupsRequest(List.of("g"), true), 6, DescribeGroupsResponse.class)
                .groups()
                .getFirst();
        assertThat(described.authorizedOperations()).isEqualTo(3400);
        var silent = ask(new DescribeGroupsRequest(List.of("g"), false), 6, DescribeGroupsResponse.class)
                .groups()
                .getFirst();
        assertThat(silent.authorizedOperations()).isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void offsetsOfAPartitionAskedForTwice() throws IOException {
        findCoordinator();
        var latest = new ListOffsetsRequest.ListOffsetsPartition(0, -1, -1);
        var topic = new ListOffsetsRequest.ListOffsetsTopic("__consumer_offsets", List.of(latest, latest));
        var answers = ask(new ListOffsetsRequest(-1, (byte) 0, List.of(topic), 1_000), 11, ListOffsetsResponse.class)
                .topics()
                .getFirst()
                .partitions();
        assertThat(answers).hasSize(1);
        assertThat(answers.getFirst().errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }

    @Test
    void offsetsAtATimeThatMeansNothing() throws IOException {
        var unheardOf = new ListOffsetsRequest.ListOffsetsPartition(0, -1, -7);
        var topic = new ListOffsetsRequest.ListOffsetsTopic("nope", List.of(unheardOf));
        var answer = ask(new ListOffsetsRequest(-1, (byte) 0, List.of(topic), 1_000), 11, ListOffsetsResponse.class);
        assertThat(answer.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
    }

    @Test
    void producersOfTopicsThatAreNotThere() throws IOException {
        var request = new DescribeProducersRequest(List.of(
                new DescribeProducersRequest.TopicRequest("nope", List.of(0)),
                new DescribeProducersRequest.TopicRequest("a b", List.of(0))));
        var topics = ask(request, 0, DescribeProducersResponse.class).topics();
        var unknown = topics.get(0).partitions().getFirst();
        says(unknown.errorCode(), unknown.errorMessage(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, NOT_HOSTED);
        var invalid = topics.get(1).partitions().getFirst();
        says(
                invalid.errorCode(),
                invalid.errorMessage(),
                ErrorCode.INVALID_TOPIC_EXCEPTION,
                "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_'"
                        + " and '-'");
    }

    @Test
    void quorumsThatAreNone() throws IOException {
        var request = new DescribeQuorumRequest(List.of(
                new DescribeQuorumRequest.TopicData("nope", List.of(new DescribeQuorumRequest.PartitionData(0)))));
        var answer = ask(request, 2, DescribeQuorumResponse.class)
                .topics()
                .getFirst()
                .partitions()
                .getFirst();
        says(answer.errorCode(), answer.errorMessage(), ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, NOT_HOSTED);
    }

    @Test
    void quorumsAreDescribedInEachVersion() throws IOException {
        var request = new DescribeQuorumRequest(List.of(new DescribeQuorumRequest.TopicData(
                "__cluster_metadata", List.of(new DescribeQuorumRequest.PartitionData(0)))));
        for (int version = 0; version <= 2; version++) {
            var answer = ask(request, version, DescribeQuorumResponse.class);
            var partition = answer.topics().getFirst().partitions().getFirst();
            var voter = partition.currentVoters().getFirst();
            assertThat(partition.leaderId()).isEqualTo(voter.replicaId());
            assertThat(answer.nodes()).hasSize(version < 2 ? 0 : 1);
        }
    }

    /// Versions that cannot name a topic as null, nor the leader of a partition, are answered without.
    @Test
    void answersKeepToWhatTheirVersionHas() throws IOException {
        for (short version = 10; version <= 13; version++) {
            boolean takesIds = version >= 12;
            var topic = MetadataRequest.MetadataRequestTopic.builder()
                    .topicId(new Uuid(7, version))
                    .name(takesIds ? null : "")
                    .build();
            var response =
                    ask(MetadataRequest.builder().topics(List.of(topic)).build(), version, MetadataResponse.class);
            assertThat(response.topics().getFirst().errorCode())
                    .isEqualTo((takesIds ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.INVALID_REQUEST).code());
            assertThat(response.brokers()).hasSize(takesIds ? 1 : 0);
        }
        var odd = CreateTopicsRequest.CreatableTopic.builder()
                .name("odd")
                .numPartitions(1)
                .replicationFactor((short) 1)
                .build();
        ask(
                CreateTopicsRequest.builder()
                        .topics(List.of(odd))
                        .timeoutMs(10_000)
                        .build(),
                7,
                CreateTopicsResponse.class);
        for (short version = 9; version <= 12; version++) {
            for (int epoch : new int[] {0, 1_000}) {
                var partition = FetchRequest.FetchPartition.builder()
                        .partition(0)
                        .currentLeaderEpoch(epoch)
                        .partitionMaxBytes(1_000)
                        .build();
                var topic = FetchRequest.FetchTopic.builder()
                        .topic("odd")
                        .partitions(List.of(partition))
                        .build();
                var response = ask(
                        FetchRequest.builder()
                                .topics(List.of(topic))
                                .sessionEpoch(-1)
                                .build(),
                        version,
                        FetchResponse.class);
                var answer = response.responses().getFirst().partitions().getFirst();
                assertThat(answer.errorCode())
                        .isEqualTo((epoch == 0 ? ErrorCode.NONE : ErrorCode.UNKNOWN_LEADER_EPOCH).code());
            }
        }
    }

    @Test
    void kindsThatDoNotExist() throws IOException {
        var coordinator = ask(
                        FindCoordinatorRequest.builder()
                                .keyType((byte) 7)
                                .coordinatorKeys(List.of("x"))
                                .build(),
                        6,
                        FindCoordinatorResponse.class)
                .coordinators()
                .getFirst();
        says(
                coordinator.errorCode(),
                coordinator.errorMessage(),
                ErrorCode.INVALID_REQUEST,
                "This most likely occurs because of a request being malformed by the client library or the message was"
                        + " sent to an incompatible broker. See the broker logs for more details.");
        var cluster = ask(new DescribeClusterRequest(false, (byte) 9, false), 2, DescribeClusterResponse.class);
        says(
                cluster.errorCode(),
                cluster.errorMessage(),
                ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
                "Unsupported endpoint type 9");
        var quotas = ask(
                new DescribeClientQuotasRequest(
                        List.of(new DescribeClientQuotasRequest.ComponentData("nope", (byte) 0, "x")), false),
                1,
                DescribeClientQuotasResponse.class);
        says(quotas.errorCode(), quotas.errorMessage(), ErrorCode.UNSUPPORTED_VERSION, "Unsupported entity type nope");
    }

    @Test
    void aQuotaSetTwiceAtOnce() throws IOException {
        var user = new AlterClientQuotasRequest.EntityData("user", "z");
        var slow = new AlterClientQuotasRequest.OpData("producer_byte_rate", 1, false);
        var fast = new AlterClientQuotasRequest.OpData("producer_byte_rate", 2, false);
        var request = new AlterClientQuotasRequest(
                List.of(new AlterClientQuotasRequest.EntryData(List.of(user), List.of(slow, fast))), false);
        var answer = ask(request, 1, AlterClientQuotasResponse.class).entries().getFirst();
        says(
                answer.errorCode(),
                answer.errorMessage(),
                ErrorCode.INVALID_REQUEST,
                "Ignoring duplicate entity ClientQuotaEntity(entries={user=z})");
    }

    @Test
    void aCursorBeforeTheFirstPartition() throws IOException {
        var request = new DescribeTopicPartitionsRequest(
                List.of(new DescribeTopicPartitionsRequest.TopicRequest("e")),
                10,
                new DescribeTopicPartitionsRequest.Cursor("e", -1));
        var topic =
                ask(request, 0, DescribeTopicPartitionsResponse.class).topics().getFirst();
        assertThat(topic.errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST.code());
        var unknown = new DescribeTopicPartitionsRequest(
                List.of(new DescribeTopicPartitionsRequest.TopicRequest("e")), 10, null);
        var answer =
                ask(unknown, 0, DescribeTopicPartitionsResponse.class).topics().getFirst();
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(answer.topicAuthorizedOperations()).isEqualTo(3576);
    }
}
