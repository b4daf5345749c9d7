package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import barnabas.base.security.TestAuthority;
import barnabas.base.security.TlsContext;
import barnabas.base.security.TlsSettings;
import barnabas.metrics.Reading;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Encrypted listeners with the official Java client: several at once, client certificates, keys that change.
@Timeout(120)
class TlsListenersTest {
    private static final Duration LONG = Duration.ofDays(365);
    private static final String SECRET = "open-sesame";

    @TempDir
    private Path folder;

    private TestAuthority authority;
    private Path keys;
    private Path trust;

    @BeforeEach
    void issue() throws Exception {
        authority = new TestAuthority("ca");
        keys = authority.issue("CN=broker-1", LONG, "127.0.0.1").store(folder.resolve("keys.p12"), "PKCS12", SECRET);
        trust = authority.store(folder.resolve("trust.p12"), "PKCS12", SECRET);
    }

    /// Settings of a node with a plain and an encrypted listener.
    ///
    /// @param password of both stores
    static Map<String, String> settings(Path folder, Path keys, Path trust, String password) {
        return new HashMap<>(Map.of(
                "node.id",
                "1",
                "log.dirs",
                folder.resolve("logs").toString(),
                "listeners",
                "PLAINTEXT://127.0.0.1:0,SSL://127.0.0.1:0",
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.location",
                keys.toString(),
                "ssl.keystore.password",
                password,
                "ssl.truststore.type",
                "PKCS12",
                "ssl.truststore.location",
                trust.toString(),
                "ssl.truststore.password",
                password));
    }

    private Map<String, String> broker(String... more) {
        var settings = settings(folder, keys, trust, SECRET);
        for (int i = 0; i < more.length; i += 2) settings.put(more[i], more[i + 1]);
        return settings;
    }

    private static String bootstrap(Barnabas broker, String listener) {
        return "127.0.0.1:" + broker.address(listener).getPort();
    }

    private Map<String, Object> client(Barnabas broker, String listener, TestAuthority.Identity identity)
            throws Exception {
        var settings = new HashMap<String, Object>(Map.of(
                "bootstrap.servers", bootstrap(broker, listener),
                "security.protocol", "SSL",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.certificates", authority.pem(),
                "request.timeout.ms", "10000",
                "default.api.timeout.ms", "15000"));
        if (identity != null) {
            settings.put("ssl.keystore.type", "PEM");
            settings.put("ssl.keystore.certificate.chain", identity.chainPem());
            settings.put("ssl.keystore.key", identity.keyPem());
        }
        return settings;
    }

    private static void send(Map<String, Object> client, int records, int bytes) throws Exception {
        var settings = new HashMap<>(client);
        settings.put("max.request.size", "10000000");
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                byte[] value = new byte[bytes];
                value[0] = (byte) i;
                producer.send(new ProducerRecord<>("t", 0, null, value));
            }
            producer.flush();
        }
    }

    private static int read(Map<String, Object> client, int records) {
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int read = 0;
            while (read < records) {
                for (var each : consumer.poll(Duration.ofSeconds(5)))
                    assertThat(each.value()[0]).isEqualTo((byte) read++);
            }
            return read;
        }
    }

    /// Records are large enough to be sent from their files, which an encrypted connection must not do as they are.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void recordsPassEncryptedAndPlain(String version) throws Exception {
        try (var broker = Barnabas.start(broker("ssl.enabled.protocols", version))) {
            Map<String, Object> encrypted = client(broker, "SSL", null);
            send(encrypted, 60, 300_000);
            assertThat(read(encrypted, 60)).isEqualTo(60);
            assertThat(read(Map.of("bootstrap.servers", bootstrap(broker, "PLAINTEXT")), 60))
                    .isEqualTo(60);
        }
    }

    @Test
    void listenersHaveSettingsOfTheirOwn() throws Exception {
        var other = new TestAuthority("other");
        Path otherTrust = other.store(folder.resolve("other.jks"), "JKS", SECRET);
        TestAuthority.Identity alice = other.issue("CN=alice,OU=sales", LONG);
        var settings = broker(
                "listeners", "OPEN://127.0.0.1:0,CLOSED://127.0.0.1:0",
                "listener.security.protocol.map", "OPEN:SSL,CLOSED:SSL",
                "inter.broker.listener.name", "CLOSED",
                "listener.name.closed.ssl.client.auth", "required",
                "listener.name.closed.ssl.truststore.type", "JKS",
                "listener.name.closed.ssl.truststore.location", otherTrust.toString());
        try (var broker = Barnabas.start(settings)) {
            describe(client(broker, "OPEN", null));
            send(client(broker, "CLOSED", alice), 2, 10);
            assertThatThrownBy(() -> describe(client(broker, "CLOSED", null)))
                    .hasRootCauseInstanceOf(SSLException.class);
            assertThatThrownBy(() -> describe(client(broker, "CLOSED", authority.issue("CN=alice", LONG))))
                    .hasRootCauseInstanceOf(SSLException.class);
            assertThat(read(client(broker, "CLOSED", alice), 2)).isEqualTo(2);
            assertThat(logins(broker, "OPEN", "successful_authentication_total"))
                    .isPositive();
            assertThat(logins(broker, "OPEN", "failed_authentication_total")).isZero();
            assertThat(logins(broker, "CLOSED", "successful_authentication_total"))
                    .isEqualTo(logins(broker, "CLOSED", "successful_authentication_no_reauth_total"))
                    .isPositive();
            assertThat(logins(broker, "CLOSED", "failed_authentication_total")).isGreaterThanOrEqualTo(2);
        }
    }

    /// Sum over the event loops.
    private static double logins(Barnabas broker, String listener, String what) {
        Reading reading = broker.metrics();
        double sum = 0;
        for (int loop = 0; loop < 64; loop++)
            sum += reading.number("kafka_server_socket_server_metrics_" + what, listener, String.valueOf(loop));
        return sum;
    }

    private static void describe(Map<String, Object> client) throws Exception {
        try (var admin = Admin.create(client)) {
            admin.describeCluster().nodes().get();
        }
    }

    @Test
    void aKeyStoreThatCannotBeReadStopsTheStart() throws Exception {
        Files.write(keys, new byte[] {1, 2, 3});
        assertThatThrownBy(() -> Barnabas.start(broker()))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("Listener SSL: ssl.keystore.location=" + keys + ": ")
                .hasMessageNotContaining(SECRET);
        assertThatThrownBy(() -> Barnabas.start(broker("ssl.principal.mapping.rules", "RULE:x")))
                .hasMessageContaining("ssl.principal.mapping.rules");
        assertThat(folder.resolve("logs")).doesNotExist();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /// Name of the certificate that a new connection gets.
    private String nameShown(Barnabas broker) {
        try {
            TlsContext context = TlsContext.client(
                    TlsSettings.of(
                            Map.of("ssl.truststore.type", "PEM", "ssl.truststore.certificates", authority.pem())::get),
                    new FileDisk());
            InetSocketAddress address = broker.address("SSL");
            var plain = new Socket();
            plain.connect(address);
            try (SSLSocket socket = context.clientSocket(plain, "127.0.0.1", address.getPort())) {
                socket.startHandshake();
                return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                        .getSubjectX500Principal()
                        .getName();
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /// Within a few seconds, for new connections; the one that stands goes on. Garbage changes nothing.
    @Test
    void changedFilesAreUsedAndBrokenOnesAreNot() throws Exception {
        try (var broker = Barnabas.start(broker());
                var admin = Admin.create(client(broker, "SSL", null))) {
            admin.describeCluster().nodes().get();
            assertThat(nameShown(broker)).isEqualTo("CN=broker-1");
            authority.issue("CN=renewed", LONG, "127.0.0.1").store(keys, "PKCS12", SECRET);
            await(() -> nameShown(broker).equals("CN=renewed"));
            Files.write(keys, new byte[] {1, 2, 3});
            await(() -> broker.metrics() != null && lookedAt(keys));
            assertThat(nameShown(broker)).isEqualTo("CN=renewed");
            authority.issue("CN=third", LONG, "127.0.0.1").store(keys, "PKCS12", SECRET);
            await(() -> nameShown(broker).equals("CN=third"));
            admin.describeCluster().nodes().get();
        }
    }

    /// Twice the time between two looks has passed since the file changed.
    private static boolean lookedAt(Path file) {
        return System.currentTimeMillis() - file.toFile().lastModified() > 4_500;
    }

    @Test
    void alteredSettingsAreUsed() throws Exception {
        Path next =
                authority.issue("CN=altered", LONG, "127.0.0.1").store(folder.resolve("next.p12"), "PKCS12", SECRET);
        try (var broker = Barnabas.start(broker());
                var admin = Admin.create(Map.of("bootstrap.servers", bootstrap(broker, "PLAINTEXT")))) {
            var resource = new ConfigResource(ConfigResource.Type.BROKER, "1");
            Collection<AlterConfigOp> change = List.of(new AlterConfigOp(
                    new ConfigEntry("listener.name.ssl.ssl.keystore.location", next.toString()),
                    AlterConfigOp.OpType.SET));
            admin.incrementalAlterConfigs(Map.of(resource, change)).all().get();
            await(() -> nameShown(broker).equals("CN=altered"));
            var shown = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            assertThat(shown.get("ssl.keystore.password").value()).isNull();
            assertThat(shown.entries()).noneMatch(each -> SECRET.equals(each.value()));
        }
    }
}
