package barnabas.coordination.groups.consumer;

import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.common.TopicsView;
import java.util.Set;
import java.util.TreeSet;

/// Rights of a member on the topics that its regular expression matched, as they were when it was last asked for them.
/// Lost when the shard moves: until a member's next heartbeat nothing is hidden from it here, and its answers leave out
/// what it may not describe.
///
/// @param regex that was matched
/// @param matchedVersion of the match, as in [ResolvedRegex]
/// @param matchedMillis the same
/// @param rightsVersion of the [TopicsView]
/// @param ticks when the rights were looked at; [Now#ticks]
/// @param hidden matched topics that the member may not describe, which it is not assigned
record Sight(
        String regex, long matchedVersion, long matchedMillis, long rightsVersion, long ticks, Set<String> hidden) {
    /// Rights are looked at again as often as expressions are matched again.
    private static final long REFRESH_MILLIS_MIN = Regexes.REFRESH_MILLIS_MIN;

    private boolean isOf(String other, ResolvedRegex resolved) {
        return regex.equals(other) && matchedVersion == resolved.version() && matchedMillis == resolved.millis();
    }

    /// Looks at the rights of a member that sends a heartbeat, if its expression matches other topics than before or
    /// rights have changed and the last time is long enough ago.
    ///
    /// @return true when the assignment may have to change
    static boolean renew(
            GroupChange change, ConsumerMember member, RequestContext context, TopicsView topics, Now now) {
        String regex = member.details().regex();
        ResolvedRegex resolved = regex == null || regex.isEmpty() ? null : change.regex(regex);
        if (regex == null || resolved == null) return false;
        Sight before = change.sight(member.id());
        if (before != null && before.isOf(regex, resolved)) {
            boolean rightsMoved = before.rightsVersion != topics.rightsVersion();
            if (!rightsMoved || now.ticks() - before.ticks < REFRESH_MILLIS_MIN) return false;
        }
        var hidden = new TreeSet<String>();
        for (String name : resolved.topics()) if (!context.maySee(name)) hidden.add(name);
        Set<String> shared = sharedWithOthers(hidden, change.group());
        change.see(
                member.id(),
                new Sight(regex, resolved.version(), resolved.millis(), topics.rightsVersion(), now.ticks(), shared));
        return before == null ? differs(change, member, resolved, hidden, topics) : !hidden.equals(before.hidden);
    }

    /// Members with the same rights share one set.
    private static Set<String> sharedWithOthers(Set<String> hidden, ConsumerGroup group) {
        if (hidden.isEmpty()) return Set.of();
        for (Sight each : group.sights.values()) if (each.hidden.equals(hidden)) return each.hidden;
        return hidden;
    }

    /// Whether targets that were computed with other rights, or by another broker, do not fit: the member has a hidden
    /// topic, or nobody has one that it may describe.
    private static boolean differs(
            GroupChange change, ConsumerMember member, ResolvedRegex resolved, Set<String> hidden, TopicsView topics) {
        for (String name : hidden) {
            TopicsView.Topic topic = topics.byName(name);
            if (topic != null && change.target(member.id()).topics().containsKey(topic.id())) return true;
        }
        if (change.epoch() != change.targetEpoch()) return false;
        for (String name : resolved.topics()) {
            TopicsView.Topic topic = hidden.contains(name) ? null : topics.byName(name);
            if (topic != null && !isAssigned(topic, change)) return true;
        }
        return false;
    }

    private static boolean isAssigned(TopicsView.Topic topic, GroupChange change) {
        for (ConsumerMember each : change.members())
            if (change.target(each.id()).topics().containsKey(topic.id())) return true;
        return false;
    }
}
