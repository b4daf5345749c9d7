package barnabas.coordination.groups;

import barnabas.config.GroupsConfig;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.Decision;
import barnabas.coordination.Marker;
import barnabas.coordination.Now;
import barnabas.coordination.Producer;
import barnabas.coordination.RequestContext;
import barnabas.coordination.Shard;
import barnabas.coordination.StorageErrors;
import barnabas.coordination.Ticket;
import barnabas.coordination.Timers;
import barnabas.coordination.VerificationProof;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.offsets.CommitOffsets;
import barnabas.coordination.groups.offsets.DeleteOffsets;
import barnabas.coordination.groups.offsets.FetchOffsets;
import barnabas.coordination.groups.offsets.OffsetExpiry;
import barnabas.coordination.groups.offsets.OffsetOwner;
import barnabas.coordination.groups.offsets.Offsets;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DeleteGroupsResponse.DeletableGroupResult;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListGroupsResponse.ListedGroup;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetDeleteResponse;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
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

/// The core of the group coordinator: all groups and offsets of one partition of `__consumer_offsets`. Requests of one
/// protocol have a front each, [#classic] and [#consumer]; offsets, expiry and administration are the same for all
/// kinds of groups.
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
    private final Offsets offsets;
    private final StoredGroups stored;
    private final Map<String, Group> groups;
    private final Timers timers = new Timers();
    private final GroupCores cores;
    private final ClassicFront classic;
    private final ConsumerFront consumer;
    private final CommitOffsets commitOffsets;
    private final FetchOffsets fetchOffsets;
    private final DeleteOffsets deleteOffsets;
    private final OffsetExpiry expiry;

    public GroupShard(Environment surroundings) {
        this.surroundings = surroundings;
        this.offsets = new Offsets(surroundings.memory.offsets());
        this.stored = new StoredGroups(offsets, surroundings.memory);
        this.groups = stored.byId();
        this.expiry = new OffsetExpiry(offsets);
        this.cores = new GroupCores(surroundings, timers, groups);
        this.classic = new ClassicFront(groups, cores);
        this.consumer = new ConsumerFront(groups, cores);
        this.commitOffsets = new CommitOffsets(
                offsets,
                surroundings.topics,
                () -> surroundings.config.get().offsets().metadataBytesMax());
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
            decision = decision.and(cores.loaded(group, now));
        }
        expireLater(now);
        return decision;
    }

    @Override
    public Decision unloaded(ErrorCode error) {
        Decision decision = Decision.nothing();
        for (Group group : groups.values()) decision = decision.and(cores.disband(group, error));
        stored.unloaded();
        return decision;
    }

    // ---- requests of one kind of group

    ClassicFront classic() {
        return classic;
    }

    ConsumerFront consumer() {
        return consumer;
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
        if (group instanceof Group.Classic(var known)) cores.classic.keepAliveByCommit(known, request.memberId(), now);
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
        for (Group group : deleted) decision = decision.and(cores.disband(group, ErrorCode.UNKNOWN_MEMBER_ID));
        return decision;
    }

    // ---- administration

    public List<ListedGroup> list(ListGroupsRequest filter) {
        return GroupListing.list(groups.values(), filter);
    }

    /// For metrics.
    ///
    /// @param offsetsMax committed offsets that are listed
    GroupFigures figures(int offsetsMax) {
        var shown = new ArrayList<GroupFigures.Shown>(groups.size());
        for (Group group : groups.values())
            shown.add(new GroupFigures.Shown(group.id(), group.kind().shown(), group.state()));
        var listed = new ArrayList<GroupFigures.Committed>();
        long count = offsets.visit((group, topic, partition, offset) -> {
            if (listed.size() < offsetsMax) listed.add(new GroupFigures.Committed(group, topic, partition, offset));
        });
        return new GroupFigures(shown, listed, count);
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
