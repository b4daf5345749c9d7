package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.classic.ClassicGroup;
import barnabas.coordination.groups.classic.ClassicRecords;
import barnabas.coordination.groups.classic.ClassicState;
import barnabas.coordination.groups.classic.Membership;
import barnabas.coordination.groups.consumer.ConsumerGroup;
import barnabas.coordination.groups.consumer.ConsumerGroups;
import barnabas.coordination.groups.consumer.ConsumerMember;
import barnabas.coordination.groups.offsets.OffsetOwner;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A group of any kind, as far as all kinds are alike.
sealed interface Group extends OffsetOwner {
    String id();

    GroupKind kind();

    String protocolType();

    /// As ListGroups and the describe APIs name it.
    String state();

    /// Without members; only such a group may be deleted.
    boolean isVacant();

    /// Tombstones for everything that the log holds about the group itself.
    List<CoordinatorRecord> removal();

    record Classic(ClassicGroup group) implements Group {
        @Override
        public String id() {
            return group.id();
        }

        @Override
        public GroupKind kind() {
            return GroupKind.CLASSIC;
        }

        @Override
        public String protocolType() {
            String type = group.protocolType();
            return type == null ? "" : type;
        }

        @Override
        public String state() {
            return group.state().shown();
        }

        @Override
        public boolean isVacant() {
            return group.state() == ClassicState.EMPTY;
        }

        @Override
        public List<CoordinatorRecord> removal() {
            return List.of(ClassicRecords.groupTombstone(group.id()));
        }

        @Override
        public ErrorCode checkCommit(Committer committer) {
            int generation = committer.generationOrEpoch();
            boolean empty = group.state() == ClassicState.EMPTY;
            // An administrator, or a consumer that manages its partitions by itself.
            if (generation < 0 && empty) return ErrorCode.NONE;
            boolean anonymous = generation < 0 && committer.memberId().isEmpty() && committer.instanceId() == null;
            // Producers older than KIP-447 do not say on whose behalf they commit; their transaction fences them.
            if (anonymous) return committer.transactional() ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
            ErrorCode membership = Membership.check(group, committer.memberId(), committer.instanceId());
            if (membership != ErrorCode.NONE) return membership;
            if (generation != group.generation()) return ErrorCode.ILLEGAL_GENERATION;
            // It has joined and not yet synced: its new assignment is not known, and neither may it use the old one.
            return !committer.transactional() && group.state() == ClassicState.COMPLETING_REBALANCE
                    ? ErrorCode.REBALANCE_IN_PROGRESS
                    : ErrorCode.NONE;
        }

        @Override
        public ErrorCode checkPartition(Committer committer, Uuid topicId, int partition) {
            return ErrorCode.NONE;
        }

        @Override
        public ErrorCode checkFetch(@Nullable String memberId, int memberEpoch) {
            return ErrorCode.NONE;
        }

        @Override
        public ErrorCode checkOffsetDelete() {
            boolean active = group.state() != ClassicState.EMPTY;
            return active && !group.isConsumerProtocol() ? ErrorCode.NON_EMPTY_GROUP : ErrorCode.NONE;
        }

        @Override
        public boolean isSubscribedTo(String topic) {
            return group.isSubscribedTo(topic);
        }

        @Override
        public Aging aging() {
            if (group.protocolType() == null) return new Aging.SinceCommit();
            return switch (group.state()) {
                case EMPTY ->
                    group.stateSinceMillis() >= 0 ? new Aging.Since(group.stateSinceMillis()) : new Aging.SinceCommit();
                case STABLE ->
                    group.isConsumerProtocol() && group.knowsSubscriptions()
                            ? new Aging.SinceCommit()
                            : new Aging.Never();
                case PREPARING_REBALANCE, COMPLETING_REBALANCE -> new Aging.Never();
            };
        }
    }

    record Consumer(ConsumerGroup group) implements Group {
        /// From this version on clients know the error for a stale member epoch.
        private static final short MEMBER_EPOCH_VERSION = 9;

        @Override
        public String id() {
            return group.id();
        }

        @Override
        public GroupKind kind() {
            return GroupKind.CONSUMER;
        }

        @Override
        public String protocolType() {
            return ClassicGroup.CONSUMER_PROTOCOL_TYPE;
        }

        @Override
        public String state() {
            return group.state().shown();
        }

        @Override
        public boolean isVacant() {
            return group.isEmpty();
        }

        @Override
        public List<CoordinatorRecord> removal() {
            return ConsumerGroups.removal(group);
        }

        @Override
        public ErrorCode checkCommit(Committer committer) {
            int epoch = committer.generationOrEpoch();
            if (epoch < 0 && group.isEmpty()) return ErrorCode.NONE;
            boolean anonymous = epoch < 0 && committer.memberId().isEmpty() && committer.instanceId() == null;
            if (anonymous && committer.transactional()) return ErrorCode.NONE;
            ConsumerMember member = group.member(committer.memberId());
            if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
            boolean tooOld =
                    !committer.transactional() && !member.isClassic() && committer.apiVersion() < MEMBER_EPOCH_VERSION;
            if (tooOld) return ErrorCode.UNSUPPORTED_VERSION;
            return epoch > member.epoch() ? stale(member) : ErrorCode.NONE;
        }

        /// A commit from an older epoch counts for partitions that the member has had ever since (KIP-1251).
        @Override
        public ErrorCode checkPartition(Committer committer, Uuid topicId, int partition) {
            ConsumerMember member = group.member(committer.memberId());
            if (member == null || committer.generationOrEpoch() == member.epoch()) return ErrorCode.NONE;
            int assignedIn = member.assignmentEpoch(topicId, partition);
            boolean had = assignedIn >= 0 && committer.generationOrEpoch() >= assignedIn;
            return had ? ErrorCode.NONE : stale(member);
        }

        private static ErrorCode stale(ConsumerMember member) {
            return member.isClassic() ? ErrorCode.ILLEGAL_GENERATION : ErrorCode.STALE_MEMBER_EPOCH;
        }

        @Override
        public ErrorCode checkFetch(@Nullable String memberId, int memberEpoch) {
            if (memberId == null && memberEpoch < 0) return ErrorCode.NONE;
            ConsumerMember member = memberId == null ? null : group.member(memberId);
            if (member == null) return ErrorCode.UNKNOWN_MEMBER_ID;
            return memberEpoch == member.epoch() ? ErrorCode.NONE : stale(member);
        }

        @Override
        public ErrorCode checkOffsetDelete() {
            return ErrorCode.NONE;
        }

        @Override
        public boolean isSubscribedTo(String topic) {
            return group.isSubscribedTo(topic);
        }

        @Override
        public Aging aging() {
            return new Aging.SinceCommit();
        }
    }
}
