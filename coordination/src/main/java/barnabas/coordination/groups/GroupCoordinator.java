package barnabas.coordination.groups;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.config.GroupsConfig;
import barnabas.coordination.Call;
import barnabas.coordination.Coordinator;
import barnabas.coordination.Decision;
import barnabas.coordination.Marker;
import barnabas.coordination.RequestContext;
import barnabas.coordination.ShardRuntime;
import barnabas.coordination.Shards;
import barnabas.coordination.Ticket;
import barnabas.coordination.VerificationProof;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.classic.LeaveGroup;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.consumer.ConsumerDescription;
import barnabas.coordination.groups.consumer.ConsumerGroups;
import barnabas.coordination.groups.offsets.CommitOffsets;
import barnabas.coordination.groups.offsets.DeleteOffsets;
import barnabas.coordination.groups.offsets.FetchOffsets;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.DescribeGroupsResponse.DescribedGroup;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchResponse;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Classic and consumer groups and their offsets: what a broker calls.
///
/// Which groups are here follows from the partitions of `__consumer_offsets` that this broker leads: see [#shards].
/// On every change of the cluster image that touches topics the broker calls [#topicsChanged] with the new view;
/// on topic deletion also [#topicsDeleted], which removes the offsets.
///
/// API files authorise, call the method of their API, and translate nothing: requests and responses are the
/// generated messages. All these methods may wait (a rebalance, a commit) and belong on a virtual thread; they
/// return within the session, rebalance or commit timeout that applies. [#heartbeat(RequestContext,
/// HeartbeatRequest, Consumer)] never waits and may be called on an event loop. An interrupt ends the wait with
/// COORDINATOR_NOT_AVAILABLE and leaves the thread interrupted.
///
/// Topic ids (OffsetCommit and OffsetFetch 10, TxnOffsetCommit 6) are looked up here, in the current [TopicsView].
/// A broker that needs names for authorisation may fill in the name in the request; then the id is only echoed.
///
/// Throttle times and authorized operations are the broker's to fill in.
public final class GroupCoordinator implements Coordinator {
    /// Joining and syncing wait for other members as long as their rebalance timeout says, which may be days.
    private static final long REBALANCE_WAIT_MILLIS = Integer.MAX_VALUE;
    /// Extra wait on top of the commit timeout.
    private static final long GRACE_MILLIS = 5_000;

    private static final short SINGLE_MEMBER_LEAVE_VERSION_MAX = 2;
    private static final short PROTOCOL_NAME_NULLABLE_VERSION = 7;
    /// From this version on a SyncGroup says which protocol it is about (KIP-559).
    private static final short PROTOCOL_NEEDED_VERSION = 5;

    private final Clock clock;
    private final Shards<GroupShard> shards;
    private volatile GroupsConfig config;
    private volatile TopicsView topics;

    /// @param overridesOf a group's own dynamic configuration by group id, called by shards for every consumer
    ///     heartbeat: a map look-up
    /// @param topics the view at the moment of construction
    /// @param memory what members of all groups may leave here
    /// @param random used by several threads
    public GroupCoordinator(
            GroupsConfig config,
            Function<String, GroupOverrides> overridesOf,
            TopicsView topics,
            GroupMemory memory,
            Clock clock,
            Threads threads,
            RandomGenerator random) {
        this.config = config;
        this.topics = topics;
        this.clock = clock;
        var surroundings =
                new GroupShard.Environment(() -> this.config, overridesOf, () -> this.topics, memory, random);
        CompressionCodec codec =
                CompressionCodec.ofId(config.offsets().compressionCodec()).orElse(CompressionCodec.NONE);
        this.shards = new Shards<>(
                "__consumer_offsets",
                (partition, leaderEpoch) -> new GroupShard(surroundings),
                clock,
                threads,
                Compression.of(codec),
                config.offsets().commitTimeoutMillis());
    }

    /// The groups by the partitions of `__consumer_offsets`.
    @Override
    public Shards<GroupShard> shards() {
        return shards;
    }

    /// Takes effect with the next request.
    public void reconfigure(GroupsConfig newConfig) {
        config = newConfig;
    }

    /// Never blocks.
    public void topicsChanged(TopicsView newTopics) {
        topics = newTopics;
    }

    /// Removes the offsets of topics that no longer exist. Never blocks.
    public void topicsDeleted(Collection<DeletedTopic> deleted) {
        var names = new HashSet<String>();
        for (DeletedTopic topic : deleted) names.add(topic.name());
        var _ = shards.submitToAll(
                error -> error,
                ticket -> (shard, now) -> shard.topicsDeleted(names).and(Decision.answer(ticket, ErrorCode.NONE)));
    }

    /// A topic that was there.
    public record DeletedTopic(String name, Uuid id) {}

    public JoinGroupResponse joinGroup(RequestContext context, JoinGroupRequest request) {
        GroupsConfig.Classic limits = config.classic();
        ErrorCode invalid = request.groupId().isEmpty()
                ? ErrorCode.INVALID_GROUP_ID
                : request.sessionTimeoutMs() < limits.sessionTimeoutMillisMin()
                                || request.sessionTimeoutMs() > limits.sessionTimeoutMillisMax()
                        ? ErrorCode.INVALID_SESSION_TIMEOUT
                        : ErrorCode.NONE;
        JoinGroupResponse answer = invalid != ErrorCode.NONE
                ? JoinGroup.refusal(invalid, request.memberId())
                : ask(
                        request.groupId(),
                        REBALANCE_WAIT_MILLIS,
                        error -> JoinGroup.refusal(error, request.memberId()),
                        ticket -> (shard, now) -> shard.join(ticket, context, request, now));
        boolean nameNeeded = answer.protocolName() == null && context.apiVersion() < PROTOCOL_NAME_NULLABLE_VERSION;
        return nameNeeded ? answer.toBuilder().protocolName("").build() : answer;
    }

    public SyncGroupResponse syncGroup(RequestContext context, SyncGroupRequest request) {
        boolean named = request.protocolType() != null && request.protocolName() != null;
        if (!named && context.apiVersion() >= PROTOCOL_NEEDED_VERSION) {
            return SyncGroup.refusal(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        }
        if (request.groupId().isEmpty()) return SyncGroup.refusal(ErrorCode.INVALID_GROUP_ID);
        return ask(
                request.groupId(),
                REBALANCE_WAIT_MILLIS,
                // What the assignment was when the shard went away is for the next coordinator to say.
                error -> SyncGroup.refusal(
                        error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.REBALANCE_IN_PROGRESS : error),
                ticket -> (shard, now) -> shard.sync(ticket, request, now));
    }

    public HeartbeatResponse heartbeat(RequestContext context, HeartbeatRequest request) {
        Call<HeartbeatResponse> call = Call.awaited(GroupCoordinator::heartbeatRefusal);
        submitHeartbeat(request, call);
        return call.await(clock, commitWaitMillis());
    }

    /// Does not wait: `reply` is called exactly once, now or later, on the shard's thread, and must not block.
    public void heartbeat(RequestContext context, HeartbeatRequest request, Consumer<HeartbeatResponse> reply) {
        submitHeartbeat(request, Call.handedTo(reply, GroupCoordinator::heartbeatRefusal));
    }

    private void submitHeartbeat(HeartbeatRequest request, Call<HeartbeatResponse> call) {
        if (request.groupId().isEmpty()) {
            call.refuseNow(ErrorCode.INVALID_GROUP_ID);
        } else {
            shards.submit(request.groupId(), call, (shard, now) -> shard.heartbeat(call, request, now));
        }
    }

    /// No session can expire while a shard is loading, so members need not know.
    private static HeartbeatResponse heartbeatRefusal(ErrorCode error) {
        ErrorCode shown = error == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.NONE : error;
        return new HeartbeatResponse(0, shown.code());
    }

    public LeaveGroupResponse leaveGroup(RequestContext context, LeaveGroupRequest request) {
        if (request.groupId().isEmpty()) return LeaveGroup.refusal(ErrorCode.INVALID_GROUP_ID);
        boolean single = context.apiVersion() <= SINGLE_MEMBER_LEAVE_VERSION_MAX;
        LeaveGroupRequest wanted = single
                ? request.toBuilder()
                        .members(List.of(new LeaveGroupRequest.MemberIdentity(request.memberId(), null, null)))
                        .build()
                : request;
        LeaveGroupResponse answer = ask(
                request.groupId(),
                commitWaitMillis(),
                LeaveGroup::refusal,
                ticket -> (shard, now) -> shard.leave(ticket, wanted, now));
        if (!single || answer.members().isEmpty()) return answer;
        return LeaveGroupResponse.builder()
                .errorCode(answer.members().get(0).errorCode())
                .build();
    }

    public OffsetCommitResponse offsetCommit(RequestContext context, OffsetCommitRequest request) {
        return ask(
                request.groupId(),
                commitWaitMillis(),
                error -> CommitOffsets.refusal(request, error),
                ticket -> (shard, now) -> shard.commit(ticket, context, request, now));
    }

    /// @param admission passed on to the log with the records; null when the transaction was not verified
    public TxnOffsetCommitResponse txnOffsetCommit(
            RequestContext context, TxnOffsetCommitRequest request, @Nullable VerificationProof admission) {
        return ask(
                request.groupId(),
                commitWaitMillis(),
                error -> CommitOffsets.refusal(request, error),
                ticket -> (shard, now) -> shard.commit(ticket, context, request, admission, now));
    }

    /// Ends a producer's transaction on one partition of `__consumer_offsets` (WriteTxnMarkers for that
    /// partition comes here instead of to the log): appends the marker, then makes the pending offsets visible
    /// or drops them. Returns when the marker is committed.
    ///
    /// @return NONE, or why the marker was not written
    public ErrorCode completeTransaction(int partition, Marker marker) {
        Call<ErrorCode> call = Call.awaited(error -> error);
        shards.submit(partition, call, (shard, now) -> shard.complete(call, marker));
        return call.await(clock, commitWaitMillis());
    }

    public OffsetFetchResponse offsetFetch(RequestContext context, OffsetFetchRequest request) {
        short version = context.apiVersion();
        var manner = new FetchOffsets.Manner(version >= OffsetFetchVersions.TOPIC_IDS, request.requireStable());
        var asked = OffsetFetchVersions.groups(request, version);
        List<OffsetFetchResponseGroup> answers =
                askEach(asked, OffsetFetchRequestGroup::groupId, FetchOffsets::refusal, (shard, some) -> {
                    var found = new ArrayList<OffsetFetchResponseGroup>(some.size());
                    for (OffsetFetchRequestGroup each : some) found.add(shard.fetch(each, manner));
                    return found;
                });
        return OffsetFetchVersions.answer(asked, answers, version);
    }

    public OffsetDeleteResponse offsetDelete(RequestContext context, OffsetDeleteRequest request) {
        if (request.groupId().isEmpty()) return DeleteOffsets.refusal(ErrorCode.INVALID_GROUP_ID);
        return ask(
                request.groupId(),
                commitWaitMillis(),
                DeleteOffsets::refusal,
                ticket -> (shard, now) -> shard.deleteOffsets(ticket, request));
    }

    /// Asks all shards that this broker leads; one that is loading makes the whole answer
    /// COORDINATOR_LOAD_IN_PROGRESS. Before the first group there are no shards and nothing to list.
    public ListGroupsResponse listGroups(RequestContext context, ListGroupsRequest request) {
        List<Call<ListGroupsResponse>> calls = shards.submitToAll(
                GroupCoordinator::listRefusal,
                ticket -> (shard, now) -> Decision.answer(
                        ticket,
                        ListGroupsResponse.builder().groups(shard.list(request)).build()));
        var groups = new ArrayList<ListGroupsResponse.ListedGroup>();
        for (Call<ListGroupsResponse> call : calls) {
            ListGroupsResponse answer = call.await(clock, commitWaitMillis());
            // A shard that has just moved away lists its groups elsewhere.
            if (answer.errorCode() == ErrorCode.NOT_COORDINATOR.code()) continue;
            if (answer.errorCode() != ErrorCode.NONE.code()) return answer;
            groups.addAll(answer.groups());
        }
        return ListGroupsResponse.builder().groups(groups).build();
    }

    private static ListGroupsResponse listRefusal(ErrorCode error) {
        return ListGroupsResponse.builder().errorCode(error.code()).build();
    }

    public DescribeGroupsResponse describeGroups(RequestContext context, DescribeGroupsRequest request) {
        List<DescribedGroup> groups =
                askEach(request.groups(), groupId -> groupId, ClassicDescription::refusal, (shard, some) -> {
                    var found = new ArrayList<DescribedGroup>(some.size());
                    for (String each : some) found.add(shard.describeClassic(each, context.apiVersion()));
                    return found;
                });
        return DescribeGroupsResponse.builder().groups(groups).build();
    }

    public DeleteGroupsResponse deleteGroups(RequestContext context, DeleteGroupsRequest request) {
        var calls = new ArrayList<Call<List<DeletableGroupResult>>>();
        byPartition(request.groupsNames().stream().distinct().toList(), groupId -> groupId)
                .forEach((partition, groupIds) -> {
                    Call<List<DeletableGroupResult>> call = Call.awaited(error -> {
                        var results = new ArrayList<DeletableGroupResult>(groupIds.size());
                        for (String groupId : groupIds) {
                            results.add(new DeletableGroupResult(groupId, error.code(), null));
                        }
                        return results;
                    });
                    shards.submit(partition, call, (shard, now) -> shard.delete(call, groupIds));
                    calls.add(call);
                });
        var results = new ArrayList<DeletableGroupResult>();
        for (var call : calls) results.addAll(call.await(clock, commitWaitMillis()));
        return DeleteGroupsResponse.builder().results(results).build();
    }

    public ConsumerGroupHeartbeatResponse consumerGroupHeartbeat(
            RequestContext context, ConsumerGroupHeartbeatRequest request) {
        return ask(
                request.groupId(),
                commitWaitMillis(),
                error -> ConsumerGroups.refusal(context, request, error),
                ticket -> (shard, now) -> shard.consumerHeartbeat(ticket, context, request, now));
    }

    public ConsumerGroupDescribeResponse consumerGroupDescribe(
            RequestContext context, ConsumerGroupDescribeRequest request) {
        List<ConsumerGroupDescribeResponse.DescribedGroup> groups = askEach(
                request.groupIds(),
                groupId -> groupId,
                // The argument before the state: an empty id has no coordinator to look for.
                (groupId, error) -> ConsumerDescription.refusal(
                        groupId, groupId.isEmpty() ? ErrorCode.INVALID_GROUP_ID : error, null),
                (shard, some) -> {
                    var found = new ArrayList<ConsumerGroupDescribeResponse.DescribedGroup>(some.size());
                    for (String each : some) found.add(shard.describeConsumer(each));
                    return found;
                });
        return ConsumerGroupDescribeResponse.builder().groups(groups).build();
    }

    private long commitWaitMillis() {
        return config.offsets().commitTimeoutMillis() + GRACE_MILLIS;
    }

    private <R> R ask(
            String groupId,
            long timeoutMillis,
            Function<ErrorCode, R> refusal,
            Function<Ticket<R>, ShardRuntime.Operation<GroupShard>> operation) {
        Call<R> call = Call.awaited(refusal);
        shards.submit(groupId, call, operation.apply(call));
        return call.await(clock, timeoutMillis);
    }

    private <Q> Map<Integer, List<Q>> byPartition(List<Q> asked, Function<Q, String> groupId) {
        var partitions = new LinkedHashMap<Integer, List<Q>>();
        for (Q each : asked) {
            partitions
                    .computeIfAbsent(shards.partitionFor(groupId.apply(each)), any -> new ArrayList<>())
                    .add(each);
        }
        return partitions;
    }

    /// Asks about several groups, each at its own shard and once, however often the request names it: an answer may be
    /// much longer than a name.
    private <Q, R> List<R> askEach(
            List<Q> asked,
            Function<Q, String> groupId,
            BiFunction<Q, ErrorCode, R> refusal,
            BiFunction<GroupShard, List<Q>, List<R>> operation) {
        var calls = new ArrayList<Call<List<R>>>();
        var named = new LinkedHashMap<String, Q>();
        for (Q each : asked) named.putIfAbsent(groupId.apply(each), each);
        byPartition(List.copyOf(named.values()), groupId).forEach((partition, some) -> {
            Call<List<R>> call = Call.awaited(error -> {
                var refusals = new ArrayList<R>(some.size());
                for (Q each : some) refusals.add(refusal.apply(each, error));
                return refusals;
            });
            shards.submit(partition, call, (shard, now) -> Decision.answer(call, operation.apply(shard, some)));
            calls.add(call);
        });
        var answers = new ArrayList<R>(asked.size());
        for (Call<List<R>> call : calls) answers.addAll(call.await(clock, commitWaitMillis()));
        return answers;
    }

    @Override
    public void close() {
        shards.close();
    }
}
