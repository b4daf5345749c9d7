package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Ends of partitions of several topics, of which some may be gone.
final class Ends {
    private Ends() {}

    /// Partitions without a leader, and those that the user may not see, are left out.
    static Map<TopicPartition, Long> of(Cluster cluster, Collection<TopicPartition> partitions) throws ClientException {
        Map<String, Topic> topics = new HashMap<>();
        var led = new ArrayList<TopicPartition>();
        for (TopicPartition each : partitions) {
            if (!topics.containsKey(each.topic()))
                try {
                    topics.put(each.topic(), cluster.refreshTopic(each.topic(), false));
                } catch (RequestFailedException gone) {
                    continue;
                }
            Topic topic = topics.get(each.topic());
            if (topic == null || each.partition() >= topic.partitions().size()) continue;
            if (topic.partitions().get(each.partition()).leaderId() >= 0) led.add(each);
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        if (led.isEmpty()) return ends;
        Offsets.list(cluster, led, new OffsetSpec.Latest(), IsolationLevel.READ_UNCOMMITTED)
                .forEach((partition, found) -> ends.put(partition, found.offset()));
        return ends;
    }
}
