package barnabas.cluster;

import barnabas.base.security.CertificateAuthority;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Keys and authorities of three nodes that are replaced while the nodes run.
@Timeout(180)
class RotatedNodesTest {
    private static final Instant FROM = Instant.now().minus(Duration.ofHours(1));
    private static final Duration LIFE = Duration.ofDays(2);

    @TempDir
    private Path folder;

    private final SecuredNodes secured = new SecuredNodes();
    private final CertificateAuthority first = CertificateAuthority.create("CN=first", FROM, LIFE, new Random(1));
    private final CertificateAuthority second = CertificateAuthority.create("CN=second", FROM, LIFE, new Random(2));

    RotatedNodesTest() throws Exception {}

    private void replace(String name, String text) throws Exception {
        Path part = Files.writeString(folder.resolve("part"), text);
        Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void issue(CertificateAuthority authority, int id) throws Exception {
        var identity = authority.issue("CN=n" + id, List.of("127.0.0.1"), FROM, LIFE);
        replace("n" + id + ".pem", identity.keyPem() + identity.chainPem());
    }

    private Map<String, String> settings(LocalCluster cluster, int id) throws Exception {
        var settings = new HashMap<>(secured.settings(cluster.settings(id), id, SecuredNodes.PASSWORD));
        settings.keySet()
                .removeAll(
                        List.of("ssl.keystore.certificate.chain", "ssl.keystore.key", "ssl.truststore.certificates"));
        settings.put("ssl.keystore.location", folder.resolve("n" + id + ".pem").toString());
        settings.put("ssl.truststore.location", folder.resolve("trusted.pem").toString());
        return settings;
    }

    /// New connections between brokers and controllers are made with the second authority alone when the active
    /// controller is gone and comes back.
    @Test
    void nodesConnectWithReplacedKeys() throws Exception {
        List<Integer> ports = ClusterNode.freePorts(3);
        for (int id = 1; id <= 3; id++) {
            SecuredNodes.format(id, folder);
            issue(first, id);
        }
        String both = first.own().chainPem() + second.own().chainPem();
        replace("trusted.pem", first.own().chainPem());
        try (var cluster = new LocalCluster(folder, ports)) {
            var settings = new TreeMap<Integer, Map<String, String>>();
            for (int id = 1; id <= 3; id++) settings.put(id, settings(cluster, id));
            cluster.start(settings);
            Map<String, Object> client = new HashMap<>(secured.client(cluster.addresses(), SecuredNodes.PASSWORD));
            client.put("ssl.truststore.certificates", both);
            try (Admin admin = Admin.create(client)) {
                LocalCluster.createTopic(admin, "orders", 6, 2);
                LocalCluster.awaitInSync(admin, "orders", 3);
                replace("trusted.pem", both);
                // A node that trusts the second authority is known only by what follows: two looks, of two seconds.
                long trusted = System.nanoTime();
                LocalCluster.await(
                        "two looks",
                        () -> System.nanoTime() - trusted
                                > Duration.ofSeconds(5).toNanos());
                for (int id = 1; id <= 3; id++) issue(second, id);
                LocalCluster.await("keys of the second authority", () -> areAllBy(second, cluster, ports));
                replace("trusted.pem", second.own().chainPem());
                long gone = System.nanoTime();
                LocalCluster.await(
                        "two looks",
                        () -> System.nanoTime() - gone > Duration.ofSeconds(5).toNanos());
                send(client);
                LocalCluster.awaitInSync(admin, "orders", 3);
                int active = admin.describeMetadataQuorum().quorumInfo().get().leaderId();
                cluster.stop(active);
                LocalCluster.awaitInSync(admin, "orders", 2);
                send(client);
                cluster.start(Map.of(active, settings(cluster, active)));
                LocalCluster.awaitInSync(admin, "orders", 3);
                send(client);
            }
        }
    }

    private static void send(Map<String, Object> client) throws Exception {
        var settings = new HashMap<>(client);
        settings.put("acks", "all");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int partition = 0; partition < 6; partition++)
                producer.send(new ProducerRecord<>("orders", partition, null, "v"))
                        .get();
        }
    }

    private static boolean areAllBy(CertificateAuthority authority, LocalCluster cluster, List<Integer> controllers)
            throws Exception {
        for (String each : cluster.addresses().split(","))
            if (!isBy(authority, Integer.parseInt(each.substring(each.indexOf(':') + 1)))) return false;
        for (int port : controllers) if (!isBy(authority, port)) return false;
        return true;
    }

    private static boolean isBy(CertificateAuthority authority, int port) throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        X509Certificate certificate = authority.own().chain().getFirst();
        trusted.setCertificateEntry("ca", certificate);
        var managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port));
            socket.startHandshake();
            return true;
        } catch (SSLException e) {
            return false;
        }
    }
}
