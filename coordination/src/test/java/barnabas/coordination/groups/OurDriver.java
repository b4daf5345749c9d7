package barnabas.coordination.groups;

import barnabas.config.GroupsConfig;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Marker;
import barnabas.coordination.MemoryShard;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.Reply;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Ticket;
import barnabas.coordination.VirtualClock;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.offsets.FetchOffsets;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;

/// Our core on a log in memory.
final class OurDriver implements GroupDriver {
    private final VirtualClock clock = new VirtualClock();
    private final Random random = new Random(1);
    private final GroupsConfig config;
    private final Map<String, GroupOverrides> overrides = new HashMap<>();
    private FixedTopics topics = FixedTopics.NONE;
    private final MemoryShard<GroupShard> shard;
    private final List<CoordinatorRecord> appended = new ArrayList<>();

    FixedTopics topics() {
        return topics;
    }

    OurDriver(GroupsConfig config) {
        this.config = config;
        this.shard = new MemoryShard<>(empty(), OurDriver::deliver, appended::add);
        shard.carryOut(shard.shard().loaded(now()));
    }

    private record Waiting<R>(Consumer<Object> reply, Function<ErrorCode, R> refused) implements Ticket<R> {
        @Override
        public R refusal(ErrorCode error) {
            return refused.apply(error);
        }
    }

    private static <R> Ticket<R> waiting(Consumer<Object> reply, Function<ErrorCode, R> refused) {
        return new Waiting<>(reply, refused);
    }

    private static <R> Ticket<R> waiting(Consumer<Object> reply) {
        return new Waiting<>(reply, error -> {
            throw new AssertionError("refused with " + error);
        });
    }

    private static <R> void deliver(Reply<R> reply) {
        ((Waiting<R>) reply.ticket()).reply.accept(reply.answer());
    }

    GroupShard empty() {
        return new GroupShard(new GroupShard.Environment(
                () -> config,
                group -> overrides.getOrDefault(group, GroupOverrides.NONE),
                () -> topics,
                new GroupMemory(1L << 30, 1L << 30),
                random));
    }

    MemoryShard<GroupShard> shard() {
        return shard;
    }

    Now now() {
        return Now.of(clock);
    }

    @Override
    public void send(RequestContext context, RequestMessage request, Consumer<Object> reply) {
        shard.carryOut(decide(context, request, reply));
    }

    private Decision decide(RequestContext context, RequestMessage request, Consumer<Object> reply) {
        GroupShard core = shard.shard();
        return switch (request) {
            case JoinGroupRequest join ->
                core.classic().join(waiting(reply, error -> JoinGroup.refusal(error, "")), context, join, now());
            case SyncGroupRequest sync -> core.classic().sync(waiting(reply, SyncGroup::refusal), sync, now());
            case HeartbeatRequest heartbeat -> core.classic().heartbeat(waiting(reply), heartbeat, now());
            case LeaveGroupRequest leave -> core.classic().leave(waiting(reply), leave, now());
            case OffsetCommitRequest commit -> core.commit(waiting(reply), context, commit, now());
            case TxnOffsetCommitRequest commit -> core.commit(waiting(reply), context, commit, null, now());
            case OffsetDeleteRequest delete -> core.deleteOffsets(waiting(reply), delete);
            case OffsetFetchRequest fetch -> {
                var manner = new FetchOffsets.Manner(context.apiVersion() >= 10, fetch.requireStable());
                reply.accept(OffsetFetchResponse.builder()
                        .groups(fetch.groups().stream()
                                .map(group -> core.fetch(group, manner))
                                .toList())
                        .build());
                yield Decision.nothing();
            }
            case ListGroupsRequest list -> {
                reply.accept(
                        ListGroupsResponse.builder().groups(core.list(list)).build());
                yield Decision.nothing();
            }
            case DescribeGroupsRequest describe -> {
                reply.accept(DescribeGroupsResponse.builder()
                        .groups(describe.groups().stream()
                                .map(group -> core.classic().describe(group, context.apiVersion()))
                                .toList())
                        .build());
                yield Decision.nothing();
            }
            case DeleteGroupsRequest delete -> {
                Consumer<Object> whole = results -> reply.accept(DeleteGroupsResponse.builder()
                        .results(((List<?>) results)
                                .stream().map(DeletableGroupResult.class::cast).toList())
                        .build());
                yield core.delete(
                        waiting(
                                whole,
                                error -> delete.groupsNames().stream()
                                        .map(each -> new DeletableGroupResult(each, error.code(), null))
                                        .toList()),
                        delete.groupsNames());
            }
            case ConsumerGroupHeartbeatRequest heartbeat ->
                core.consumer().heartbeat(waiting(reply), context, heartbeat, now());
            case ConsumerGroupDescribeRequest describe -> {
                reply.accept(ConsumerGroupDescribeResponse.builder()
                        .groups(describe.groupIds().stream()
                                .map(core.consumer()::describe)
                                .toList())
                        .build());
                yield Decision.nothing();
            }
            default -> throw new IllegalArgumentException("no such request in a script: " + request);
        };
    }

    @Override
    public void endTransaction(long producerId, short producerEpoch, boolean commit) {
        shard.carryOut(shard.shard()
                .complete(waiting(error -> {}), new Marker(new Producer(producerId, producerEpoch), 0, commit, (short)
                        0)));
    }

    @Override
    public void advance(long millis) {
        long end = clock.elapsedMillis() + millis;
        while (true) {
            long next = shard.shard().timers().nextDeadline();
            if (next > end) break;
            clock.advance(Math.max(0, next - clock.elapsedMillis()));
            shard.expire(now());
        }
        clock.advance(end - clock.elapsedMillis());
    }

    @Override
    public void topics(FixedTopics newTopics) {
        topics = newTopics;
    }

    @Override
    public void topicsDeleted(List<String> names) {
        shard.carryOut(shard.shard().topicsDeleted(new HashSet<>(names)));
    }

    @Override
    public void failNext(ErrorCode error) {
        shard.failNext(error == ErrorCode.NONE ? null : error);
    }

    @Override
    public void restart() {
        shard.moveTo(empty(), now());
    }

    @Override
    public List<CoordinatorRecord> appended() {
        var since = List.copyOf(appended);
        appended.clear();
        return since;
    }
}
