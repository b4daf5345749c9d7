package barnabas.conformance.mixed;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// Questions to a cluster and changes of it, asked again while it cannot answer.
final class Administration implements AutoCloseable {
    static final int ANSWER_SECONDS = 10;
    private static final int PATIENCE_SECONDS = 180;

    private final Admin admin;

    Administration(String bootstrap) {
        this.admin = Admin.create(Map.of(
                "bootstrap.servers",
                bootstrap,
                "request.timeout.ms",
                3_000,
                "default.api.timeout.ms",
                ANSWER_SECONDS * 1_000,
                "reconnect.backoff.max.ms",
                200));
    }

    @FunctionalInterface
    interface Question<T> {
        T ask() throws ExecutionException, TimeoutException, InterruptedException;
    }

    /// Asks again while the cluster cannot answer.
    static <T> T patiently(String what, Question<T> question) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                return question.ask();
            } catch (ExecutionException | TimeoutException | KafkaException e) {
                if (System.nanoTime() > deadline) throw new IllegalStateException(what + ": " + e, e);
                Thread.sleep(100);
            }
        }
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            if (System.nanoTime() > deadline) throw new IllegalStateException("in vain: " + what);
            Thread.sleep(50);
        }
    }

    void create(Collection<NewTopic> topics) throws InterruptedException {
        patiently("topics are created", () -> admin.createTopics(topics).all().get(ANSWER_SECONDS, TimeUnit.SECONDS));
    }

    Users users() {
        return new Users(admin);
    }

    int controller() throws InterruptedException {
        return patiently(
                "the controller",
                () -> admin.describeMetadataQuorum()
                        .quorumInfo()
                        .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .leaderId());
    }

    /// Topics with those of the coordinators.
    private Collection<TopicDescription> topics() throws InterruptedException {
        return patiently("topics", () -> {
            Set<String> names = admin.listTopics(new ListTopicsOptions().listInternal(true))
                    .names()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS);
            return admin.describeTopics(names)
                    .allTopicNames()
                    .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .values();
        });
    }

    /// The leader of the first partition of a topic.
    int leader(String topic) throws InterruptedException {
        for (TopicDescription each : topics())
            if (each.name().equals(topic) && each.partitions().getFirst().leader() != null)
                return each.partitions().getFirst().leader().id();
        return -1;
    }

    /// Gives every partition, internal ones too, these replicas in this order, and has the first lead.
    void place(List<Integer> replicas) throws Exception {
        var wanted = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
        for (TopicDescription topic : topics())
            for (TopicPartitionInfo each : topic.partitions())
                wanted.put(
                        new TopicPartition(topic.name(), each.partition()),
                        Optional.of(new NewPartitionReassignment(replicas)));
        patiently(
                "replicas are moved",
                () -> admin.alterPartitionReassignments(wanted).all().get(ANSWER_SECONDS, TimeUnit.SECONDS));
        await(
                "replicas are moved",
                () -> patiently(
                                "moves",
                                () -> admin.listPartitionReassignments()
                                        .reassignments()
                                        .get(ANSWER_SECONDS, TimeUnit.SECONDS))
                        .isEmpty());
        awaitInSync();
        lead();
    }

    /// Has the first replica of each partition lead it.
    void lead() throws Exception {
        await("the first replicas lead", () -> {
            var elsewhere = new HashSet<TopicPartition>();
            for (TopicDescription topic : topics())
                for (TopicPartitionInfo each : topic.partitions())
                    if (each.leader() == null
                            || each.leader().id() != each.replicas().getFirst().id())
                        elsewhere.add(new TopicPartition(topic.name(), each.partition()));
            if (elsewhere.isEmpty()) return true;
            try {
                admin.electLeaders(ElectionType.PREFERRED, elsewhere).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException retried) {
                return false;
            }
            return false;
        });
    }

    /// Waits until every replica of every topic, internal ones too, is in sync.
    void awaitInSync() throws Exception {
        await(
                "all in sync",
                () -> topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(each -> each.leader() != null
                                && each.isr().size() == each.replicas().size()));
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
