package barnabas.coordination.groups;

import barnabas.protocol.MalformedMessageException;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.ConsumerProtocolAssignment;
import barnabas.protocol.message.ConsumerProtocolSubscription;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Subscriptions and assignments of classic consumers as words: `t-0+t-1+u-0`.
final class ClassicWords {
    private ClassicWords() {}

    private static TreeMap<String, List<Integer>> byTopic(String partitions) {
        var topics = new TreeMap<String, List<Integer>>();
        if (partitions.isEmpty()) return topics;
        for (String each : partitions.split("\\+", -1)) {
            topics.computeIfAbsent(GroupScript.topicOf(each), any -> new ArrayList<>())
                    .add(GroupScript.partitionOf(each));
        }
        return topics;
    }

    static List<ConsumerProtocolSubscription.TopicPartition> owned(String partitions) {
        var list = new ArrayList<ConsumerProtocolSubscription.TopicPartition>();
        byTopic(partitions)
                .forEach((topic, numbers) -> list.add(new ConsumerProtocolSubscription.TopicPartition(topic, numbers)));
        return list;
    }

    static ByteBuffer assignment(String partitions) {
        var list = new ArrayList<ConsumerProtocolAssignment.TopicPartition>();
        byTopic(partitions)
                .forEach((topic, numbers) -> list.add(new ConsumerProtocolAssignment.TopicPartition(topic, numbers)));
        return new ConsumerProtocolAssignment(list, null).toVersionedBuffer((short) 1);
    }

    /// Null when the bytes are something else.
    static @Nullable String partitions(ByteBuffer assignment) {
        if (assignment.remaining() < 6) return null;
        try {
            var reader = new MessageReader(assignment.duplicate());
            short version = reader.int16();
            if (version < 0 || version > ConsumerProtocolAssignment.HIGHEST_VERSION) return null;
            var all = new TreeSet<String>();
            for (var topic : ConsumerProtocolAssignment.read(reader, version).assignedPartitions()) {
                for (int each : topic.partitions()) all.add(topic.topic() + "-" + each);
            }
            return String.join("+", all);
        } catch (MalformedMessageException e) {
            return null;
        }
    }
}
