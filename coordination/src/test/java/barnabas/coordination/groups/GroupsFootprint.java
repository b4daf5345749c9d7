package barnabas.coordination.groups;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.coordination.AppendOutcome;
import barnabas.coordination.RequestContext;
import barnabas.coordination.ShardLog;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerProtocolSubscription;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupRequest.SyncGroupRequestAssignment;
import barnabas.protocol.records.RecordBatch;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Cost of 1,000 groups of 10 members in memory and of their heartbeats in CPU: a program, not a test. The log
/// drops everything, so that only the coordinator is measured. Arguments: groups, members, heartbeats.
public final class GroupsFootprint {
    private static final int PARTITIONS = 50;

    private record Member(String group, String id, int epoch) {}

    private static final class Forgetful implements ShardLog {
        private long end;

        @Override
        public synchronized AppendOutcome append(ByteBuffer batch) {
            var view = RecordBatch.at(batch, batch.position());
            view.rewriteBaseOffset(end);
            end = view.nextOffset();
            return new AppendOutcome.Appended(end, end);
        }

        @Override
        public void readAll(Consumer<ByteBuffer> sink) {}

        @Override
        public synchronized long highWatermark() {
            return end;
        }

        @Override
        public int batchBytesMax() {
            return 1 << 20;
        }
    }

    private final GroupCoordinator coordinator;
    private final RequestContext context = new RequestContext((short) 1, "client-of-a-usual-length", "/127.0.0.1");

    private GroupsFootprint() {
        var topics = FixedTopics.NONE.with("orders", 20);
        coordinator = new GroupCoordinator(
                TestConfigs.of(Map.of(
                        "group.initial.rebalance.delay.ms", "2000",
                        "group.consumer.assignment.interval.ms", "0",
                        "group.consumer.max.session.timeout.ms", "1800000",
                        "group.consumer.session.timeout.ms", "1800000")),
                group -> GroupOverrides.NONE,
                topics,
                new GroupMemory(1L << 30, 1L << 30),
                Clock.SYSTEM,
                Threads.SYSTEM,
                RandomGenerator.getDefault());
        coordinator.shards().start(PARTITIONS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            coordinator.shards().elected(partition, 1, new Forgetful());
        }
        while (coordinator
                        .listGroups(
                                context,
                                barnabas.protocol.message.ListGroupsRequest.builder()
                                        .build())
                        .errorCode()
                != 0) Thread.onSpinWait();
    }

    public static void main(String[] arguments) throws Exception {
        int groups = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000;
        int members = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        int beats = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 1_000_000;
        for (boolean modern : List.of(true, false)) {
            String kind = modern ? "consumer" : "classic";
            var footprint = new GroupsFootprint();
            long before = used();
            List<Member> all = modern ? footprint.consumers(groups, members) : footprint.classic(groups, members);
            long bytes = used() - before;
            System.out.printf(
                    "%s: %,d groups of %d: %,d KB, %,d bytes a member%n",
                    kind, groups, members, bytes >> 10, bytes / all.size());
            for (int round = 0; round < 4; round++) {
                long cpu = cpuNanos();
                long start = System.nanoTime();
                for (int i = 0; i < beats; i++) footprint.beat(all.get(i % all.size()), modern);
                System.out.printf(
                        "%s: %,d heartbeats: %.2f us CPU each, %,.0f a second%n",
                        kind, beats, (cpuNanos() - cpu) / 1e3 / beats, beats * 1e9 / (System.nanoTime() - start));
            }
            footprint.coordinator.close();
        }
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /// All that a consumer with 20 partitions of one topic in its group does until nothing changes any more.
    private List<Member> consumers(int groups, int members) {
        var all = new ArrayList<Member>();
        for (int group = 0; group < groups; group++) {
            var epochs = new int[members];
            for (int round = 0; round < 4; round++) {
                for (int member = 0; member < members; member++) {
                    var request = ConsumerGroupHeartbeatRequest.builder()
                            .groupId("group-" + group)
                            .memberId("member-" + group + "-" + member)
                            .memberEpoch(epochs[member]);
                    if (epochs[member] == 0) {
                        request.rebalanceTimeoutMs(300_000).subscribedTopicNames(List.of("orders"));
                    }
                    request.topicPartitions(List.of());
                    epochs[member] = coordinator
                            .consumer()
                            .heartbeat(context, request.build())
                            .memberEpoch();
                }
            }
            for (int member = 0; member < members; member++) {
                all.add(new Member("group-" + group, "member-" + group + "-" + member, epochs[member]));
            }
        }
        return all;
    }

    private List<Member> classic(int groups, int members) throws Exception {
        var all = new ArrayList<Member>();
        var joins = new ArrayList<Future<Member>>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int group = 0; group < groups; group++) {
                String id = "group-" + group;
                for (int member = 0; member < members; member++) joins.add(clients.submit(() -> joined(id)));
            }
            for (Future<Member> each : joins) all.add(each.get());
        }
        return all;
    }

    private Member joined(String group) {
        ByteBuffer subscription = ConsumerProtocolSubscription.builder()
                .topics(List.of("orders"))
                .build()
                .toVersionedBuffer((short) 3);
        var older = new RequestContext((short) 3, context.clientId(), context.clientHost());
        JoinGroupResponse join = coordinator
                .classic()
                .join(
                        older,
                        JoinGroupRequest.builder()
                                .groupId(group)
                                .sessionTimeoutMs(1_800_000)
                                .rebalanceTimeoutMs(300_000)
                                .protocolType("consumer")
                                .protocols(List.of(new JoinGroupRequestProtocol("range", subscription)))
                                .build());
        ByteBuffer assignment = ClassicWords.assignment("orders-0+orders-1");
        coordinator
                .classic()
                .sync(
                        older,
                        SyncGroupRequest.builder()
                                .groupId(group)
                                .memberId(join.memberId())
                                .generationId(join.generationId())
                                .assignments(join.members().stream()
                                        .map(each -> new SyncGroupRequestAssignment(each.memberId(), assignment))
                                        .toList())
                                .build());
        return new Member(group, join.memberId(), join.generationId());
    }

    private void beat(Member member, boolean modern) {
        short error = modern
                ? coordinator
                        .consumer()
                        .heartbeat(
                                context,
                                ConsumerGroupHeartbeatRequest.builder()
                                        .groupId(member.group)
                                        .memberId(member.id)
                                        .memberEpoch(member.epoch)
                                        .build())
                        .errorCode()
                : coordinator
                        .classic()
                        .heartbeat(
                                context,
                                HeartbeatRequest.builder()
                                        .groupId(member.group)
                                        .memberId(member.id)
                                        .generationId(member.epoch)
                                        .build())
                        .errorCode();
        if (error != 0) throw new IllegalStateException(member + ": error " + error);
    }
}
