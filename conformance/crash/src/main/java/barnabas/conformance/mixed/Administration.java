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
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Questions to a cluster and changes of it, asked again while it cannot answer.
final class Administration implements AutoCloseable {
    private static final int ANSWER_SECONDS = 10;
    private static final int PATIENCE_SECONDS = 180;
    private static final String RATE = "consumer_byte_rate";

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
    private interface Question<T> {
        T ask() throws ExecutionException, TimeoutException, InterruptedException;
    }

    /// Asks again while the cluster cannot answer.
    private static <T> T patiently(String what, Question<T> question) throws InterruptedException {
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

    /// Gives a user a password, the right to read a topic, and a quota.
    void admit(String user, String password, String topic, double bytesPerSecond) throws InterruptedException {
        var credential = new UserScramCredentialUpsertion(
                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4_096), password);
        patiently(
                "a password is set",
                () -> admin.alterUserScramCredentials(List.of(credential)).all().get(ANSWER_SECONDS, TimeUnit.SECONDS));
        var acl = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", AclOperation.READ, AclPermissionType.ALLOW));
        patiently("a right is given", () -> admin.createAcls(List.of(acl)).all().get(ANSWER_SECONDS, TimeUnit.SECONDS));
        var quota =
                new ClientQuotaAlteration(entity(user), List.of(new ClientQuotaAlteration.Op(RATE, bytesPerSecond)));
        patiently(
                "a quota is set",
                () -> admin.alterClientQuotas(List.of(quota)).all().get(ANSWER_SECONDS, TimeUnit.SECONDS));
    }

    private static ClientQuotaEntity entity(String user) {
        return new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, user));
    }

    /// The quota of a user, bytes a second; 0 without one.
    double quota(String user) throws InterruptedException {
        return patiently(
                        "the quota",
                        () -> admin.describeClientQuotas(ClientQuotaFilter.all())
                                .entities()
                                .get(ANSWER_SECONDS, TimeUnit.SECONDS))
                .getOrDefault(entity(user), Map.of())
                .getOrDefault(RATE, 0.0);
    }

    /// Number of ACLs.
    int acls() throws InterruptedException {
        return patiently(
                        "ACLs",
                        () -> admin.describeAcls(AclBindingFilter.ANY).values().get(ANSWER_SECONDS, TimeUnit.SECONDS))
                .size();
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
