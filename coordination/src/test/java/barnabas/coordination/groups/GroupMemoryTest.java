package barnabas.coordination.groups;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.coordination.MemoryLog;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Memory of members at the coordinator is bounded over all groups, and returned when they leave.
@Timeout(60)
class GroupMemoryTest {
    private static final int METADATA_BYTES = 500_000;
    private static final long BUDGET_BYTES = 10_000_000;
    private static final RequestContext LEGACY = new RequestContext((short) 1, "c", "/127.0.0.1");
    private static final RequestContext CURRENT = new RequestContext((short) 5, "c", "/127.0.0.1");

    private final GroupCoordinator coordinator = new GroupCoordinator(
            TestConfigs.of(Map.of("group.initial.rebalance.delay.ms", "0")),
            group -> GroupOverrides.NONE,
            FixedTopics.NONE.with("t", 100),
            new GroupMemory(BUDGET_BYTES, BUDGET_BYTES),
            Clock.SYSTEM,
            Threads.SYSTEM,
            RandomGenerator.getDefault());

    @BeforeEach
    void start() throws InterruptedException {
        coordinator.shards().start(1);
        coordinator.shards().elected(0, 1, new MemoryLog());
        assertThat(coordinator.shards().awaitLoaded(0, Deadline.inMillis(10_000, Clock.SYSTEM)))
                .isTrue();
    }

    @AfterEach
    void stop() {
        coordinator.close();
    }

    private JoinGroupResponse join(RequestContext context, String group, int metadataBytes) {
        return coordinator
                .classic()
                .join(
                        context,
                        JoinGroupRequest.builder()
                                .groupId(group)
                                .sessionTimeoutMs(30_000)
                                .rebalanceTimeoutMs(30_000)
                                .protocolType("consumer")
                                .protocols(List.of(
                                        new JoinGroupRequestProtocol("range", ByteBuffer.allocate(metadataBytes))))
                                .build());
    }

    @Test
    void oneMemberInEachOfManyGroups() {
        var joined = new ArrayList<JoinGroupResponse>();
        ErrorCode refusal = ErrorCode.NONE;
        for (int i = 0; i < 100; i++) {
            JoinGroupResponse answer = join(LEGACY, "g" + i, METADATA_BYTES);
            if (answer.errorCode() == 0) joined.add(answer);
            else refusal = ErrorCode.of(answer.errorCode());
        }
        assertThat(joined).hasSize((int) (BUDGET_BYTES / (METADATA_BYTES + 1_100)));
        assertThat(refusal).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        // A member that leaves makes room; joining again as the same member takes none.
        for (int i = 0; i < 3; i++) {
            var leave = LeaveGroupRequest.builder()
                    .groupId("g" + i)
                    .memberId(joined.get(i).memberId())
                    .build();
            assertThat(coordinator.classic().leave(LEGACY, leave).errorCode()).isZero();
            assertThat(join(LEGACY, "new" + i, METADATA_BYTES).errorCode()).isZero();
        }
        assertThat(join(LEGACY, "late", METADATA_BYTES).errorCode()).isNotZero();
        coordinator.shards().resigned(0, 2);
        coordinator.shards().elected(0, 3, new MemoryLog());
        assertThat(waitFor(() -> join(LEGACY, "elsewhere", METADATA_BYTES).errorCode()))
                .as("the shard that went away gave everything back")
                .isZero();
    }

    @Test
    void idsThatNeverComeBack() {
        int given = 0;
        for (int i = 0; i < 30_000; i++) {
            if (join(CURRENT, "g" + i % 100, 10).errorCode() == ErrorCode.MEMBER_ID_REQUIRED.code()) given++;
        }
        assertThat(given).isBetween(5_000, 10_000);
    }

    /// Groups that their only member left.
    @Test
    void groupsWithoutMembers() {
        int made = 0;
        ErrorCode refusal = ErrorCode.NONE;
        for (int i = 0; i < 20_000 && refusal == ErrorCode.NONE; i++) {
            JoinGroupResponse joined = join(LEGACY, "g" + i, 10);
            refusal = ErrorCode.of(joined.errorCode());
            if (refusal != ErrorCode.NONE) break;
            made++;
            var leave = LeaveGroupRequest.builder()
                    .groupId("g" + i)
                    .memberId(joined.memberId())
                    .build();
            assertThat(coordinator.classic().leave(LEGACY, leave).errorCode()).isZero();
        }
        assertThat(refusal).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(made).isBetween(10_000, 13_000);
        assertThat(ErrorCode.of(heartbeat("k", 0, List.of("t")).errorCode()))
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        coordinator.deleteGroups(CURRENT, new DeleteGroupsRequest(List.of("g0", "g1", "g2")));
        assertThat(heartbeat("k", 0, List.of("t")).errorCode()).isZero();
        coordinator.shards().resigned(0, 2);
        coordinator.shards().elected(0, 3, new MemoryLog());
        assertThat(waitFor(() -> join(LEGACY, "elsewhere", METADATA_BYTES).errorCode()))
                .as("the shard that went away gave everything back")
                .isZero();
    }

    private List<ErrorCode> commit(String group) {
        var partitions = new ArrayList<OffsetCommitRequestPartition>();
        for (int i = 0; i < 100; i++) {
            partitions.add(new OffsetCommitRequestPartition(i, 7, -1, "m".repeat(4_000)));
        }
        var request = OffsetCommitRequest.builder()
                .groupId(group)
                .topics(List.of(OffsetCommitRequestTopic.builder()
                        .name("t")
                        .partitions(partitions)
                        .build()))
                .build();
        return coordinator.offsetCommit(CURRENT, request).topics().getFirst().partitions().stream()
                .map(each -> ErrorCode.of(each.errorCode()))
                .toList();
    }

    @Test
    void offsetsOfManyGroups() {
        var errors = new ArrayList<ErrorCode>();
        for (int i = 0; i < 30; i++) errors.addAll(commit("g" + i));
        assertThat(errors).containsOnly(ErrorCode.NONE, ErrorCode.INVALID_COMMIT_OFFSET_SIZE);
        long taken = errors.stream().filter(each -> each == ErrorCode.NONE).count();
        assertThat(taken).isEqualTo(BUDGET_BYTES / 4_322);
        assertThat(commit("g0")).as("groups with offsets go on").containsOnly(ErrorCode.NONE);
        coordinator.shards().resigned(0, 2);
        coordinator.shards().elected(0, 3, new MemoryLog());
        assertThat(waitFor(() -> commit("g0").getFirst().code())).isZero();
        assertThat(commit("elsewhere")).containsOnly(ErrorCode.NONE);
    }

    private ConsumerGroupHeartbeatResponse heartbeat(String group, int epoch, @Nullable List<String> names) {
        return coordinator
                .consumer()
                .heartbeat(
                        CURRENT,
                        ConsumerGroupHeartbeatRequest.builder()
                                .groupId(group)
                                .memberId("m-" + group)
                                .memberEpoch(epoch)
                                .rebalanceTimeoutMs(30_000)
                                .subscribedTopicNames(names)
                                .topicPartitions(epoch == 0 ? List.of() : null)
                                .build());
    }

    @Test
    void subscriptionsOfConsumerGroups() {
        var names = new ArrayList<String>();
        for (int i = 0; i < 2_000; i++) names.add("topic-" + i + "x".repeat(200));
        int joined = 0;
        int epoch = heartbeat("k0", 0, names).memberEpoch();
        ErrorCode refusal = ErrorCode.NONE;
        for (int i = 1; i < 100; i++) {
            short error = heartbeat("k" + i, 0, names).errorCode();
            if (error == 0) joined++;
            else refusal = ErrorCode.of(error);
        }
        assertThat(joined).isBetween(15, 20);
        assertThat(refusal).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(heartbeat("k0", epoch, names).errorCode())
                .as("a member that says the same again stays")
                .isZero();
        assertThat(heartbeat("k1", -1, null).errorCode()).isZero();
        assertThat(heartbeat("late", 0, names).errorCode())
                .as("a member that left made room")
                .isZero();
        coordinator.shards().resigned(0, 2);
        coordinator.shards().elected(0, 3, new MemoryLog());
        assertThat(waitFor(() -> heartbeat("elsewhere", 0, names).errorCode()))
                .as("the shard that went away gave everything back")
                .isZero();
    }

    @Test
    void assignmentsOfClassicGroups() {
        int synced = 0;
        ErrorCode refusal = ErrorCode.NONE;
        for (int i = 0; i < 100; i++) {
            JoinGroupResponse joined = join(LEGACY, "s" + i, 10);
            if (joined.errorCode() != 0) break;
            var sync = SyncGroupRequest.builder()
                    .groupId("s" + i)
                    .memberId(joined.memberId())
                    .generationId(joined.generationId())
                    .assignments(
                            List.of(new SyncGroupRequestAssignment(joined.memberId(), ByteBuffer.allocate(900_000))))
                    .build();
            short error = coordinator.classic().sync(LEGACY, sync).errorCode();
            if (error == 0) synced++;
            else refusal = ErrorCode.of(error);
        }
        assertThat(synced).isEqualTo((int) (BUDGET_BYTES / 900_000));
        assertThat(refusal).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        coordinator.shards().resigned(0, 2);
        coordinator.shards().elected(0, 3, new MemoryLog());
        assertThat(waitFor(() -> join(LEGACY, "elsewhere", METADATA_BYTES).errorCode()))
                .as("the shard that went away gave everything back")
                .isZero();
    }

    private static short waitFor(Supplier<Short> error) {
        long end = System.nanoTime() + 30_000_000_000L;
        short last = error.get();
        while (last != 0 && System.nanoTime() - end < 0) last = error.get();
        return last;
    }
}
