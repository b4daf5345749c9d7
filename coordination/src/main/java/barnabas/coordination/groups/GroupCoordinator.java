package barnabas.coordination.groups;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.config.GroupsConfig;
import barnabas.coordination.Call;
import barnabas.coordination.Coordinator;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Marker;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Shards;
import barnabas.coordination.VerificationProof;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.offsets.CommitOffsets;
import barnabas.coordination.groups.offsets.DeleteOffsets;
import barnabas.coordination.groups.offsets.FetchOffsets;
import barnabas.coordination.groups.offsets.KnownPartitions;
import barnabas.coordination.groups.offsets.OffsetRecords;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
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
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Groups of all kinds and their offsets: what a broker calls. Requests of one kind have a front each, [#classic] and
/// [#consumer]; offsets and administration are the same for all kinds.
///
/// Which groups are here follows from the partitions of `__consumer_offsets` that this broker leads: see [#shards].
/// On every change of the cluster image that touches topics the broker calls [#topicsChanged] with the new view;
/// on topic deletion also [#topicsDeleted], which removes the offsets.
///
/// API files authorise, call the method of their API, and translate nothing: requests and responses are the
/// generated messages. All these methods may wait (a rebalance, a commit) and belong on a virtual thread; they
/// return within the session, rebalance or commit timeout that applies.
/// An interrupt ends the wait with COORDINATOR_NOT_AVAILABLE and leaves the thread interrupted.
/// The heartbeat of [ClassicGroupCalls] that takes a reply never waits and may be called on an event loop.
///
/// Topic ids (OffsetCommit and OffsetFetch 10, TxnOffsetCommit 6) are looked up here, in the current [TopicsView].
/// A broker that needs names for authorisation may fill in the name in the request; then the id is only echoed.
///
/// Throttle times and authorized operations are the broker's to fill in.
public final class GroupCoordinator implements Coordinator {

    /// A scrape has no more time for the answer of all shards.
    private static final long FIGURES_WAIT_MILLIS = 2_000;

    private static final short COMMIT_BY_ID_VERSION = 10;
    private static final short TRANSACTIONAL_COMMIT_BY_ID_VERSION = 6;

    private final Shards<GroupShard> shards;
    private final GroupCalls calls;
    private final ClassicGroupCalls classic;
    private final ConsumerGroupCalls consumer;
    private final Clock clock;
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
        this.clock = clock;
        this.topics = topics;
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
        this.calls = new GroupCalls(shards, clock, () -> this.config.offsets().commitTimeoutMillis());
        this.classic = new ClassicGroupCalls(calls, () -> this.config);
        this.consumer = new ConsumerGroupCalls(calls);
    }

    /// Calls of the classic protocol.
    public ClassicGroupCalls classic() {
        return classic;
    }

    /// Calls of the consumer protocol.
    public ConsumerGroupCalls consumer() {
        return consumer;
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

    public OffsetCommitResponse offsetCommit(RequestContext context, OffsetCommitRequest request) {
        boolean byId = context.apiVersion() >= COMMIT_BY_ID_VERSION;
        return new KnownPartitions(topics, byId)
                .commit(
                        request,
                        known -> calls.ask(
                                known.groupId(),
                                calls.commitWaitMillis(),
                                error -> CommitOffsets.refusal(known, error),
                                ticket -> (shard, now) -> shard.commit(ticket, context, known, now)));
    }

    /// The partitions that the cluster has now, for TxnOffsetCommit.
    public KnownPartitions knownPartitions(RequestContext context) {
        return new KnownPartitions(topics, context.apiVersion() >= TRANSACTIONAL_COMMIT_BY_ID_VERSION);
    }

    /// @param admission passed on to the log with the records; null when the transaction was not verified
    public TxnOffsetCommitResponse txnOffsetCommit(
            RequestContext context, TxnOffsetCommitRequest request, @Nullable VerificationProof admission) {
        return calls.ask(
                request.groupId(),
                calls.commitWaitMillis(),
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
        return calls.await(call);
    }

    public OffsetFetchResponse offsetFetch(RequestContext context, OffsetFetchRequest request) {
        return offsetFetch(context, request, some -> List.of());
    }

    /// As [#offsetFetch], by a broker that may not lead the groups any more. It appends a record that changes
    /// nothing and answers when that is committed. Every replica that may have been elected has then fetched the
    /// record as a follower in this leader epoch: no successor had taken a commit when the request came.
    public OffsetFetchResponse offsetFetchConfirmed(RequestContext context, OffsetFetchRequest request) {
        return offsetFetch(
                context,
                request,
                some -> List.of(OffsetRecords.barrier(some.getFirst().groupId())));
    }

    private OffsetFetchResponse offsetFetch(
            RequestContext context,
            OffsetFetchRequest request,
            Function<List<OffsetFetchRequestGroup>, List<CoordinatorRecord>> first) {
        short version = context.apiVersion();
        var manner = new FetchOffsets.Manner(version >= OffsetFetchVersions.TOPIC_IDS, request.requireStable());
        var asked = OffsetFetchVersions.groups(request, version);
        List<OffsetFetchResponseGroup> answers =
                calls.askEach(asked, OffsetFetchRequestGroup::groupId, FetchOffsets::refusal, first, (shard, some) -> {
                    var found = new ArrayList<OffsetFetchResponseGroup>(some.size());
                    for (OffsetFetchRequestGroup each : some) found.add(shard.fetch(each, manner));
                    return found;
                });
        return OffsetFetchVersions.answer(asked, answers, version);
    }

    public OffsetDeleteResponse offsetDelete(RequestContext context, OffsetDeleteRequest request) {
        if (request.groupId().isEmpty()) return DeleteOffsets.refusal(ErrorCode.INVALID_GROUP_ID);
        return calls.ask(
                request.groupId(),
                calls.commitWaitMillis(),
                DeleteOffsets::refusal,
                ticket -> (shard, now) -> shard.deleteOffsets(ticket, request));
    }

    /// Asks all shards that this broker leads; one that is loading makes the whole answer
    /// COORDINATOR_LOAD_IN_PROGRESS. Before the first group there are no shards and nothing to list.
    public ListGroupsResponse listGroups(RequestContext context, ListGroupsRequest request) {
        List<Call<ListGroupsResponse>> asked = shards.submitToAll(
                GroupCoordinator::listRefusal,
                ticket -> (shard, now) -> Decision.answer(
                        ticket,
                        ListGroupsResponse.builder().groups(shard.list(request)).build()));
        var groups = new ArrayList<ListGroupsResponse.ListedGroup>();
        for (Call<ListGroupsResponse> call : asked) {
            ListGroupsResponse answer = calls.await(call);
            // A shard that has just moved away lists its groups elsewhere.
            if (answer.errorCode() == ErrorCode.NOT_COORDINATOR.code()) continue;
            if (answer.errorCode() != ErrorCode.NONE.code()) return answer;
            groups.addAll(answer.groups());
        }
        return ListGroupsResponse.builder().groups(groups).build();
    }

    /// Asks all shards that are loaded here and answer soon.
    ///
    /// @param offsetsMax committed offsets that are listed
    public GroupFigures figures(int offsetsMax) {
        var none = new GroupFigures(List.of(), List.of(), 0);
        var asked = shards.submitToAll(
                error -> none, ticket -> (shard, now) -> Decision.answer(ticket, shard.figures(offsetsMax)));
        var groups = new ArrayList<GroupFigures.Shown>();
        var offsets = new ArrayList<GroupFigures.Committed>();
        long count = 0;
        var deadline = Deadline.inMillis(FIGURES_WAIT_MILLIS, clock);
        for (Call<GroupFigures> call : asked) {
            GroupFigures each = call.await(clock, Math.max(0, deadline.leftNanos() / 1_000_000));
            groups.addAll(each.groups());
            offsets.addAll(each.offsets().subList(0, Math.min(each.offsets().size(), offsetsMax - offsets.size())));
            count += each.offsetCount();
        }
        return new GroupFigures(groups, offsets, count);
    }

    private static ListGroupsResponse listRefusal(ErrorCode error) {
        return ListGroupsResponse.builder().errorCode(error.code()).build();
    }

    public DeleteGroupsResponse deleteGroups(RequestContext context, DeleteGroupsRequest request) {
        var asked = new ArrayList<Call<List<DeletableGroupResult>>>();
        calls.byPartition(request.groupsNames().stream().distinct().toList(), groupId -> groupId)
                .forEach((partition, groupIds) -> {
                    Call<List<DeletableGroupResult>> call = Call.awaited(error -> {
                        var results = new ArrayList<DeletableGroupResult>(groupIds.size());
                        for (String groupId : groupIds) {
                            results.add(new DeletableGroupResult(groupId, error.code(), null));
                        }
                        return results;
                    });
                    shards.submit(partition, call, (shard, now) -> shard.delete(call, groupIds));
                    asked.add(call);
                });
        var results = new ArrayList<DeletableGroupResult>();
        for (var call : asked) results.addAll(calls.await(call));
        return DeleteGroupsResponse.builder().results(results).build();
    }

    @Override
    public void close() {
        shards.close();
    }
}
