package barnabas.coordination.groups.consumer;

import barnabas.config.GroupsConfig;
import barnabas.config.GroupsConfig.MigrationPolicy;
import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.ClassicMember;
import barnabas.coordination.groups.classic.ClassicRecords;
import barnabas.coordination.groups.common.Subscriptions;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import barnabas.protocol.group.ConsumerGroupMetadataValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataValue;
import barnabas.protocol.message.ConsumerProtocolAssignment;
import barnabas.protocol.message.ConsumerProtocolSubscription;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/// A running classic group becomes a consumer group when the first member of the consumer protocol joins, and a
/// classic group again when the last one is gone. Members of the classic protocol stay, with what they had
/// (KIP-848, online migration).
final class Migration {
    private static final short ASSIGNMENT_VERSION_MAX = ConsumerProtocolAssignment.HIGHEST_VERSION;

    private Migration() {}

    /// Result of the join of a consumer protocol member to a classic group.
    sealed interface Upgrade {
        record Refused(String message) implements Upgrade {}

        /// @param records that turn the one into the other
        record Ready(ConsumerGroup group, List<CoordinatorRecord> records) implements Upgrade {}
    }

    /// Reason why a member cannot be taken over.
    private static final class Unsupported extends Exception {
        private static final long serialVersionUID = 1;

        Unsupported(String message) {
            super(message, null, false, false);
        }
    }

    static Upgrade upgrade(ClassicGroup from, GroupsConfig.Consumer config, TopicsView topics) {
        String why = switch (config.migrationPolicy()) {
            case DISABLED, DOWNGRADE -> "online upgrade is disabled";
            case UPGRADE, BIDIRECTIONAL ->
                !from.isConsumerProtocol()
                        ? "the group does not use the consumer embedded protocol"
                        : from.size() > config.sizeMax()
                                ? "the group size exceeds the consumer group maximum size"
                                : null;
        };
        if (why == null) {
            try {
                return ready(from, topics);
            } catch (Unsupported e) {
                why = e.getMessage();
            }
        }
        return new Upgrade.Refused(
                "Cannot upgrade classic group " + from.id() + " to consumer group because " + why + ".");
    }

    private static Upgrade ready(ClassicGroup from, TopicsView topics) throws Unsupported {
        String id = from.id();
        var members = new ArrayList<ConsumerMember>(from.size());
        for (ClassicMember member : from.members()) members.add(upgraded(member, from, topics));
        if (!areDisjoint(members)) throw new Unsupported("the embedded consumer protocol is malformed");
        var records = new ArrayList<CoordinatorRecord>();
        records.add(ClassicRecords.groupTombstone(id));
        var group = new ConsumerGroup(id);
        for (ConsumerMember member : members) {
            var value = member.details().toValue();
            records.add(ConsumerRecords.member(id, member.id(), value));
            group.replayMember(member.id(), value);
        }
        var names = new GroupChange(group).subscribedTopics();
        var epoch = new ConsumerGroupMetadataValue(from.generation(), MetadataHash.of(names, topics));
        records.add(ConsumerRecords.groupEpoch(id, epoch));
        group.replayEpoch(epoch);
        for (ConsumerMember member : members) {
            var target = member.progress().assigned().toAssignment().toValue();
            records.add(ConsumerRecords.target(id, member.id(), target));
            group.replayTarget(member.id(), target);
        }
        var targetEpoch = new ConsumerGroupTargetAssignmentMetadataValue(from.generation(), 0);
        records.add(ConsumerRecords.targetEpoch(id, targetEpoch));
        group.replayTargetEpoch(targetEpoch);
        for (ConsumerMember member : members) {
            var current = member.progress().toValue();
            records.add(ConsumerRecords.current(id, member.id(), current));
            group.replayCurrent(member.id(), current);
        }
        return new Upgrade.Ready(group, records);
    }

    /// A leader may have assigned whatever it liked.
    private static boolean areDisjoint(List<ConsumerMember> members) {
        var all = new Assignment.Builder();
        int count = 0;
        for (ConsumerMember member : members) {
            Assignment assigned = member.progress().assigned().toAssignment();
            count += assigned.size();
            assigned.topics().forEach(all::addAll);
        }
        return all.build().size() == count;
    }

    private static ConsumerMember upgraded(ClassicMember member, ClassicGroup from, TopicsView topics)
            throws Unsupported {
        ConsumerProtocolSubscription subscription = Subscriptions.read(
                        member.metadata(from.protocol() == null ? firstProtocol(member) : from.protocol()))
                .orElseThrow(() -> new Unsupported("the embedded consumer protocol is malformed"));
        OwnedPartitions assigned = assignment(member.assignment(), from.generation(), topics);
        // User data of a subscription is a hint that built-in assignors write too (sticky ones: what a member owned).
        var details = new MemberDetails(
                member.instanceId(),
                subscription.rackId(),
                member.clientId(),
                member.clientHost(),
                MemberDetails.sorted(subscription.topics()),
                "",
                member.rebalanceTimeoutMillis(),
                null,
                classic(member.sessionTimeoutMillis(), member.protocols()));
        int generation = from.generation();
        var progress = new MemberProgress(generation, generation, MemberState.STABLE, assigned, OwnedPartitions.NONE);
        return new ConsumerMember(member.id(), details, progress);
    }

    private static String firstProtocol(ClassicMember member) {
        return member.protocols().isEmpty() ? "" : member.protocols().get(0).name();
    }

    /// User data of an assignment: state of a custom assignor that the group would lose.
    private static boolean isCustom(@Nullable ByteBuffer userData) {
        return userData != null && userData.hasRemaining();
    }

    private static Unsupported custom() {
        return new Unsupported("an unsupported custom assignor is in use. Please refer to the documentation or"
                + " switch to a default assignor before re-attempting the upgrade");
    }

    private static OwnedPartitions assignment(ByteBuffer stored, int generation, TopicsView topics) throws Unsupported {
        // It has joined and not synced yet.
        if (!stored.hasRemaining()) return OwnedPartitions.NONE;
        var assignment = readAssignment(stored)
                .orElseThrow(() -> new Unsupported("the embedded consumer protocol is malformed"));
        if (isCustom(assignment.userData())) throw custom();
        var assigned = new OwnedPartitions.Builder();
        for (var each : assignment.assignedPartitions()) {
            TopicsView.Topic topic = topics.byName(each.topic());
            if (topic == null) continue;
            for (int partition : each.partitions()) assigned.add(topic.id(), partition, generation);
        }
        return assigned.build();
    }

    private static Optional<ConsumerProtocolAssignment> readAssignment(ByteBuffer stored) {
        try {
            var reader = new MessageReader(stored.duplicate());
            short version = reader.int16();
            if (version < 0) return Optional.empty();
            return Optional.of(ConsumerProtocolAssignment.read(
                    reader, version > ASSIGNMENT_VERSION_MAX ? ASSIGNMENT_VERSION_MAX : version));
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }

    /// Data that a member of the classic protocol sent with its join, as the log keeps it.
    static ClassicMemberMetadata classic(int sessionTimeoutMillis, List<JoinGroupRequestProtocol> protocols) {
        var stored = new ArrayList<ClassicProtocol>(protocols.size());
        for (var each : protocols) stored.add(new ClassicProtocol(each.name(), each.metadata()));
        return new ClassicMemberMetadata(sessionTimeoutMillis, stored);
    }

    // ---- and back

    /// Whether a group that consists of these should be a classic one.
    static boolean isDowngrade(Collection<ConsumerMember> members, MigrationPolicy policy, int classicSizeMax) {
        boolean enabled = policy == MigrationPolicy.DOWNGRADE || policy == MigrationPolicy.BIDIRECTIONAL;
        if (!enabled || members.isEmpty() || members.size() > classicSizeMax) return false;
        for (ConsumerMember member : members) if (!member.isClassic()) return false;
        return true;
    }

    /// The classic group of those who are left, all of the classic protocol.
    static ClassicGroup downgraded(GroupChange change, TopicsView topics, long nowMillis) {
        var members = new ArrayList<ClassicMember>();
        for (ConsumerMember member : change.members()) {
            ClassicMemberMetadata classic = member.details().classic();
            if (classic == null) throw new IllegalStateException("bug: " + member.id() + " is not classic");
            var protocols = new ArrayList<JoinGroupRequestProtocol>();
            for (var each : classic.supportedProtocols()) {
                protocols.add(new JoinGroupRequestProtocol(each.name(), each.metadata()));
            }
            members.add(new ClassicMember(
                    member.id(),
                    member.instanceId(),
                    member.details().clientId(),
                    member.details().clientHost(),
                    classic.sessionTimeoutMs(),
                    member.details().rebalanceTimeoutMillis(),
                    protocols));
        }
        var group = ClassicGroup.ofConsumers(change.group().id(), change.group().epoch(), members, nowMillis);
        for (ClassicMember member : group.members()) {
            short version = versionOf(member.metadata(group.protocol()));
            member.assign(assignment(change.target(member.id()), version, topics));
        }
        return group;
    }

    /// An assignment in the version that the member's subscription had.
    static short versionOf(ByteBuffer subscription) {
        short version = subscription.remaining() < 2 ? 0 : subscription.getShort(subscription.position());
        return (short) Math.clamp(version, 0, ASSIGNMENT_VERSION_MAX);
    }

    /// Partitions by topic name; what is gone is left out.
    static ByteBuffer assignment(Assignment partitions, short version, TopicsView topics) {
        var list = new ArrayList<ConsumerProtocolAssignment.TopicPartition>();
        partitions.topics().forEach((Uuid id, SortedSet<Integer> numbers) -> {
            TopicsView.Topic topic = topics.byId(id);
            if (topic != null) {
                list.add(new ConsumerProtocolAssignment.TopicPartition(topic.name(), List.copyOf(numbers)));
            }
        });
        return new ConsumerProtocolAssignment(list, null).toVersionedBuffer(version);
    }
}
