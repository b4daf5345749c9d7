package barnabas.coordination.groups.consumer;

import barnabas.protocol.group.ConsumerGroupRegularExpressionValue;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// The topics that a regular expression matched.
///
/// @param version of the [barnabas.coordination.groups.common.TopicsView] it was matched against
/// @param millis when, since the epoch
record ResolvedRegex(SortedSet<String> topics, long version, long millis) {
    static ResolvedRegex of(ConsumerGroupRegularExpressionValue value) {
        return new ResolvedRegex(new TreeSet<>(value.topics()), value.version(), value.timestamp());
    }

    ConsumerGroupRegularExpressionValue toValue() {
        return new ConsumerGroupRegularExpressionValue(List.copyOf(topics), version, millis);
    }
}
