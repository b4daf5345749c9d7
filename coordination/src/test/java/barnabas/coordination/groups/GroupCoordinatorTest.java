package barnabas.coordination.groups;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.coordination.MemoryLog;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The whole coordinator with its threads, on logs in memory.
class GroupCoordinatorTest {
    private static final int PARTITIONS = 3;

    private final List<MemoryLog> logs = new ArrayList<>();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final GroupCoordinator coordinator = new GroupCoordinator(
            TestConfigs.of(Map.of("group.initial.rebalance.delay.ms", "0")),
            group -> GroupOverrides.NONE,
            FixedTopics.NONE.with("t", 2),
            new GroupMemory(1L << 30, 1L << 30),
            Clock.SYSTEM,
            Threads.SYSTEM,
            RandomGenerator.getDefault());

    @AfterEach
    void close() {
        coordinator.close();
        clients.close();
    }

    private void start() {
        coordinator.shards().start(PARTITIONS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            logs.add(new MemoryLog());
            coordinator.shards().elected(partition, 1, logs.get(partition));
        }
        await(() -> list().errorCode() == 0);
    }

    private static void await(Supplier<Boolean> condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.get()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static RequestContext context(int version) {
        return new RequestContext((short) version, "client", "/127.0.0.1");
    }

    private barnabas.protocol.message.ListGroupsResponse list() {
        return coordinator.listGroups(context(5), ListGroupsRequest.builder().build());
    }

    private JoinGroupResponse join(String group, String memberId, int version) {
        return coordinator
                .classic()
                .join(
                        context(version),
                        JoinGroupRequest.builder()
                                .groupId(group)
                                .memberId(memberId)
                                .sessionTimeoutMs(30_000)
                                .rebalanceTimeoutMs(30_000)
                                .protocolType("consumer")
                                .protocols(List.of(new JoinGroupRequestProtocol("range", ByteBuffer.allocate(0))))
                                .build());
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private short commit(String group, int version, long offset) {
        return coordinator
                .offsetCommit(
                        context(version),
                        OffsetCommitRequest.builder()
                                .groupId(group)
                                .topics(List.of(new OffsetCommitRequestTopic(
                                        "t", Uuid.ZERO, List.of(new OffsetCommitRequestPartition(0, offset, -1, "")))))
                                .build())
                .topics()
                .get(0)
                .partitions()
                .get(0)
                .errorCode();
    }

    private static OffsetFetchRequest fetchOf(String group) {
        return OffsetFetchRequest.builder()
                .groups(List.of(OffsetFetchRequestGroup.builder()
                        .groupId(group)
                        .topics(null)
                        .build()))
                .build();
    }

    /// A broker that may have been replaced shows what its replicas still take for the newest.
    @Test
    void offsetsOfADoubtfulCoordinatorWaitForItsReplicas() throws Exception {
        start();
        int partition = coordinator.shards().partitionFor("g");
        MemoryLog log = logs.get(partition);
        assertThat(commit("g", 8, 7)).isZero();
        int batches = log.batchCount();
        log.commitOnlyWhenTold();
        assertThat(coordinator
                        .offsetFetch(context(9), fetchOf("g"))
                        .groups()
                        .getFirst()
                        .errorCode())
                .as("a coordinator without a doubt answers at once")
                .isZero();
        assertThat(log.batchCount()).isEqualTo(batches);
        var asked = clients.submit(() -> coordinator.offsetFetchConfirmed(context(9), fetchOf("g")));
        await(() -> log.batchCount() > batches);
        coordinator.shards().committed(partition, 1, log.highWatermark());
        assertThat(asked.isDone()).as("before the replicas have the record").isFalse();
        coordinator.shards().committed(partition, 1, log.commitAll());
        var group = get(asked).groups().getFirst();
        assertThat(group.errorCode()).isZero();
        assertThat(group.topics()).singleElement().satisfies(topic -> {
            assertThat(topic.name()).isEqualTo("t");
            assertThat(topic.partitions())
                    .singleElement()
                    .satisfies(found -> assertThat(found.committedOffset()).isEqualTo(7));
        });
    }

    @Test
    void aDoubtfulCoordinatorWithTooFewReplicasRefuses() {
        start();
        logs.forEach(each -> each.fail(ErrorCode.NOT_ENOUGH_REPLICAS));
        var answer = coordinator.offsetFetchConfirmed(context(9), fetchOf("g"));
        assertThat(answer.groups().getFirst().errorCode())
                .as("clients before 3.9 take others for final")
                .isEqualTo(ErrorCode.NOT_COORDINATOR.code());
    }

    /// Kafka's coordinator and ours read the record that an answer waited for, and nothing follows from it.
    @Test
    void theRecordThatAnAnswerWaitsForChangesNothing() {
        start();
        assertThat(commit("g", 8, 7)).isZero();
        for (String group : List.of("g", "unknown")) {
            assertThat(coordinator
                            .offsetFetchConfirmed(context(9), fetchOf(group))
                            .groups()
                            .getFirst()
                            .errorCode())
                    .isZero();
        }
        assertThat(list().groups()).extracting(each -> each.groupId()).containsExactly("g");
    }

    @Test
    void twoMembersRebalanceOverThreads() throws Exception {
        start();
        JoinGroupResponse first = join("g", "", 3);
        assertThat(first.errorCode()).isZero();
        Future<JoinGroupResponse> second = clients.submit(() -> join("g", "", 3));
        await(() -> coordinator
                        .classic()
                        .heartbeat(context(3), new HeartbeatRequest("g", 1, first.memberId(), null))
                        .errorCode()
                == ErrorCode.REBALANCE_IN_PROGRESS.code());
        JoinGroupResponse again = join("g", first.memberId(), 3);
        JoinGroupResponse joined = get(second);
        assertThat(again.generationId()).isEqualTo(joined.generationId()).isEqualTo(2);
        assertThat(again.members()).hasSize(2);

        var waiting = clients.submit(() -> coordinator
                .classic()
                .sync(
                        context(3),
                        SyncGroupRequest.builder()
                                .groupId("g")
                                .generationId(2)
                                .memberId(joined.memberId())
                                .build()));
        var leader = coordinator
                .classic()
                .sync(
                        context(3),
                        SyncGroupRequest.builder()
                                .groupId("g")
                                .generationId(2)
                                .memberId(first.memberId())
                                .assignments(List.of(new SyncGroupRequestAssignment(
                                        joined.memberId(), ByteBuffer.wrap("yours".getBytes(UTF_8)))))
                                .build());
        assertThat(leader.errorCode()).isZero();
        assertThat(UTF_8.decode(get(waiting).assignment()).toString()).isEqualTo("yours");

        var heard = new CompletableFuture<HeartbeatResponse>();
        coordinator
                .classic()
                .heartbeat(context(3), new HeartbeatRequest("g", 2, joined.memberId(), null), heard::complete);
        assertThat(get(heard).errorCode()).isZero();

        var described = coordinator
                .classic()
                .describe(
                        context(5),
                        DescribeGroupsRequest.builder()
                                .groups(List.of("g", "nobody"))
                                .build());
        assertThat(described.groups())
                .extracting(each -> each.groupId() + " " + each.groupState() + " " + each.errorCode())
                .containsExactlyInAnyOrder("g Stable 0", "nobody Dead 0");
    }

    @Test
    void groupsAndOffsetsSurviveARestart() {
        start();
        assertThat(commit("x", 8, 17)).isZero();
        assertThat(commit("y", 8, 18)).isZero();
        for (int partition = 0; partition < PARTITIONS; partition++)
            coordinator.shards().resigned(partition, 2);
        assertThat(commit("x", 8, 19)).isEqualTo(ErrorCode.NOT_COORDINATOR.code());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            coordinator.shards().elected(partition, 1, new MemoryLog()); // an old notice
            coordinator.shards().elected(partition, 3, logs.get(partition));
        }
        await(() -> list().errorCode() == 0 && list().groups().size() == 2);
        var fetched = coordinator.offsetFetch(
                context(8),
                OffsetFetchRequest.builder()
                        .groups(List.of(
                                OffsetFetchRequestGroup.builder()
                                        .groupId("x")
                                        .topics(null)
                                        .build(),
                                OffsetFetchRequestGroup.builder()
                                        .groupId("y")
                                        .topics(null)
                                        .build()))
                        .build());
        assertThat(fetched.groups())
                .extracting(group -> group.topics().get(0).partitions().get(0).committedOffset())
                .containsExactlyInAnyOrder(17L, 18L);
    }

    @Test
    void olderVersionsAskAboutOneGroup() {
        start();
        assertThat(commit("x", 8, 17)).isZero();
        var request = OffsetFetchRequest.builder()
                .groupId("x")
                .topics(List.of(new OffsetFetchRequestTopic("t", List.of(0, 1))))
                .build();
        var answer = coordinator.offsetFetch(context(5), request);
        assertThat(answer.errorCode()).isZero();
        assertThat(answer.topics().get(0).partitions())
                .extracting(each -> each.committedOffset())
                .containsExactly(17L, -1L);
        assertThat(answer.groups()).isEmpty();
        for (int partition = 0; partition < PARTITIONS; partition++)
            coordinator.shards().resigned(partition, 2);
        assertThat(coordinator.offsetFetch(context(5), request).errorCode())
                .isEqualTo(ErrorCode.NOT_COORDINATOR.code());
        assertThat(coordinator
                        .offsetFetch(context(1), request)
                        .topics()
                        .get(0)
                        .partitions()
                        .get(1)
                        .errorCode())
                .isEqualTo(ErrorCode.NOT_COORDINATOR.code());
    }

    @Test
    void olderVersionsLeaveAlone() {
        start();
        JoinGroupResponse joined = join("g", "", 3);
        var request = LeaveGroupRequest.builder()
                .groupId("g")
                .memberId(joined.memberId())
                .build();
        assertThat(coordinator.classic().leave(context(2), request).errorCode()).isZero();
        var again = coordinator.classic().leave(context(2), request);
        assertThat(again.errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID.code());
        assertThat(again.members()).isEmpty();
        var deleted = coordinator.deleteGroups(
                context(2),
                DeleteGroupsRequest.builder().groupsNames(List.of("g", "h")).build());
        assertThat(deleted.results())
                .extracting(each -> each.groupId() + " " + each.errorCode())
                .containsExactlyInAnyOrder("g 0", "h " + ErrorCode.GROUP_ID_NOT_FOUND.code());
    }

    @Test
    void waitingRequestsAreRefusedWhenTheCoordinatorMoves() throws Exception {
        start();
        JoinGroupResponse first = join("g", "", 3);
        Future<JoinGroupResponse> second = clients.submit(() -> join("g", "", 3));
        await(() -> coordinator
                        .classic()
                        .heartbeat(context(3), new HeartbeatRequest("g", 1, first.memberId(), null))
                        .errorCode()
                == ErrorCode.REBALANCE_IN_PROGRESS.code());
        coordinator.shards().resigned(coordinator.shards().partitionFor("g"), 2);
        assertThat(get(second).errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR.code());
    }

    @Test
    void badRequestsAreAnsweredAtTheDoor() {
        assertThat(commit("g", 8, 1)).isEqualTo(ErrorCode.NOT_COORDINATOR.code());
        // Without the offsets topic there cannot be a group: tools must not wait for a coordinator.
        assertThat(list().errorCode()).isZero();
        assertThat(list().groups()).isEmpty();
        start();
        assertThat(join("", "", 3).errorCode()).isEqualTo(ErrorCode.INVALID_GROUP_ID.code());
        var tooShort = coordinator
                .classic()
                .join(
                        context(6),
                        JoinGroupRequest.builder()
                                .groupId("g")
                                .memberId("m")
                                .sessionTimeoutMs(5_999)
                                .build());
        assertThat(tooShort.errorCode()).isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT.code());
        assertThat(tooShort.memberId()).isEqualTo("m");
    }

    @Test
    void groupsAreSpreadAsKafkaDoes() {
        start();
        assertThat(coordinator.shards().partitionFor("g")).isEqualTo("g".hashCode() % PARTITIONS);
        // The one hash whose absolute value is negative.
        String lowest = "polygenelubricants";
        assertThat(lowest.hashCode()).isEqualTo(Integer.MIN_VALUE);
        assertThat(coordinator.shards().partitionFor(lowest)).isZero();
    }
}
