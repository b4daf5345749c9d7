package barnabas.client.group;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.client.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

class RangeAssignorTest {
    @Test
    void contiguousRangesAndTheFirstGetOneMore() {
        var members = List.of(
                new RangeAssignor.Member("b", null, List.of("t")),
                new RangeAssignor.Member("a", null, List.of("t", "u")));
        var assignment = RangeAssignor.assign(members, Map.of("t", 5, "u", 1));
        assertThat(assignment.get("a")).containsExactly(tp("t", 0), tp("t", 1), tp("t", 2), tp("u", 0));
        assertThat(assignment.get("b")).containsExactly(tp("t", 3), tp("t", 4));
    }

    private static TopicPartition tp(String topic, int partition) {
        return new TopicPartition(topic, partition);
    }

    /// Members of both kinds may share a group, and any of them may be the leader.
    @Test
    void assignsAsKafkasAssignorDoes() {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            var partitions = new HashMap<String, Integer>();
            for (int topic = 0; topic < 1 + random.nextInt(4); topic++) partitions.put("t" + topic, random.nextInt(8));
            var members = new ArrayList<RangeAssignor.Member>();
            for (int member = 0; member < 1 + random.nextInt(5); member++) {
                var topics = new ArrayList<String>();
                for (String topic : partitions.keySet()) if (random.nextBoolean()) topics.add(topic);
                String instance = random.nextInt(3) == 0 ? "i" + random.nextInt(1_000) + "-" + member : null;
                members.add(new RangeAssignor.Member("m" + random.nextInt(1_000) + "-" + member, instance, topics));
            }
            var ours = new HashMap<String, Set<TopicPartition>>();
            RangeAssignor.assign(members, partitions).forEach((id, share) -> ours.put(id, new HashSet<>(share)));
            assertThat(ours).as("seed %s, round %s", seed, round).isEqualTo(kafkas(members, partitions));
        }
    }

    private static Map<String, Set<TopicPartition>> kafkas(
            List<RangeAssignor.Member> members, Map<String, Integer> partitions) {
        var subscriptions = new HashMap<String, ConsumerPartitionAssignor.Subscription>();
        for (var member : members) {
            var subscription = new ConsumerPartitionAssignor.Subscription(member.topics());
            subscription.setGroupInstanceId(Optional.ofNullable(member.instanceId()));
            subscriptions.put(member.id(), subscription);
        }
        var node = new Node(1, "localhost", 9092);
        var infos = new ArrayList<PartitionInfo>();
        partitions.forEach((topic, count) -> {
            for (int i = 0; i < count; i++) {
                infos.add(new PartitionInfo(topic, i, node, new Node[] {node}, new Node[] {node}));
            }
        });
        var cluster = new Cluster("c", List.of(node), infos, Set.of(), Set.of());
        var assignment = new org.apache.kafka.clients.consumer.RangeAssignor()
                .assign(cluster, new ConsumerPartitionAssignor.GroupSubscription(subscriptions))
                .groupAssignment();
        var result = new HashMap<String, Set<TopicPartition>>();
        assignment.forEach((id, share) -> {
            var set = new HashSet<TopicPartition>();
            share.partitions().forEach(each -> set.add(tp(each.topic(), each.partition())));
            result.put(id, set);
        });
        return result;
    }
}
