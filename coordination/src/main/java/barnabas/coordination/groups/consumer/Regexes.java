package barnabas.coordination.groups.consumer;

import barnabas.config.dynamic.ClientPattern;
import barnabas.coordination.Now;
import barnabas.coordination.RequestContext;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.coordination.groups.consumer.HeartbeatAnswers.Refusal;
import barnabas.protocol.ErrorCode;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Subscriptions by RE2 expression, matched here in time linear to the names of all topics.
///
/// Matching runs on the shard's thread: when a member brings a new expression, and when topics have come or
/// gone since, at most every [#REFRESH_MILLIS_MIN].
final class Regexes {
    /// Groups that are asked to look again and again would scan all topics for every one that is created.
    static final long REFRESH_MILLIS_MIN = 10_000;

    private static final int SHOWN_MAX = 64;

    private Regexes() {}

    /// Null when the expression may be used.
    static @Nullable Refusal check(String regex) {
        return switch (ClientPattern.read(regex)) {
            case ClientPattern.Reading.Valid valid -> null;
            case ClientPattern.Reading.Invalid(String why) -> invalid(shortened(regex), why);
        };
    }

    private static Refusal invalid(String regex, String why) {
        return new Refusal(
                ErrorCode.INVALID_REGULAR_EXPRESSION,
                "SubscribedTopicRegex `" + regex + "` is not a valid regular expression: " + why + ".");
    }

    private static String shortened(String regex) {
        return regex.length() <= SHOWN_MAX ? regex : regex.substring(0, SHOWN_MAX) + "...";
    }

    /// Updates the matches after a member changed its expression: the new one is matched if it is the first member
    /// with it, the old one is deleted if no member has it any more.
    ///
    /// @return true when topics may have come to the group or gone from it
    static boolean changed(
            GroupChange change, @Nullable String before, @Nullable String after, TopicsView topics, Now now) {
        boolean any = false;
        if (after != null && !after.isEmpty()) {
            if (change.regex(after) == null) match(change, Set.of(after), topics, now);
            any = true;
        }
        if (before != null && !before.isEmpty()) {
            if (change.subscribersOf(before) == 0 && change.regex(before) != null) change.forget(before);
            any = true;
        }
        return any;
    }

    /// Matches all expressions of the group again if topics have changed and the last time is long enough ago.
    ///
    /// @return true when one of them matches other topics than before
    static boolean refresh(GroupChange change, TopicsView topics, Now now) {
        ConsumerGroup group = change.group();
        var stale = new HashSet<String>();
        for (ConsumerMember member : change.members()) {
            String regex = member.details().regex();
            if (regex == null || regex.isEmpty()) continue;
            ResolvedRegex resolved = change.regex(regex);
            if (resolved == null || resolved.version() != topics.version()) stale.add(regex);
        }
        if (stale.isEmpty() || now.ticks() - group.regexesMatchedTicks < REFRESH_MILLIS_MIN) return false;
        group.regexesMatchedTicks = now.ticks();
        return match(change, stale, topics, now);
    }

    private static boolean match(GroupChange change, Set<String> regexes, TopicsView topics, Now now) {
        boolean any = false;
        for (String regex : new TreeSet<>(regexes)) {
            var names = new TreeSet<String>();
            if (ClientPattern.read(regex) instanceof ClientPattern.Reading.Valid(ClientPattern pattern)) {
                for (String name : topics.names()) if (pattern.matches(name)) names.add(name);
            }
            ResolvedRegex before = change.regex(regex);
            if (before != null && before.topics().equals(names)) continue;
            change.resolve(regex, new ResolvedRegex(names, topics.version(), now.millis()));
            any = true;
        }
        return any;
    }

    /// Rights of a member on the topics that its regular expression matched, as they were at the last look.
    /// Lost when the shard moves: until its next heartbeat a member can be assigned each of these topics, and
    /// its answers leave out what it may not describe.
    ///
    /// @param regex that was matched
    /// @param matchedVersion of the match, as in [ResolvedRegex]
    /// @param matchedMillis the same
    /// @param rightsVersion of the [TopicsView]
    /// @param ticks when the rights were looked at; [Now#ticks]
    /// @param hidden matched topics that the member may not describe, which it is not assigned
    record Sight(
            String regex, long matchedVersion, long matchedMillis, long rightsVersion, long ticks, Set<String> hidden) {
        private boolean isOf(String other, ResolvedRegex resolved) {
            return regex.equals(other) && matchedVersion == resolved.version() && matchedMillis == resolved.millis();
        }

        /// Looks at the rights of a member that sends a heartbeat. Its expression matches other topics than
        /// before, or rights have changed and the last look is long enough ago.
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
                    new Sight(
                            regex, resolved.version(), resolved.millis(), topics.rightsVersion(), now.ticks(), shared));
            return before == null ? differs(change, member, resolved, hidden, topics) : !hidden.equals(before.hidden);
        }

        /// Members with the same rights share one set.
        private static Set<String> sharedWithOthers(Set<String> hidden, ConsumerGroup group) {
            if (hidden.isEmpty()) return Set.of();
            for (Sight each : group.sights.values()) if (each.hidden.equals(hidden)) return each.hidden;
            return hidden;
        }

        /// Whether targets that were computed with other rights, or by another broker, do not fit: the member
        /// has a hidden topic, or no member has one that it may describe.
        private static boolean differs(
                GroupChange change,
                ConsumerMember member,
                ResolvedRegex resolved,
                Set<String> hidden,
                TopicsView topics) {
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
}
