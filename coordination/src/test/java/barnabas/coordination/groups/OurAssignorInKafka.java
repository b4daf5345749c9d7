package barnabas.coordination.groups;

import barnabas.coordination.groups.assignors.Assignor;
import barnabas.coordination.groups.assignors.RangeAssignor;
import barnabas.coordination.groups.assignors.UniformAssignor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.ConsumerGroupPartitionAssignor;
import org.apache.kafka.coordinator.group.api.assignor.GroupAssignment;
import org.apache.kafka.coordinator.group.api.assignor.GroupSpec;
import org.apache.kafka.coordinator.group.api.assignor.MemberAssignment;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.modern.MemberAssignmentImpl;

/// One of our assignors as a plug-in of Kafka's coordinator, so that what differs between the two is not the
/// plan.
public abstract class OurAssignorInKafka implements ConsumerGroupPartitionAssignor {
    private final Assignor assignor;

    private OurAssignorInKafka(Assignor assignor) {
        this.assignor = assignor;
    }

    /// Made by name.
    public static final class Uniform extends OurAssignorInKafka {
        public Uniform() {
            super(new UniformAssignor());
        }
    }

    /// Made by name.
    public static final class Range extends OurAssignorInKafka {
        public Range() {
            super(new RangeAssignor());
        }
    }

    @Override
    public String name() {
        return assignor.name();
    }

    @Override
    public GroupAssignment assign(GroupSpec group, SubscribedTopicDescriber topics) {
        var members = new TreeMap<String, Assignor.Subscriber>();
        var partitionCounts = new TreeMap<barnabas.protocol.Uuid, Integer>();
        for (String memberId : group.memberIds()) {
            var subscription = group.memberSubscription(memberId);
            var wanted = new HashSet<barnabas.protocol.Uuid>();
            for (Uuid topic : subscription.subscribedTopicIds()) {
                int count = topics.numPartitions(topic);
                if (count < 0) continue;
                wanted.add(KafkaMessages.toOurs(topic));
                partitionCounts.put(KafkaMessages.toOurs(topic), count);
            }
            var has = new HashMap<barnabas.protocol.Uuid, Set<Integer>>();
            group.memberAssignment(memberId)
                    .partitions()
                    .forEach((topic, numbers) -> has.put(KafkaMessages.toOurs(topic), numbers));
            members.put(
                    memberId,
                    new Assignor.Subscriber(
                            subscription.instanceId().orElse(null),
                            subscription.rackId().orElse(null),
                            wanted,
                            has));
        }
        var result = new HashMap<String, MemberAssignment>();
        assignor.assign(new Assignor.Situation(
                        members,
                        partitionCounts,
                        (topic, partition) -> topics.racksForPartition(KafkaMessages.toKafka(topic), partition)))
                .forEach((memberId, assigned) -> {
                    Map<Uuid, Set<Integer>> kafkas = new HashMap<>();
                    assigned.forEach(
                            (topic, numbers) -> kafkas.put(KafkaMessages.toKafka(topic), new HashSet<>(numbers)));
                    result.put(memberId, new MemberAssignmentImpl(kafkas));
                });
        return new GroupAssignment(result);
    }
}
