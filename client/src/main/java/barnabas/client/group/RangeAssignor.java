package barnabas.client.group;

import barnabas.client.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Gives every member a contiguous range of each topic it subscribes to, as Kafka's RangeAssignor does: topics
/// with as many partitions line up, so records with the same key land at the same member.
final class RangeAssignor {
    static final String NAME = "range";

    /// Member of the group.
    record Member(String id, @Nullable String instanceId, List<String> topics) {
        /// Static members come first and keep their places over restarts.
        private String sortKey() {
            return instanceId == null ? "1" + id : "0" + instanceId;
        }
    }

    private RangeAssignor() {}

    /// @param partitionCounts by topic; a topic that is missing here has no partitions to give
    /// @return for every member what it gets, maybe nothing
    static Map<String, List<TopicPartition>> assign(List<Member> members, Map<String, Integer> partitionCounts) {
        var assignment = new TreeMap<String, List<TopicPartition>>();
        var byTopic = new TreeMap<String, List<Member>>();
        for (var member : members) {
            assignment.put(member.id(), new ArrayList<>());
            for (String topic : member.topics())
                byTopic.computeIfAbsent(topic, name -> new ArrayList<>()).add(member);
        }
        byTopic.forEach((topic, subscribers) -> {
            subscribers.sort(Comparator.comparing(Member::sortKey));
            int partitions = partitionCounts.getOrDefault(topic, 0);
            int each = partitions / subscribers.size();
            int withOneMore = partitions % subscribers.size();
            int next = 0;
            for (int i = 0; i < subscribers.size(); i++) {
                int count = each + (i < withOneMore ? 1 : 0);
                var share = assignment.get(subscribers.get(i).id());
                for (int k = 0; share != null && k < count; k++) share.add(new TopicPartition(topic, next + k));
                next += count;
            }
        });
        return assignment;
    }
}
