package barnabas.coordination.groups;

import barnabas.base.Clock;
import barnabas.config.GroupsConfig;
import barnabas.coordination.RequestContext;
import barnabas.coordination.ShardLog;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteGroupsResponse;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
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
import barnabas.protocol.message.OffsetFetchResponse;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Classic and consumer groups and their offsets: what a broker calls.
///
/// # How a broker uses it
///
/// 1. Construct one per broker, then [#start] with the number of partitions of `__consumer_offsets` once the
///    topic is known (until then every call answers COORDINATOR_NOT_AVAILABLE). Group → partition is
///    [#partitionFor]; FindCoordinator answers with the leader of that partition.
/// 2. When this broker becomes leader of a partition of `__consumer_offsets`: [#elected] with a [ShardLog] on
///    it. It returns at once; the shard is loaded in the background and answers COORDINATOR_LOAD_IN_PROGRESS
///    meanwhile. When it stops being leader, or the log is gone: [#resigned].
/// 3. The shard appends through [ShardLog#append]. Whenever the high watermark of such a partition advances the
///    broker calls [#committed] (any thread, does not block); replies wait for it. With a single replica the
///    outcome of the append already carries the high watermark and no notice is needed.
/// 4. On every change of the cluster image that touches topics: [#topicsChanged] with the new view; on topic
///    deletion also [#topicsDeleted], which removes the offsets.
/// 5. API files authorise, call the method of their API, and translate nothing: requests and responses are the
///    generated messages. All these methods may wait (a rebalance, a commit) and belong on a virtual thread;
///    they return within the session, rebalance or commit timeout that applies. [#heartbeat(RequestContext,
///    HeartbeatRequest, Consumer)] never waits and may be called on an event loop. An interrupt ends the wait
///    with COORDINATOR_NOT_AVAILABLE and leaves the thread interrupted.
/// 6. Topic ids (OffsetCommit and OffsetFetch 10, TxnOffsetCommit 6) are looked up here, in the current
///    [TopicsView]. A broker that needs names for authorisation may fill in the name in the request; then the
///    id is only echoed.
/// 7. [#close] stops the shards and answers NOT_COORDINATOR to everybody who waits.
///
/// Throttle times and authorized operations are the broker's to fill in.
@SuppressWarnings("DoNotCallSuggester") // until the shards below it are in
public final class GroupCoordinator implements AutoCloseable {
    /// @param overridesOf a group's own dynamic configuration by group id, called by shards for every consumer
    ///     heartbeat: a map look-up
    /// @param topics the view at the moment of construction
    public GroupCoordinator(
            GroupsConfig config,
            Function<String, GroupOverrides> overridesOf,
            TopicsView topics,
            Clock clock,
            RandomGenerator random) {
        throw new UnsupportedOperationException();
    }

    /// @param partitionCount of `__consumer_offsets`
    public void start(int partitionCount) {
        throw new UnsupportedOperationException();
    }

    /// Takes effect with the next request; the number of partitions stays.
    public void reconfigure(GroupsConfig config) {
        throw new UnsupportedOperationException();
    }

    /// The partition of `__consumer_offsets` that holds a group.
    public int partitionFor(String groupId) {
        throw new UnsupportedOperationException();
    }

    /// An election with an older epoch than a previous one is ignored.
    public void elected(int partition, int leaderEpoch, ShardLog log) {
        throw new UnsupportedOperationException();
    }

    /// Everybody who waits on the shard is answered NOT_COORDINATOR. A notice older than the last election is
    /// ignored.
    public void resigned(int partition, int leaderEpoch) {
        throw new UnsupportedOperationException();
    }

    /// The high watermark of a partition of `__consumer_offsets` advanced. Never blocks.
    public void committed(int partition, long highWatermark) {
        throw new UnsupportedOperationException();
    }

    /// Never blocks.
    public void topicsChanged(TopicsView topics) {
        throw new UnsupportedOperationException();
    }

    /// Removes the offsets of topics that no longer exist. Never blocks.
    public void topicsDeleted(Collection<DeletedTopic> topics) {
        throw new UnsupportedOperationException();
    }

    /// A topic that was there.
    public record DeletedTopic(String name, Uuid id) {}

    public JoinGroupResponse joinGroup(RequestContext context, JoinGroupRequest request) {
        throw new UnsupportedOperationException();
    }

    public SyncGroupResponse syncGroup(RequestContext context, SyncGroupRequest request) {
        throw new UnsupportedOperationException();
    }

    public HeartbeatResponse heartbeat(RequestContext context, HeartbeatRequest request) {
        throw new UnsupportedOperationException();
    }

    /// Does not wait: `reply` is called exactly once, now or later, on the shard's thread, and must not block.
    public void heartbeat(RequestContext context, HeartbeatRequest request, Consumer<HeartbeatResponse> reply) {
        throw new UnsupportedOperationException();
    }

    public LeaveGroupResponse leaveGroup(RequestContext context, LeaveGroupRequest request) {
        throw new UnsupportedOperationException();
    }

    public OffsetCommitResponse offsetCommit(RequestContext context, OffsetCommitRequest request) {
        throw new UnsupportedOperationException();
    }

    public OffsetFetchResponse offsetFetch(RequestContext context, OffsetFetchRequest request) {
        throw new UnsupportedOperationException();
    }

    public OffsetDeleteResponse offsetDelete(RequestContext context, OffsetDeleteRequest request) {
        throw new UnsupportedOperationException();
    }

    /// Asks all shards that this broker leads.
    public ListGroupsResponse listGroups(RequestContext context, ListGroupsRequest request) {
        throw new UnsupportedOperationException();
    }

    public DescribeGroupsResponse describeGroups(RequestContext context, DescribeGroupsRequest request) {
        throw new UnsupportedOperationException();
    }

    public DeleteGroupsResponse deleteGroups(RequestContext context, DeleteGroupsRequest request) {
        throw new UnsupportedOperationException();
    }

    public ConsumerGroupHeartbeatResponse consumerGroupHeartbeat(
            RequestContext context, ConsumerGroupHeartbeatRequest request) {
        throw new UnsupportedOperationException();
    }

    public ConsumerGroupDescribeResponse consumerGroupDescribe(
            RequestContext context, ConsumerGroupDescribeRequest request) {
        throw new UnsupportedOperationException();
    }

    public TxnOffsetCommitResponse txnOffsetCommit(RequestContext context, TxnOffsetCommitRequest request) {
        throw new UnsupportedOperationException();
    }

    /// Ends a producer's transaction on one partition of `__consumer_offsets` (WriteTxnMarkers for that
    /// partition comes here instead of to the log): appends the marker, then makes the pending offsets visible
    /// or drops them. Returns when the marker is committed.
    ///
    /// @param commit false to abort
    /// @return NONE, or why the marker was not written
    public ErrorCode completeTransaction(
            int partition, long producerId, short producerEpoch, int coordinatorEpoch, boolean commit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
