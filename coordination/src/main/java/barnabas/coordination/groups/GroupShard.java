package barnabas.coordination.groups;

import barnabas.config.GroupsConfig;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Marker;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Shard;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers;
import barnabas.coordination.VerificationProof;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.ClassicGroups;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.classic.JoinGroup;
import barnabas.coordination.groups.classic.LeaveGroup;
import barnabas.coordination.groups.classic.SyncGroup;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.GroupRecords;
import barnabas.coordination.groups.common.StorageErrors;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.consumer.ConsumerDescription;
import barnabas.coordination.groups.consumer.ConsumerGroup;
import barnabas.coordination.groups.consumer.ConsumerGroups;
import barnabas.coordination.groups.offsets.CommitOffsets;
import barnabas.coordination.groups.offsets.DeleteOffsets;
import barnabas.coordination.groups.offsets.FetchOffsets;
import barnabas.coordination.groups.offsets.OffsetExpiry;
import barnabas.coordination.groups.offsets.OffsetOwner;
import barnabas.coordination.groups.offsets.Offsets;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatResponse;
import barnabas.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import barnabas.protocol.message.DescribeGroupsResponse.DescribedGroup;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.HeartbeatResponse;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupResponse;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.LeaveGroupResponse;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse.ListedGroup;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.SyncGroupResponse;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.TxnOffsetCommitResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The core of the group coordinator: all groups and offsets of one partition of `__consumer_offsets`. Finds
/// the group that a request is about and hands it to the core of that kind of group.
public final class GroupShard implements Shard {
    /// Dependencies of shards.
    ///
    /// @param topics the newest view
    public record Environment(
            Supplier<GroupsConfig> config,
            Function<String, GroupOverrides> overridesOf,
            Supplier<TopicsView> topics,
            GroupMemory memory,
            RandomGenerator random) {}

    private final Environment surroundings;
    private final Offsets offsets = new Offsets();
    private final StoredGroups stored = new StoredGroups(offsets);
    private final Map<String, Group> groups = stored.byId();
    private final Timers timers = new Timers();
    private final ClassicGroups classic;
    private final ConsumerGroups consumer;
    private final CommitOffsets commitOffsets;
    private final FetchOffsets fetchOffsets;
    private final DeleteOffsets deleteOffsets;
    private final OffsetExpiry expiry = new OffsetExpiry(offsets);

    public GroupShard(Environment surroundings) {
        this.surroundings = surroundings;
        this.classic = new ClassicGroups(
                timers, () -> surroundings.config.get().classic(), surroundings.memory, surroundings.random);
        this.consumer = new ConsumerGroups(new ConsumerGroups.Environment(
                timers,
                surroundings.config,
                surroundings.overridesOf,
                surroundings.topics,
                surroundings.random,
                this::findConsumer,
                this::handOver));
        this.commitOffsets = new CommitOffsets(
                surroundings.topics, () -> surroundings.config.get().offsets().metadataBytesMax());
        this.fetchOffsets = new FetchOffsets(offsets, surroundings.topics);
        this.deleteOffsets = new DeleteOffsets(offsets, surroundings.topics);
    }

    // ---- state

    @Override
    public @Nullable CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
        return GroupRecords.decode(key, value);
    }

    @Override
    public void replay(CoordinatorRecord record, long offset, @Nullable Producer producer) {
        stored.replay(record, offset, producer);
    }

    @Override
    public void replayMarker(Producer producer, boolean commit) {
        offsets.replayMarker(producer, commit);
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public Decision loaded(Now now) {
        Decision decision = Decision.nothing();
        for (Group group : List.copyOf(groups.values())) {
            decision = decision.and(
                    switch (group) {
                        case Group.Classic(var known) -> classic.loaded(known, now);
                        case Group.Consumer(var known) -> consumer.loaded(known, now);
                    });
        }
        expireLater(now);
        return decision;
    }

    @Override
    public Decision unloaded(ErrorCode error) {
        Decision decision = Decision.nothing();
        for (Group group : groups.values()) decision = decision.and(disband(group, error));
        return decision;
    }

    /// The group is deleted or has moved: its timers stop, and its waiting requests are refused.
    private Decision disband(Group group, ErrorCode error) {
        return switch (group) {
            case Group.Classic(var known) -> Decision.answers(classic.disband(known, error));
            case Group.Consumer(var known) -> {
                consumer.disband(known);
                yield Decision.nothing();
            }
        };
    }

    private @Nullable ConsumerGroup findConsumer(String groupId) {
        return groups.get(groupId) instanceof Group.Consumer(var known) ? known : null;
    }

    // ---- classic protocol

    public Decision join(Ticket<JoinGroupResponse> ticket, RequestContext context, JoinGroupRequest request, Now now) {
        var joining = new JoinGroup.JoinRequest(ticket, context, request);
        Group group = groups.get(request.groupId());
        return switch (group) {
            case null -> create(joining, now);
            case Group.Classic(var known) -> classic.join(known, joining, now);
            case Group.Consumer(var known) ->
                known.isEmpty() ? joinEmpty(group, joining, now) : consumer.join(known, joining, now);
        };
    }

    /// A group is there once the log holds it, before it has a generation.
    private Decision create(JoinGroup.JoinRequest joining, Now now) {
        // Only who does not claim to be a member can create a group.
        if (!joining.request().memberId().isEmpty()) return joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        var created = new ClassicGroup(joining.request().groupId(), now.millis());
        return Decision.append(
                List.of(GroupRecords.classicGroup(created.id(), created.toValue())),
                () -> join(joining.ticket(), joining.context(), joining.request(), now),
                error -> joining.refuse(StorageErrors.toResponse(error)));
    }

    /// A classic member that joins a consumer group without members gets a new classic group.
    private Decision joinEmpty(Group group, JoinGroup.JoinRequest joining, Now now) {
        if (!joining.request().memberId().isEmpty()) return joining.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        return Decision.append(
                group.removal(),
                () -> disband(group, ErrorCode.UNKNOWN_MEMBER_ID)
                        .and(join(joining.ticket(), joining.context(), joining.request(), now)),
                error -> joining.refuse(StorageErrors.toResponse(error)));
    }

    private Decision handOver(ConsumerGroup from, ClassicGroup to, boolean rebalance, Now now) {
        consumer.disband(from);
        to.replay(to.toValue());
        groups.put(to.id(), new Group.Classic(to));
        return classic.takenOver(to, rebalance, now);
    }

    public Decision sync(Ticket<SyncGroupResponse> ticket, SyncGroupRequest request, Now now) {
        return switch (groups.get(request.groupId())) {
            case null -> Decision.answer(ticket, SyncGroup.refusal(ErrorCode.UNKNOWN_MEMBER_ID));
            case Group.Classic(var group) -> classic.sync(group, ticket, request, now);
            case Group.Consumer(var group) -> consumer.sync(group, ticket, request, now);
        };
    }

    public Decision heartbeat(Ticket<HeartbeatResponse> ticket, HeartbeatRequest request, Now now) {
        ErrorCode error = switch (groups.get(request.groupId())) {
            case null -> ErrorCode.UNKNOWN_MEMBER_ID;
            case Group.Classic(var group) -> classic.heartbeat(group, request, now);
            case Group.Consumer(var group) -> consumer.classicHeartbeat(group, request, now);
        };
        return Decision.answer(ticket, new HeartbeatResponse(0, error.code()));
    }

    public Decision leave(Ticket<LeaveGroupResponse> ticket, LeaveGroupRequest request, Now now) {
        return switch (groups.get(request.groupId())) {
            case null -> Decision.answer(ticket, LeaveGroup.nobodyKnown(request));
            case Group.Classic(var group) -> classic.leave(group, ticket, request, now);
            case Group.Consumer(var group) -> consumer.classicLeave(group, ticket, request, now);
        };
    }

    // ---- consumer protocol

    public Decision consumerHeartbeat(
            Ticket<ConsumerGroupHeartbeatResponse> ticket,
            RequestContext context,
            ConsumerGroupHeartbeatRequest request,
            Now now) {
        var malformed = consumer.malformed(context, request);
        if (malformed != null) return Decision.answer(ticket, malformed);
        String groupId = request.groupId();
        Group group = groups.get(groupId);
        if (request.memberEpoch() < 0) {
            return group instanceof Group.Consumer(var known)
                    ? consumer.leave(known, ticket, request, now)
                    : notConsumer(ticket, group, "Group " + groupId);
        }
        if (group instanceof Group.Consumer(var known)) {
            return consumer.heartbeat(known, List.of(), Decision::nothing, ticket, context, request, now);
        }
        if (request.memberEpoch() > 0) return notConsumer(ticket, group, "Consumer group " + groupId);
        var created = new ConsumerGroup(groupId);
        if (group == null) {
            return consumer.heartbeat(created, List.of(), Decision::nothing, ticket, context, request, now);
        }
        if (group instanceof Group.Classic(var known) && !group.isVacant()) {
            Supplier<Decision> end = () -> disband(group, ErrorCode.REBALANCE_IN_PROGRESS);
            return consumer.upgrade(known, end, ticket, context, request, now);
        }
        return consumer.heartbeat(
                created,
                group.removal(),
                () -> disband(group, ErrorCode.UNKNOWN_MEMBER_ID),
                ticket,
                context,
                request,
                now);
    }

    private static Decision notConsumer(
            Ticket<ConsumerGroupHeartbeatResponse> ticket, @Nullable Group group, String what) {
        String message = group == null ? what + " not found." : "Group " + group.id() + " is not a consumer group.";
        return Decision.answer(ticket, ConsumerGroups.refusal(ErrorCode.GROUP_ID_NOT_FOUND, message));
    }

    public ConsumerGroupDescribeResponse.DescribedGroup describeConsumer(String groupId) {
        if (groupId.isEmpty()) return ConsumerDescription.refusal(groupId, ErrorCode.INVALID_GROUP_ID, null);
        if (groups.get(groupId) instanceof Group.Consumer(var known)) return consumer.describe(known);
        String message = groups.containsKey(groupId)
                ? "Group " + groupId + " is not a consumer group."
                : "Group " + groupId + " not found.";
        return ConsumerDescription.refusal(groupId, ErrorCode.GROUP_ID_NOT_FOUND, message);
    }

    // ---- offsets

    public Decision commit(
            Ticket<OffsetCommitResponse> ticket, RequestContext context, OffsetCommitRequest request, Now now) {
        var committer = new OffsetOwner.Committer(
                request.memberId(),
                request.groupInstanceId(),
                request.generationIdOrMemberEpoch(),
                false,
                context.apiVersion());
        Group group = groups.get(request.groupId());
        if (group == null && committer.generationOrEpoch() >= 0) {
            ErrorCode error = context.apiVersion() >= 9 ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION;
            return Decision.answer(ticket, CommitOffsets.refusal(request, error));
        }
        OffsetOwner owner = group == null ? newcomer(request.groupId(), now) : group;
        ErrorCode error = owner.checkCommit(committer);
        if (error != ErrorCode.NONE) return Decision.answer(ticket, CommitOffsets.refusal(request, error));
        if (group instanceof Group.Classic(var known)) classic.keepAliveByCommit(known, request.memberId(), now);
        stored.commitAt(now.millis());
        return commitOffsets.commit(
                ticket, request, new CommitOffsets.Accepted(request.groupId(), owner, committer), now);
    }

    /// @param admission verification of the transaction by the log; null without one
    public Decision commit(
            Ticket<TxnOffsetCommitResponse> ticket,
            RequestContext context,
            TxnOffsetCommitRequest request,
            @Nullable VerificationProof admission,
            Now now) {
        var committer = new OffsetOwner.Committer(
                request.memberId(),
                request.groupInstanceId(),
                request.generationIdOrMemberEpoch(),
                true,
                context.apiVersion());
        Group group = groups.get(request.groupId());
        if (group == null && committer.generationOrEpoch() >= 0) {
            return Decision.answer(ticket, CommitOffsets.refusal(request, ErrorCode.ILLEGAL_GENERATION));
        }
        OffsetOwner owner = group == null ? newcomer(request.groupId(), now) : group;
        ErrorCode error = owner.checkCommit(committer);
        if (error != ErrorCode.NONE) return Decision.answer(ticket, CommitOffsets.refusal(request, error));
        stored.commitAt(now.millis());
        return commitOffsets.commit(
                ticket, request, new CommitOffsets.Accepted(request.groupId(), owner, committer), admission, now);
    }

    /// The group that a commit brings into being once its record is replayed.
    private static Group newcomer(String groupId, Now now) {
        return new Group.Classic(new ClassicGroup(groupId, now.millis()));
    }

    public OffsetFetchResponseGroup fetch(OffsetFetchRequestGroup asked, FetchOffsets.Manner manner) {
        return fetchOffsets.fetch(asked, groups.get(asked.groupId()), manner);
    }

    public Decision deleteOffsets(Ticket<OffsetDeleteResponse> ticket, OffsetDeleteRequest request) {
        Group group = groups.get(request.groupId());
        if (group == null) return Decision.answer(ticket, DeleteOffsets.refusal(ErrorCode.GROUP_ID_NOT_FOUND));
        return deleteOffsets.delete(ticket, request, group);
    }

    public Decision complete(Ticket<ErrorCode> ticket, Marker marker) {
        return new Decision.AppendMarker(
                marker, () -> Decision.answer(ticket, ErrorCode.NONE), error -> Decision.answer(ticket, error));
    }

    public Decision topicsDeleted(Set<String> names) {
        return Decision.appendUnattended(offsets.removalOfTopics(names));
    }

    // ---- expiry

    private void expireLater(Now now) {
        long interval = surroundings.config.get().offsets().retentionCheckIntervalMillis();
        timers.schedule(now.ticks() + interval, this::expire);
    }

    /// Offsets that are too old go, and with the last of them a group that has no members.
    private Decision expire(Now now) {
        expireLater(now);
        var records = new ArrayList<CoordinatorRecord>();
        long retention = surroundings.config.get().offsets().retentionMillis();
        var vacant = new ArrayList<Group>();
        for (Group group : groups.values()) {
            boolean noOffsets = expiry.expire(group.id(), group, retention, now.millis(), records);
            if (noOffsets && group.isVacant()) {
                records.addAll(group.removal());
                vacant.add(group);
            }
        }
        if (records.isEmpty()) return Decision.nothing();
        return new Decision.Append(records, null, null, false, () -> disbandAll(vacant), error -> Decision.nothing());
    }

    /// Only vacant groups are deleted, so no request waits in them; there may be ids that were handed out.
    private Decision disbandAll(List<Group> deleted) {
        Decision decision = Decision.nothing();
        for (Group group : deleted) decision = decision.and(disband(group, ErrorCode.UNKNOWN_MEMBER_ID));
        return decision;
    }

    // ---- administration

    public List<ListedGroup> list(ListGroupsRequest filter) {
        return GroupListing.list(groups.values(), filter);
    }

    public DescribedGroup describeClassic(String groupId, short apiVersion) {
        return switch (groups.get(groupId)) {
            case null -> ClassicDescription.missing(groupId, "Group " + groupId + " not found.", apiVersion);
            case Group.Classic(var group) -> ClassicDescription.of(group);
            case Group.Consumer(var group) ->
                ClassicDescription.missing(groupId, "Group " + groupId + " is not a classic group.", apiVersion);
        };
    }

    /// Deletes those groups that may be deleted.
    public Decision delete(Ticket<List<DeletableGroupResult>> ticket, List<String> groupIds) {
        var results = new ArrayList<DeletableGroupResult>();
        var records = new ArrayList<CoordinatorRecord>();
        var deleted = new ArrayList<Group>();
        for (String groupId : new LinkedHashSet<>(groupIds)) {
            Group group = groups.get(groupId);
            ErrorCode error = group == null
                    ? ErrorCode.GROUP_ID_NOT_FOUND
                    : group.isVacant() ? ErrorCode.NONE : ErrorCode.NON_EMPTY_GROUP;
            if (group != null && error == ErrorCode.NONE) {
                records.addAll(offsets.removalOf(groupId));
                records.addAll(group.removal());
                deleted.add(group);
            }
            results.add(new DeletableGroupResult(groupId, error.code(), null));
        }
        if (records.isEmpty()) return Decision.answer(ticket, results);
        return new Decision.Append(
                records,
                null,
                null,
                false,
                () -> disbandAll(deleted).and(Decision.answer(ticket, results)),
                error -> Decision.answer(ticket, ticket.refusal(StorageErrors.toResponse(error))));
    }

    /// All that must survive, for comparisons.
    public List<String> describeState() {
        return stored.describe();
    }
}
