package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes that connect to each other, brokers and controllers, by TLS and SCRAM.
@Timeout(120)
class SecuredClusterTest {
    private static final String CHANGED = "changed-secret-4715";

    private final SecuredNodes secured = new SecuredNodes();

    @TempDir
    private Path folder;

    SecuredClusterTest() throws Exception {}

    @BeforeEach
    void format() throws Exception {
        for (int id = 1; id <= 3; id++) SecuredNodes.format(id, folder);
    }

    private Map<Integer, Map<String, String>> settings(LocalCluster cluster, String password) throws Exception {
        var settings = new TreeMap<Integer, Map<String, String>>();
        for (int id = 1; id <= 3; id++) settings.put(id, secured.settings(cluster.settings(id), id, password));
        return settings;
    }

    /// Followers fetch, the quorum agrees, and a transaction ends on partitions of all brokers.
    @Test
    void recordsAndTransactionsReachAllNodes() throws Exception {
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(3))) {
            cluster.start(settings(cluster, SecuredNodes.PASSWORD));
            Map<String, Object> client = secured.client(cluster.addresses(), SecuredNodes.PASSWORD);
            try (Admin admin = Admin.create(client)) {
                LocalCluster.createTopic(admin, "orders", 6, 3);
                LocalCluster.awaitInSync(admin, "orders", 3);
            }
            var producing = new HashMap<>(client);
            producing.put("transactional.id", "t");
            try (var producer = new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer())) {
                producer.initTransactions();
                for (int round = 0; round < 3; round++) {
                    producer.beginTransaction();
                    for (int partition = 0; partition < 6; partition++)
                        producer.send(new ProducerRecord<>("orders", partition, null, "v"));
                    producer.commitTransaction();
                }
            }
        }
    }

    /// Nodes log in before any of them knows what is committed: with the password of the log, not of the format.
    @Test
    void aChangedPasswordCountsForTheNextStart() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(3);
        try (var cluster = new LocalCluster(folder, ports)) {
            cluster.start(settings(cluster, SecuredNodes.PASSWORD));
            try (Admin admin = Admin.create(secured.client(cluster.addresses(), SecuredNodes.PASSWORD))) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                SecuredNodes.USER,
                                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                CHANGED)))
                        .all()
                        .get();
                // All have it: a minority that lacks the change could not elect, but the other two can.
                LocalCluster.createTopic(admin, "orders", 1, 3);
                LocalCluster.awaitInSync(admin, "orders", 3);
            }
        }
        try (var cluster = new LocalCluster(folder, ports)) {
            cluster.start(settings(cluster, CHANGED));
            try (Admin admin = Admin.create(secured.client(cluster.addresses(), CHANGED))) {
                LocalCluster.awaitInSync(admin, "orders", 3);
                assertThat(admin.listTopics().names().get()).containsExactly("orders");
            }
        }
    }
}
