package barnabas.conformance.chaos;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// Has a node lead all partitions of a topic.
final class Placement {
    private static final int ANSWER_SECONDS = 10;
    private static final int PATIENCE_SECONDS = 60;

    private final Admin admin;

    Placement(Admin admin) {
        this.admin = admin;
    }

    /// @param replicas in the order wanted; the first one leads
    void lead(String topic, List<Integer> replicas) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!isThere(topic, replicas)) {
            if (System.nanoTime() > deadline)
                throw new IllegalStateException(topic + " is not led by node " + replicas.getFirst());
            Thread.sleep(100);
        }
    }

    /// Asks for what is lacking.
    private boolean isThere(String topic, List<Integer> replicas) throws InterruptedException {
        try {
            List<TopicPartitionInfo> partitions = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .get(topic)
                    .partitions();
            Map<TopicPartition, Optional<NewPartitionReassignment>> moved = new HashMap<>();
            boolean led = true;
            for (TopicPartitionInfo each : partitions) {
                if (!each.replicas().stream().map(node -> node.id()).toList().equals(replicas))
                    moved.put(
                            new TopicPartition(topic, each.partition()),
                            Optional.of(new NewPartitionReassignment(replicas)));
                if (each.leader() == null || each.leader().id() != replicas.getFirst()) led = false;
            }
            if (!moved.isEmpty()) {
                admin.alterPartitionReassignments(moved).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
                return false;
            }
            if (led) return true;
            admin.electLeaders(
                            ElectionType.PREFERRED,
                            partitions.stream()
                                    .map(each -> new TopicPartition(topic, each.partition()))
                                    .collect(Collectors.toSet()))
                    .all()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS);
            return false;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            return false;
        }
    }
}
