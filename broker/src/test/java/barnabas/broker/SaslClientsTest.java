package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.JaasFile;
import barnabas.base.security.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.DuplicateResourceException;
import org.apache.kafka.common.errors.ResourceNotFoundException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnacceptableCredentialException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Logins of the official Java client: SCRAM over TLS, PLAIN, and again while the connection stands.
@Timeout(120)
class SaslClientsTest {
    private static final String ALICE = "alice-password-7";
    private static final String BOB = "bob-password-8";

    @TempDir
    private Path folder;

    private TestAuthority authority;
    private TestAuthority.Identity identity;

    @BeforeEach
    void issue() throws Exception {
        authority = new TestAuthority("ca");
        identity = authority.issue("CN=broker", Duration.ofDays(10), "127.0.0.1");
    }

    private Map<String, String> settings(String... more) throws Exception {
        var settings = new HashMap<>(Map.of(
                "node.id", "1",
                "log.dirs", folder.resolve("logs").toString(),
                "listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0,SASL_SSL://127.0.0.1:0",
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", identity.chainPem(),
                "ssl.keystore.key", identity.keyPem(),
                "sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512",
                "listener.name.sasl_plaintext.sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512",
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_bob=\"" + BOB + "\";",
                "connection.failed.authentication.delay.ms", "300"));
        for (int i = 0; i < more.length; i += 2) settings.put(more[i], more[i + 1]);
        return settings;
    }

    private Map<String, Object> client(Barnabas broker, String listener, String mechanism, String user, String password)
            throws Exception {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        var settings = new HashMap<String, Object>(Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + broker.address(listener).getPort(),
                "security.protocol",
                listener,
                "sasl.mechanism",
                mechanism,
                "sasl.jaas.config",
                "org.apache.kafka.common.security." + module + " required username=\"" + user + "\" password=\""
                        + password + "\";",
                "request.timeout.ms",
                "10000",
                "default.api.timeout.ms",
                "20000"));
        if (listener.endsWith("SSL")) {
            settings.put("ssl.truststore.type", "PEM");
            settings.put("ssl.truststore.certificates", authority.pem());
        }
        return settings;
    }

    /// As Kafka's brokers do.
    @Test
    void loginsOfTheFileOfTheJvmCountWhereNoSettingGivesThem() throws Exception {
        Path file = Files.writeString(folder.resolve("jaas.conf"), """
                sasl_plaintext.KafkaServer {
                  org.apache.kafka.common.security.plain.PlainLoginModule required user_carol="carol-password-9";
                };
                """);
        System.setProperty(JaasFile.OPTION, file.toString());
        var settings = new HashMap<>(settings());
        settings.remove("listener.name.sasl_plaintext.plain.sasl.jaas.config");
        try (Barnabas broker = Barnabas.start(settings)) {
            try (var admin = Admin.create(client(broker, "SASL_PLAINTEXT", "PLAIN", "carol", "carol-password-9"))) {
                assertThat(admin.listTopics().names().get()).isEmpty();
            }
            try (var admin = Admin.create(client(broker, "SASL_PLAINTEXT", "PLAIN", "bob", BOB))) {
                assertThatThrownBy(() -> admin.listTopics().names().get())
                        .hasCauseInstanceOf(SaslAuthenticationException.class);
            }
        } finally {
            System.clearProperty(JaasFile.OPTION);
        }
    }

    private static Admin plain(Barnabas broker) {
        return Admin.create(Map.of(
                "bootstrap.servers", "127.0.0.1:" + broker.address("PLAINTEXT").getPort()));
    }

    private static void set(Barnabas broker, UserScramCredentialAlteration... changes) throws Exception {
        try (var admin = plain(broker)) {
            admin.alterUserScramCredentials(List.of(changes)).all().get();
        }
    }

    private static UserScramCredentialUpsertion upsertion(String user, ScramMechanism mechanism, String password) {
        return new UserScramCredentialUpsertion(user, new ScramCredentialInfo(mechanism, 4096), password);
    }

    private static void sendAndRead(Map<String, Object> client) throws Exception {
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("t", 0, null, new byte[200_000])).get();
        }
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partition = new TopicPartition("t", 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int read = 0;
            while (read == 0) read += consumer.poll(Duration.ofSeconds(5)).count();
        }
    }

    private static void describe(Map<String, Object> client) throws Exception {
        try (var admin = Admin.create(client)) {
            admin.describeCluster().nodes().get();
        }
    }

    /// Credentials are in the metadata log: they are still there after a restart.
    @ParameterizedTest
    @CsvSource({"SASL_SSL, SCRAM-SHA-512", "SASL_SSL, SCRAM-SHA-256", "SASL_PLAINTEXT, SCRAM-SHA-512"})
    void scram(String listener, String mechanism) throws Exception {
        var credential = upsertion("alice,=x", ScramMechanism.fromMechanismName(mechanism), ALICE);
        try (var broker = Barnabas.start(settings())) {
            set(broker, credential);
            sendAndRead(client(broker, listener, mechanism, "alice,=x", ALICE));
        }
        try (var broker = Barnabas.start(settings())) {
            sendAndRead(client(broker, listener, mechanism, "alice,=x", ALICE));
            set(
                    broker,
                    new UserScramCredentialDeletion(
                            "alice,=x", credential.credentialInfo().mechanism()));
            assertThatThrownBy(() -> describe(client(broker, listener, mechanism, "alice,=x", ALICE)))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void plainPasswordsAndTheirChange() throws Exception {
        try (var broker = Barnabas.start(settings());
                var admin = plain(broker)) {
            sendAndRead(client(broker, "SASL_PLAINTEXT", "PLAIN", "bob", BOB));
            for (String[] wrong : new String[][] {{"bob", "guess"}, {"mallory", BOB}, {"bob", BOB + "x"}})
                assertThatThrownBy(() -> describe(client(broker, "SASL_PLAINTEXT", "PLAIN", wrong[0], wrong[1])))
                        .hasCauseInstanceOf(SaslAuthenticationException.class)
                        .hasMessageContaining("Authentication failed: Invalid username or password");
            Collection<AlterConfigOp> change = List.of(new AlterConfigOp(
                    new ConfigEntry(
                            "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                            "org.apache.kafka.common.security.plain.PlainLoginModule required user_carol=\"c\";"),
                    AlterConfigOp.OpType.SET));
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, "1"), change))
                    .all()
                    .get();
            describe(client(broker, "SASL_PLAINTEXT", "PLAIN", "carol", "c"));
            assertThatThrownBy(() -> describe(client(broker, "SASL_PLAINTEXT", "PLAIN", "bob", BOB)))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    /// The words are the same for a wrong password and an unknown user, and come after the delay.
    @Test
    void failuresHaveTheSameWords() throws Exception {
        try (var broker = Barnabas.start(settings())) {
            set(broker, upsertion("alice", ScramMechanism.SCRAM_SHA_512, ALICE));
            for (String user : List.of("alice", "nobody")) {
                long begun = System.nanoTime();
                assertThatThrownBy(() -> describe(client(broker, "SASL_SSL", "SCRAM-SHA-512", user, "guess")))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(SaslAuthenticationException.class)
                        .hasMessage("Authentication failed during authentication due to invalid credentials with SASL"
                                + " mechanism SCRAM-SHA-512");
                assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(300));
            }
            assertThatThrownBy(() -> describe(client(broker, "SASL_SSL", "PLAIN", "bob", BOB)))
                    .hasCauseInstanceOf(UnsupportedSaslMechanismException.class);
            describe(client(broker, "SASL_SSL", "SCRAM-SHA-512", "alice", ALICE));
        }
    }

    /// The client logs in again on its own before each half second is over, on the connections that it has.
    @Test
    void sessionsEndAndAreRenewed() throws Exception {
        var settings = settings("connections.max.reauth.ms", "2500");
        try (var broker = Barnabas.start(settings)) {
            set(broker, upsertion("alice", ScramMechanism.SCRAM_SHA_512, ALICE));
            Map<String, Object> client = client(broker, "SASL_SSL", "SCRAM-SHA-512", "alice", ALICE);
            client.put("retries", 0);
            client.put("linger.ms", 0);
            try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (renewals(producer) < 2) {
                    producer.send(new ProducerRecord<>("t", 0, null, new byte[10]))
                            .get();
                    assertThat(System.nanoTime()).isLessThan(end);
                }
            }
        }
    }

    private static double renewals(KafkaProducer<byte[], byte[]> producer) {
        return (Double) producer.metrics().entrySet().stream()
                .filter(each -> each.getKey().name().equals("successful-reauthentication-total"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .metricValue();
    }

    @Test
    void credentialsAreDescribedAndRefusedAsByKafka() throws Exception {
        try (var broker = Barnabas.start(settings());
                var admin = plain(broker)) {
            set(
                    broker,
                    upsertion("alice", ScramMechanism.SCRAM_SHA_512, ALICE),
                    upsertion("alice", ScramMechanism.SCRAM_SHA_256, ALICE),
                    upsertion("bob", ScramMechanism.SCRAM_SHA_256, BOB));
            var all = admin.describeUserScramCredentials().all().get();
            assertThat(all.get("alice").credentialInfos()).hasSize(2);
            assertThat(all.get("bob").credentialInfos())
                    .containsExactly(new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096));
            assertThatThrownBy(() -> admin.describeUserScramCredentials(List.of("carol"))
                            .description("carol")
                            .get())
                    .hasCauseInstanceOf(ResourceNotFoundException.class)
                    .hasMessageContaining("Attempt to describe a user credential that does not exist: carol");
            refused(
                    admin,
                    DuplicateResourceException.class,
                    "twice in the same request",
                    upsertion("alice", ScramMechanism.SCRAM_SHA_512, "x"),
                    new UserScramCredentialDeletion("alice", ScramMechanism.SCRAM_SHA_512));
            refused(
                    admin,
                    ResourceNotFoundException.class,
                    "does not exist",
                    new UserScramCredentialDeletion("bob", ScramMechanism.SCRAM_SHA_512));
            refused(
                    admin,
                    UnacceptableCredentialException.class,
                    "Too few iterations",
                    new UserScramCredentialUpsertion(
                            "x", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4095), "x"));
            refused(
                    admin,
                    UnacceptableCredentialException.class,
                    "Too many iterations",
                    new UserScramCredentialUpsertion(
                            "x", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 16385), "x"));
            refused(
                    admin,
                    UnacceptableCredentialException.class,
                    "Username must not be empty",
                    upsertion("", ScramMechanism.SCRAM_SHA_512, "x"));
        }
    }

    private static void refused(
            Admin admin, Class<? extends Throwable> type, String words, UserScramCredentialAlteration... changes) {
        assertThatThrownBy(() ->
                        admin.alterUserScramCredentials(List.of(changes)).all().get())
                .hasCauseInstanceOf(type)
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    sasl.enabled.mechanisms | NTLM | sasl.enabled.mechanisms: NTLM is not served
                    sasl.enabled.mechanisms | GSSAPI | gssapi.sasl.jaas.config must be set for GSSAPI
                    sasl.enabled.mechanisms | PLAIN | plain.sasl.jaas.config must be set for PLAIN
                    listener.name.sasl_plaintext.plain.sasl.jaas.config | com.sun.security.auth.module.JndiLoginModule required; | JndiLoginModule is not allowed
                    listener.name.sasl_plaintext.plain.sasl.jaas.config | org.apache.kafka.common.security.plain.PlainLoginModule required user_a="pass-3" | semicolon at its end is missing
                    listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config | org.apache.kafka.common.security.plain.PlainLoginModule required; | must be ScramLoginModule
                    """)
    void settingsThatCannotBeServedStopTheStart(String name, String value, String words) throws Exception {
        var settings = settings(name, value);
        assertThatThrownBy(() -> Barnabas.start(settings))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining("pass-3");
        assertThat(folder.resolve("logs")).doesNotExist();
    }
}
