package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import barnabas.client.Address;
import barnabas.client.ClientSecurity;
import barnabas.client.Connection;
import barnabas.client.ConnectionOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateDelegationTokenOptions;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.token.delegation.DelegationToken;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes that connect to each other, brokers and controllers, by TLS and SCRAM.
@Timeout(120)
class SecuredClusterTest {
    private static final KafkaPrincipal ALICE = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, "alice");
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

    /// Followers fetch, the quorum agrees, a transaction ends on partitions of all brokers, and a delegation token that
    /// a broker had the controller make is known to all.
    @Test
    void recordsAndTransactionsReachAllNodes() throws Exception {
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(3))) {
            cluster.start(settings(cluster, SecuredNodes.PASSWORD));
            Map<String, Object> client = secured.client(cluster.addresses(), SecuredNodes.PASSWORD);
            try (Admin admin = Admin.create(client)) {
                LocalCluster.createTopic(admin, "orders", 6, 3);
                LocalCluster.awaitInSync(admin, "orders", 3);
            }
            String[] brokers = cluster.addresses().split(",");
            for (int i = 0; i < brokers.length; i++) tokenCounts(brokers[i], brokers[(i + 1) % brokers.length]);
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

    /// @param broker that is asked for the token
    /// @param other broker that a client logs in to with it
    private void tokenCounts(String broker, String other) throws Exception {
        try (Admin admin = Admin.create(secured.client(broker, SecuredNodes.PASSWORD))) {
            DelegationToken token = admin.createDelegationToken(new CreateDelegationTokenOptions().owner(ALICE))
                    .delegationToken()
                    .get();
            awaitLogin(secured.client(other, token));
            admin.expireDelegationToken(token.hmac()).expiryTimestamp().get();
            // Another broker may be asked, which knows it a moment later.
            while (!admin.describeDelegationToken().delegationTokens().get().isEmpty()) Thread.onSpinWait();
        }
    }

    /// As in Kafka, listeners of controllers know tokens too.
    @Test
    void controllersTakeTokensAndSoDoesTheClientOfBarnabas() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(3);
        try (var cluster = new LocalCluster(folder, ports)) {
            cluster.start(settings(cluster, SecuredNodes.PASSWORD));
            DelegationToken token;
            try (Admin admin = Admin.create(secured.client(cluster.addresses(), SecuredNodes.PASSWORD))) {
                token = admin.createDelegationToken().delegationToken().get();
            }
            for (int port : ports) {
                Map<String, Object> client = new HashMap<>(secured.client("", token));
                client.remove("bootstrap.servers");
                client.put("bootstrap.controllers", "127.0.0.1:" + port);
                awaitLogin(client);
            }
            Address broker = Address.parse(cluster.addresses().split(",")[0]);
            var settings = new HashMap<String, String>();
            secured.client("", token).forEach((name, value) -> settings.put(name, value.toString()));
            ConnectionOptions options = ConnectionOptions.of("test");
            var known = ClientSecurity.of(settings, new FileDisk(), new Random(1));
            try (Connection connection = Connection.open(broker, options.with(known))) {
                assertThat(connection.address()).isEqualTo(broker);
            }
            settings.compute("sasl.jaas.config", (_, jaas) -> jaas.replace("tokenauth=true", ""));
            var unknown = ClientSecurity.of(settings, new FileDisk(), new Random(1));
            assertThatThrownBy(() -> Connection.open(broker, options.with(unknown)))
                    .hasMessageContaining("the login failed");
        }
    }

    /// A broker knows what another one was answered a moment later.
    private static void awaitLogin(Map<String, Object> client) throws Exception {
        while (true) {
            try (Admin admin = Admin.create(client)) {
                admin.describeCluster().nodes().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof SaslAuthenticationException)) throw e;
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
                LocalCluster.createTopic(admin, "orders", 1, 3);
                LocalCluster.awaitInSync(admin, "orders", 3);
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                SecuredNodes.USER,
                                new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                                CHANGED)))
                        .all()
                        .get();
            }
            // All have it: a minority that lacks the change could not elect, but the other two can.
            for (String each : cluster.addresses().split(",")) awaitLogin(secured.client(each, CHANGED));
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
