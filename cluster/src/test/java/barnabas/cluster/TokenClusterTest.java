package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import barnabas.base.security.TokenEndpoint;
import barnabas.broker.StartFailure;
import barnabas.client.Address;
import barnabas.client.ClientSecurity;
import barnabas.client.Cluster;
import barnabas.client.ConnectionException;
import barnabas.client.ConnectionOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes, brokers and controllers, that log in to each other with tokens of a service; so does the client of
/// Barnabas.
@Timeout(120)
class TokenClusterTest {
    private static final String MODULE =
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;";

    private final TokenService service;

    @TempDir
    private Path folder;

    /// Short enough that sessions end, and begin again with other tokens, while the test runs.
    TokenClusterTest() throws Exception {
        service = new TokenService(3);
    }

    @BeforeEach
    void open() throws Exception {
        System.setProperty(TokenEndpoint.ALLOWED_URLS, service.url("/keys") + "," + service.url("/token"));
        for (int id = 1; id <= 3; id++) ClusterNode.format(id, folder);
    }

    @AfterEach
    void close() {
        System.clearProperty(TokenEndpoint.ALLOWED_URLS);
        service.close();
    }

    private Map<String, String> gettingTokens(String secret) {
        return Map.of(
                "sasl.oauthbearer.token.endpoint.url",
                service.url("/token"),
                "sasl.oauthbearer.client.credentials.client.id",
                TokenService.CLIENT,
                "sasl.oauthbearer.client.credentials.client.secret",
                secret,
                "sasl.oauthbearer.scope",
                "all of it");
    }

    private Map<String, String> settings(Map<String, String> plain) {
        var settings = new HashMap<>(plain);
        settings.replace("listeners", plain.get("listeners").replace("PLAINTEXT:", "NODES:") + ",PLAIN://127.0.0.1:0");
        settings.putAll(gettingTokens(TokenService.SECRET));
        settings.putAll(Map.of(
                "listener.security.protocol.map",
                "NODES:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT,PLAIN:PLAINTEXT",
                "inter.broker.listener.name",
                "NODES",
                "sasl.enabled.mechanisms",
                "OAUTHBEARER",
                "sasl.mechanism.inter.broker.protocol",
                "OAUTHBEARER",
                "sasl.mechanism.controller.protocol",
                "OAUTHBEARER",
                "sasl.oauthbearer.jwks.endpoint.url",
                service.url("/keys"),
                "sasl.oauthbearer.expected.audience",
                TokenService.AUDIENCE,
                "sasl.oauthbearer.expected.issuer",
                TokenService.ISSUER));
        settings.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        settings.put("super.users", "User:" + TokenService.CLIENT + ";User:ANONYMOUS");
        return settings;
    }

    private Map<String, String> client(String secret) {
        var settings = new HashMap<>(gettingTokens(secret));
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "OAUTHBEARER");
        settings.put("sasl.jaas.config", MODULE);
        return settings;
    }

    private static Cluster connect(String address, Map<String, String> settings) throws Exception {
        String[] part = address.split(":");
        var random = new Random(1);
        return new Cluster(
                List.of(new Address(part[0], Integer.parseInt(part[1]))),
                ConnectionOptions.of("test").with(ClientSecurity.of(settings, new FileDisk(), random)),
                Duration.ofSeconds(10),
                random);
    }

    @Test
    void nodesAndClientLogInWithTokensThatAreRenewed() throws Exception {
        try (var cluster = new LocalCluster(folder, ClusterNode.freePorts(3))) {
            var all = new TreeMap<Integer, Map<String, String>>();
            for (int id = 1; id <= 3; id++) all.put(id, settings(cluster.settings(id)));
            cluster.start(all);
            String plain = plain(cluster);
            try (Admin admin = LocalCluster.admin(plain)) {
                LocalCluster.createTopic(admin, "orders", 3, 3);
                LocalCluster.awaitInSync(admin, "orders", 3);
                // As many as three nodes need to begin, and then those of sessions that were renewed.
                int begun = service.given.get();
                LocalCluster.await("other tokens", () -> service.given.get() >= begun + 9);
                try (var producer = new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", plain),
                        new StringSerializer(),
                        new StringSerializer())) {
                    for (int partition = 0; partition < 3; partition++)
                        producer.send(new ProducerRecord<>("orders", partition, null, "v"))
                                .get();
                }
                LocalCluster.awaitInSync(admin, "orders", 3);
            }
            String nodes = cluster.nodes().get(1).bootstrapServers();
            try (Cluster own = connect(nodes, client(TokenService.SECRET))) {
                own.any();
            }
            try (Cluster stranger = connect(nodes, client("another"))) {
                assertThatThrownBy(stranger::any)
                        .isInstanceOf(ConnectionException.class)
                        .hasMessageContaining("gives no token: HTTP status 401");
            }
            assertThat(service.refused).hasPositiveValue();
        }
    }

    private static String plain(LocalCluster cluster) {
        return "127.0.0.1:" + cluster.nodes().get(1).address("PLAIN").getPort();
    }

    @Test
    void serviceThatIsNotAllowedEndsTheStart() {
        System.setProperty(TokenEndpoint.ALLOWED_URLS, service.url("/keys"));
        var settings = settings(ClusterNode.settings(1, List.of(1, 2, 3), folder));
        assertThatThrownBy(() -> ClusterNode.start(settings))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("sasl.oauthbearer.token.endpoint.url")
                .hasMessageContaining("is not among the URLs");
    }
}
