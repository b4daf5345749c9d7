package barnabas.coordination.groups.consumer;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.groups.consumer.Regexes.Sight;
import barnabas.protocol.group.ConsumerGroupMetadataValue;
import barnabas.protocol.group.ConsumerGroupTargetAssignmentMetadataValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Effect of one request on a group: the records, and the group as it will be once they are in the log. The group
/// itself does not change.
final class GroupChange {
    private final ConsumerGroup group;
    private final List<CoordinatorRecord> records = new ArrayList<>();
    /// Empty for a member that is removed.
    private final Map<String, Optional<ConsumerMember>> members = new LinkedHashMap<>();
    /// Empty for one that is removed.
    private final Map<String, Optional<Assignment>> targets = new HashMap<>();
    private final Map<String, Optional<ResolvedRegex>> regexes = new HashMap<>();
    private final Map<String, Sight> sights = new HashMap<>();
    private int epoch;
    private long metadataHash;
    private int targetEpoch;

    GroupChange(ConsumerGroup group) {
        this.group = group;
        this.epoch = group.epoch();
        this.metadataHash = group.metadataHash();
        this.targetEpoch = group.targetEpoch();
    }

    /// Begins with records that turn something else into the group.
    GroupChange(ConsumerGroup group, List<CoordinatorRecord> conversion) {
        this(group);
        records.addAll(conversion);
    }

    ConsumerGroup group() {
        return group;
    }

    List<CoordinatorRecord> records() {
        return records;
    }

    int epoch() {
        return epoch;
    }

    long metadataHash() {
        return metadataHash;
    }

    int targetEpoch() {
        return targetEpoch;
    }

    // ---- members

    @Nullable
    ConsumerMember member(String memberId) {
        Optional<ConsumerMember> changed = members.get(memberId);
        return changed == null ? group.member(memberId) : changed.orElse(null);
    }

    /// All members as they will be.
    Collection<ConsumerMember> members() {
        if (members.isEmpty()) return group.members();
        var all = new LinkedHashMap<String, ConsumerMember>();
        for (ConsumerMember member : group.members()) all.put(member.id(), member);
        members.forEach((memberId, changed) -> {
            if (changed.isPresent()) all.put(memberId, changed.get());
            else all.remove(memberId);
        });
        return all.values();
    }

    /// Writes the details if they are new.
    ///
    /// @return true when they were
    boolean updateDetails(ConsumerMember updated) {
        ConsumerMember before = member(updated.id());
        if (before != null && before.details().equals(updated.details())) return false;
        members.put(updated.id(), Optional.of(updated));
        records.add(ConsumerRecords.member(
                group.id(), updated.id(), updated.details().toValue()));
        return true;
    }

    /// Writes the progress if it is new.
    boolean updateProgress(ConsumerMember updated) {
        ConsumerMember before = member(updated.id());
        if (before != null && before.progress().equals(updated.progress())) return false;
        writeProgress(updated);
        return true;
    }

    void writeProgress(ConsumerMember updated) {
        members.put(updated.id(), Optional.of(updated));
        records.add(ConsumerRecords.current(
                group.id(), updated.id(), updated.progress().toValue()));
    }

    void remove(ConsumerMember member) {
        members.put(member.id(), Optional.empty());
        targets.put(member.id(), Optional.empty());
        records.add(ConsumerRecords.currentTombstone(group.id(), member.id()));
        records.add(ConsumerRecords.targetTombstone(group.id(), member.id()));
        records.add(ConsumerRecords.memberTombstone(group.id(), member.id()));
    }

    // ---- subscriptions

    @Nullable
    ResolvedRegex regex(String regex) {
        Optional<ResolvedRegex> changed = regexes.get(regex);
        return changed == null ? group.regex(regex) : changed.orElse(null);
    }

    void resolve(String regex, ResolvedRegex resolved) {
        regexes.put(regex, Optional.of(resolved));
        records.add(ConsumerRecords.regex(group.id(), regex, resolved.toValue()));
    }

    void forget(String regex) {
        regexes.put(regex, Optional.empty());
        records.add(ConsumerRecords.regexTombstone(group.id(), regex));
    }

    int subscribersOf(String regex) {
        int count = 0;
        for (ConsumerMember member : members())
            if (regex.equals(member.details().regex())) count++;
        return count;
    }

    /// By name, and by what the regular expression matched when it was last looked at, without what the member may not
    /// describe.
    Set<String> topicsOf(ConsumerMember member) {
        String regex = member.details().regex();
        ResolvedRegex resolved = regex == null ? null : regex(regex);
        if (resolved == null) return new TreeSet<>(member.details().topicNames());
        var topics = new TreeSet<>(resolved.topics());
        Sight sight = sight(member.id());
        if (sight != null) topics.removeAll(sight.hidden());
        topics.addAll(member.details().topicNames());
        return topics;
    }

    /// Null when the member was not looked at.
    @Nullable
    Sight sight(String memberId) {
        Sight changed = sights.get(memberId);
        return changed == null ? group.sights.get(memberId) : changed;
    }

    void see(String memberId, Sight sight) {
        sights.put(memberId, sight);
    }

    /// Sights of members, for the group once it has the records.
    Map<String, Sight> sights() {
        return sights;
    }

    Set<String> subscribedTopics() {
        var topics = new TreeSet<String>();
        for (ConsumerMember member : members()) {
            topics.addAll(member.details().topicNames());
            String regex = member.details().regex();
            ResolvedRegex resolved = regex == null ? null : regex(regex);
            if (resolved != null) topics.addAll(resolved.topics());
        }
        return topics;
    }

    // ---- epochs and targets

    void bumpEpoch(long hash) {
        epoch++;
        metadataHash = hash;
        records.add(ConsumerRecords.groupEpoch(group.id(), new ConsumerGroupMetadataValue(epoch, hash)));
    }

    Assignment target(String memberId) {
        Optional<Assignment> changed = targets.get(memberId);
        return changed == null ? group.target(memberId) : changed.orElse(Assignment.EMPTY);
    }

    /// Writes the target of a member if it is new.
    void updateTarget(String memberId, Assignment target) {
        Optional<Assignment> changed = targets.get(memberId);
        Assignment before = changed == null ? group.targetOrNull(memberId) : changed.orElse(null);
        if (Objects.equals(before, target)) return;
        targets.put(memberId, Optional.of(target));
        records.add(ConsumerRecords.target(group.id(), memberId, target.toValue()));
    }

    void reachTargetEpoch(long nowMillis) {
        targetEpoch = epoch;
        records.add(ConsumerRecords.targetEpoch(
                group.id(), new ConsumerGroupTargetAssignmentMetadataValue(epoch, nowMillis)));
    }
}
