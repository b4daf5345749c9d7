package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// ACLs of three nodes that are super users of each other.
@Timeout(120)
class AccessInClusterTest {
    @TempDir
    private Path folder;

    /// The controller counts, whichever broker is asked: two of three send it the client's request in an envelope.
    private static void theQuotaOfAClientCountsOnEveryNode(LocalCluster cluster) throws Exception {
        var user = new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, "ANONYMOUS"));
        var limit = new ClientQuotaAlteration.Op("controller_mutation_rate", 0.01);
        try (Admin admin = cluster.admin(1)) {
            admin.alterClientQuotas(List.of(new ClientQuotaAlteration(user, List.of(limit))))
                    .all()
                    .get();
        }
        int created = 0;
        for (int id = 1; id <= 3; id++) {
            // A connection of its own each: one that is throttled is not read from.
            try (Admin admin = cluster.admin(id)) {
                admin.createTopics(
                                List.of(new NewTopic("limited-" + id, 1, (short) 1)),
                                new CreateTopicsOptions().retryOnQuotaViolation(false))
                        .all()
                        .get();
                created++;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(ThrottlingQuotaExceededException.class);
            }
        }
        assertThat(created).isEqualTo(1);
    }

    @Test
    void aRuleThatOneNodeTakesIsKnownToAll() throws Exception {
        var rule = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, "orders", PatternType.LITERAL),
                new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(3))) {
            var settings = new TreeMap<Integer, Map<String, String>>();
            for (int id = 1; id <= 3; id++) {
                var each = new TreeMap<>(cluster.settings(id));
                each.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
                each.put("super.users", "User:ANONYMOUS");
                settings.put(id, each);
            }
            cluster.start(settings);
            try (Admin admin = cluster.admin(1)) {
                admin.createTopics(List.of(new NewTopic("orders", 1, (short) 3)))
                        .all()
                        .get();
                admin.createAcls(List.of(rule)).all().get();
            }
            for (int id = 1; id <= 3; id++) {
                try (Admin admin = cluster.admin(id)) {
                    LocalCluster.await(
                            "the rule on node " + id,
                            () -> admin.describeAcls(AclBindingFilter.ANY)
                                    .values()
                                    .get()
                                    .equals(List.of(rule)));
                }
            }
            theQuotaOfAClientCountsOnEveryNode(cluster);
            // Followers fetch with the right to act for the cluster.
            Map<String, Object> all = Map.of("bootstrap.servers", cluster.addresses(), "acks", "all");
            try (var producer = new KafkaProducer<>(all, new StringSerializer(), new StringSerializer())) {
                assertThat(producer.send(new ProducerRecord<>("orders", "v"))
                                .get()
                                .offset())
                        .isZero();
            }
        }
    }
}
