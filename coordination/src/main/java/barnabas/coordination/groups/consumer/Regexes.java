package barnabas.coordination.groups.consumer;

import barnabas.coordination.Now;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.protocol.ErrorCode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Subscriptions by RE2 expression, matched here in time linear to the names of all topics.
///
/// Matching runs on the shard's thread: when a member brings a new expression, and when topics have come or
/// gone since, at most every [#REFRESH_MILLIS_MIN].
final class Regexes {
    /// Longer expressions are refused: their programs would cost memory for as long as the group lives.
    static final int LENGTH_MAX = 1_024;
    /// What `x{n}` multiplies to, nested. RE2 itself limits each repetition to 1,000 but not their product.
    static final int REPEATS_MAX = 1_000;
    /// Groups that are asked to look again and again would scan all topics for every one that is created.
    static final long REFRESH_MILLIS_MIN = 10_000;

    private Regexes() {}

    /// Null when the expression may be used.
    static @Nullable Refusal check(String regex) {
        if (regex.length() > LENGTH_MAX) return invalid(shortened(regex), "it is longer than " + LENGTH_MAX);
        if (repeats(regex) > REPEATS_MAX) return invalid(regex, "its repetitions multiply to more than " + REPEATS_MAX);
        try {
            Pattern.compile(regex);
            return null;
        } catch (PatternSyntaxException e) {
            return invalid(regex, e.getDescription());
        }
    }

    private static Refusal invalid(String regex, String why) {
        return new Refusal(
                ErrorCode.INVALID_REGULAR_EXPRESSION,
                "SubscribedTopicRegex `" + regex + "` is not a valid regular expression: " + why + ".");
    }

    private static String shortened(String regex) {
        return regex.substring(0, 64) + "...";
    }

    /// An upper bound: the product of all repetition counts, as if each were inside the one before.
    private static long repeats(String regex) {
        long product = 1;
        int at = regex.indexOf('{');
        while (at >= 0) {
            int end = regex.indexOf('}', at);
            if (end < 0) break;
            int largest = 0;
            for (String number : regex.substring(at + 1, end).split(",", -1)) {
                if (!number.isEmpty() && number.length() <= 5 && number.chars().allMatch(Character::isDigit)) {
                    largest = Math.max(largest, Integer.parseInt(number));
                }
            }
            product = Math.min(product * Math.max(largest, 1), Integer.MAX_VALUE);
            at = regex.indexOf('{', end);
        }
        return product;
    }

    /// Deals with a member that changed its expression: the new one is matched if nobody had it, the old one is
    /// forgotten if nobody has it any more.
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
            if (check(regex) == null) {
                Pattern pattern = Pattern.compile(regex);
                for (String name : topics.names()) if (pattern.matches(name)) names.add(name);
            }
            ResolvedRegex before = change.regex(regex);
            if (before != null && before.topics().equals(names)) continue;
            change.resolve(regex, new ResolvedRegex(names, topics.version(), now.millis()));
            any = true;
        }
        return any;
    }
}
