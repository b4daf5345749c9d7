package barnabas.coordination.groups.consumer;

import barnabas.coordination.Timers.Timer;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.groups.consumer.Regexes.Sight;
import barnabas.protocol.Uuid;
import barnabas.protocol.group.ConsumerGroupCurrentMemberAssignmentValue;
import barnabas.protocol.group.ConsumerGroupMemberMetadataValue;
import barnabas.protocol.group.ConsumerGroupMetadataValue;
import barnabas.protocol.group.ConsumerGroupRegularExpressionValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMemberValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A consumer group as recorded in the log, and the timers around it. Changes only by replaying records. Owner: the
/// group's shard.
///
/// Invariants: a partition belongs to one member at a time, from its assignment until it is revoked; group
/// epoch and assignment epoch never go back.
public final class ConsumerGroup {
    /// No member has the partition.
    static final int NOT_OWNED = -1;
    /// Epoch of a group before its first member joins.
    static final int FIRST_EPOCH = 1;

    /// A member was asked to give partitions up.
    ///
    /// @param progress with which it was asked
    record Revocation(MemberProgress progress, Timer timer) {}

    /// The memory that a member counts as.
    record Charged(MemberDetails details, GroupMemory.Charge charge) {}

    private final String id;
    private int epoch = FIRST_EPOCH;
    private long metadataHash;
    private int targetEpoch;
    private long targetMillis;
    private final Map<String, ConsumerMember> members = new LinkedHashMap<>();
    private final Map<String, String> staticMembers = new HashMap<>();
    private final Map<String, Assignment> targets = new HashMap<>();
    private final Map<String, ResolvedRegex> regexes = new HashMap<>();
    /// Owner of each partition: the epoch of the member, by topic and partition.
    private final Map<Uuid, Map<Integer, Integer>> partitionEpochs = new HashMap<>();
    private @Nullable Set<String> subscribedTopics;

    // What is lost when the shard moves:
    final Map<String, Timer> sessions = new HashMap<>();
    final Map<String, Charged> charges = new HashMap<>();
    final Map<String, Revocation> revocations = new HashMap<>();
    /// Members of the classic protocol that got the answer to join again.
    final Map<String, Timer> joins = new HashMap<>();
    /// Members of the classic protocol that have not fetched their assignment yet.
    final Map<String, Timer> syncs = new HashMap<>();
    /// Rights of members with a regular expression, by member id.
    final Map<String, Sight> sights = new HashMap<>();
    /// The version of the topics that the metadata hash was last compared with.
    long seenTopicsVersion = -1;
    /// When regular expressions were last matched; [barnabas.coordination.Now#ticks].
    long regexesMatchedTicks = Long.MIN_VALUE / 2;

    public ConsumerGroup(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public int epoch() {
        return epoch;
    }

    public long metadataHash() {
        return metadataHash;
    }

    public int targetEpoch() {
        return targetEpoch;
    }

    /// When the target assignment was computed, milliseconds since the epoch.
    public long targetMillis() {
        return targetMillis;
    }

    public Collection<ConsumerMember> members() {
        return members.values();
    }

    public int size() {
        return members.size();
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    public @Nullable ConsumerMember member(String memberId) {
        return members.get(memberId);
    }

    public @Nullable ConsumerMember staticMember(String instanceId) {
        String memberId = staticMembers.get(instanceId);
        return memberId == null ? null : members.get(memberId);
    }

    public Assignment target(String memberId) {
        return targets.getOrDefault(memberId, Assignment.EMPTY);
    }

    @Nullable
    Assignment targetOrNull(String memberId) {
        return targets.get(memberId);
    }

    @Nullable
    ResolvedRegex regex(String regex) {
        return regexes.get(regex);
    }

    Map<String, ResolvedRegex> regexes() {
        return regexes;
    }

    /// The epoch of the member that has the partition, [#NOT_OWNED] when there is none.
    public int partitionEpoch(Uuid topic, int partition) {
        Map<Integer, Integer> partitions = partitionEpochs.get(topic);
        return partitions == null ? NOT_OWNED : partitions.getOrDefault(partition, NOT_OWNED);
    }

    public GroupState state() {
        if (members.isEmpty()) return GroupState.EMPTY;
        if (epoch > targetEpoch) return GroupState.ASSIGNING;
        for (ConsumerMember member : members.values()) {
            if (!member.isReconciledTo(targetEpoch)) return GroupState.RECONCILING;
        }
        return GroupState.STABLE;
    }

    boolean allClassic() {
        for (ConsumerMember member : members.values()) if (!member.isClassic()) return false;
        return true;
    }

    public boolean isSubscribedTo(String topic) {
        Set<String> topics = subscribedTopics;
        if (topics == null) {
            topics = new HashSet<>();
            for (ConsumerMember member : members.values()) {
                topics.addAll(member.details().topicNames());
                String regex = member.details().regex();
                ResolvedRegex resolved = regex == null ? null : regexes.get(regex);
                if (resolved != null) topics.addAll(resolved.topics());
            }
            subscribedTopics = topics;
        }
        return topics.contains(topic);
    }

    // ---- replay

    public void replayEpoch(ConsumerGroupMetadataValue value) {
        epoch = value.epoch();
        metadataHash = value.metadataHash();
    }

    public void replayMember(String memberId, @Nullable ConsumerGroupMemberMetadataValue value) {
        subscribedTopics = null;
        ConsumerMember member = members.get(memberId);
        if (value == null) {
            if (member == null) return;
            disown(member);
            members.remove(memberId);
            String instanceId = member.instanceId();
            // Another member may have taken the instance over before this one is removed.
            if (instanceId != null) staticMembers.remove(instanceId, memberId);
            return;
        }
        MemberDetails details = MemberDetails.of(value);
        members.put(memberId, (member == null ? ConsumerMember.joining(memberId) : member).with(details));
        String oldInstance = member == null ? null : member.instanceId();
        if (oldInstance != null) staticMembers.remove(oldInstance, memberId);
        if (details.instanceId() != null) staticMembers.put(details.instanceId(), memberId);
    }

    public void replayCurrent(String memberId, @Nullable ConsumerGroupCurrentMemberAssignmentValue value) {
        ConsumerMember member = members.get(memberId);
        if (member == null) {
            if (value == null) return;
            member = ConsumerMember.joining(memberId);
        }
        disown(member);
        ConsumerMember updated = member.with(value == null ? MemberProgress.NEW : MemberProgress.of(value));
        members.put(memberId, updated);
        own(updated);
    }

    public void replayTarget(String memberId, @Nullable ConsumerGroupTargetAssignmentMemberValue value) {
        if (value == null) targets.remove(memberId);
        else targets.put(memberId, Assignment.of(value));
    }

    public void replayTargetEpoch(@Nullable ConsumerGroupTargetAssignmentMetadataValue value) {
        targetEpoch = value == null ? -1 : value.assignmentEpoch();
        targetMillis = value == null ? 0 : value.assignmentTimestamp();
        if (value == null) targets.clear();
    }

    public void replayRegex(String regex, @Nullable ConsumerGroupRegularExpressionValue value) {
        subscribedTopics = null;
        if (value == null) regexes.remove(regex);
        else regexes.put(regex, ResolvedRegex.of(value));
    }

    private void own(ConsumerMember member) {
        MemberProgress progress = member.progress();
        progress.assigned().forEach((topic, partition, any) -> own(topic, partition, progress.epoch()));
        progress.revoking().forEach((topic, partition, any) -> own(topic, partition, progress.epoch()));
    }

    private void own(Uuid topic, int partition, int memberEpoch) {
        partitionEpochs.computeIfAbsent(topic, any -> new HashMap<>()).put(partition, memberEpoch);
    }

    /// A partition that has meanwhile gone to another member, in a later record, stays with that one.
    private void disown(ConsumerMember member) {
        MemberProgress progress = member.progress();
        progress.assigned().forEach((topic, partition, any) -> disown(topic, partition, progress.epoch()));
        progress.revoking().forEach((topic, partition, any) -> disown(topic, partition, progress.epoch()));
    }

    private void disown(Uuid topic, int partition, int memberEpoch) {
        Map<Integer, Integer> partitions = partitionEpochs.get(topic);
        if (partitions == null) return;
        partitions.remove(partition, memberEpoch);
        if (partitions.isEmpty()) partitionEpochs.remove(topic);
    }

    /// All that must survive, one line each, for comparisons.
    public List<String> describeState() {
        var lines = new ArrayList<String>();
        lines.add("consumer " + id + " epoch " + epoch + " hash " + metadataHash + " target " + targetEpoch + "@"
                + targetMillis);
        for (ConsumerMember member : members.values()) lines.add("consumer " + id + " " + member);
        targets.forEach((memberId, target) -> lines.add("consumer " + id + " target " + memberId + " " + target));
        regexes.forEach((regex, resolved) -> lines.add("consumer " + id + " regex " + regex + " " + resolved));
        lines.add("consumer " + id + " partitions " + new TreeMap<>(partitionEpochs));
        return lines;
    }
}
