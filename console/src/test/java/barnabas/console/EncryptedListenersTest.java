package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.security.CertificateAuthority;
import barnabas.console.ConsoleNode.Answer;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pages of nodes whose clients come over TLS.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EncryptedListenersTest {
    @TempDir
    private Path data;

    /// Settings of a key whose certificate is for one name, from an authority that the node does not name as trusted.
    private static Map<String, String> keyFor(String host) throws Exception {
        var random = new SecureRandom();
        Instant from = Instant.now().minus(Duration.ofDays(1));
        var authority = CertificateAuthority.create("CN=Test CA", from, Duration.ofDays(9), random);
        var identity = authority.issue("CN=node", List.of(host), from, Duration.ofDays(8));
        return Map.of(
                "ssl.keystore.type",
                "PEM",
                "ssl.keystore.key",
                identity.keyPem(),
                "ssl.keystore.certificate.chain",
                identity.chainPem());
    }

    private static Map<String, String> with(Map<String, String> settings, Map<String, String> more) {
        var both = new HashMap<>(settings);
        both.putAll(more);
        return both;
    }

    /// The anonymous user is a super user, so that a page that came in without login would be noticed.
    private static Map<String, String> guarded(String advertised, String certificateHost) throws Exception {
        return with(
                keyFor(certificateHost),
                Map.of(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:0,SASL_SSL://127.0.0.1:0",
                        "advertised.listeners",
                        "PLAINTEXT://127.0.0.1:0,SASL_SSL://" + advertised + ":0",
                        "inter.broker.listener.name",
                        "PLAINTEXT",
                        "sasl.enabled.mechanisms",
                        "SCRAM-SHA-256",
                        "listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users",
                        "User:boss;User:ANONYMOUS"));
    }

    private static void addBoss(ConsoleNode node) throws Exception {
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", node.bootstrap().split(",")[0]))) {
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                            "boss", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "boss-secret")))
                    .all()
                    .get();
        }
    }

    @Test
    void usersLogInOverAnEncryptedListener() throws Exception {
        try (var node = ConsoleNode.start(data, guarded("node.example", "node.example"))) {
            addBoss(node);
            assertThat(node.get("/topics").code()).isEqualTo("LOGIN_REQUIRED");
            assertThat(node.login("boss", "guess").code()).isEqualTo("LOGIN_FAILED");
            Answer login = node.login("boss", "boss-secret");
            assertThat(login.status()).as(login.body().toString()).isEqualTo(200);
            assertThat(node.post("/topics", "{\"name\":\"orders\"}").status()).isEqualTo(200);
            assertThat(node.get("/topics").body().at("/total").asInt()).isEqualTo(1);
        }
    }

    /// A browser must not send the session over a connection that others can read.
    @Test
    void sessionOfAnEncryptedPageStaysOnEncryptedConnections() throws Exception {
        Map<String, String> pages = Map.of("barnabas.http.listeners", "http://127.0.0.1:0,https://127.0.0.1:0");
        try (var node = ConsoleNode.start(data, with(guarded("node.example", "node.example"), pages))) {
            addBoss(node);
            assertThat(cookie(node.login("boss", "boss-secret").whole())).doesNotContain("Secure");
            String encrypted = node.broker().httpUrls().getLast();
            try (HttpClient client =
                    HttpClient.newBuilder().sslContext(trusting()).build()) {
                HttpResponse<String> login = client.send(
                        HttpRequest.newBuilder(URI.create(encrypted + "/api/v1/session"))
                                .header("Content-Type", "application/json")
                                .header("Origin", encrypted)
                                .POST(BodyPublishers.ofString("{\"user\":\"boss\",\"password\":\"boss-secret\"}"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
                assertThat(cookie(login)).contains("; HttpOnly; SameSite=Strict; Secure");
                HttpResponse<String> page = client.send(
                        HttpRequest.newBuilder(URI.create(encrypted + "/topics"))
                                .build(),
                        BodyHandlers.ofString());
                assertThat(page.body()).contains("<!doctype html>");
            }
        }
    }

    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("set-cookie").orElseThrow();
    }

    /// Trust in any certificate: certificates are not what is tested.
    private static SSLContext trusting() throws Exception {
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, new TrustManager[] {new TrustAll()}, null);
        return tls;
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void certificateForAnotherNameIsRefused() throws Exception {
        try (var node = ConsoleNode.start(data, guarded("node.example", "other.example"))) {
            addBoss(node);
            Answer login = node.login("boss", "boss-secret");
            assertThat(login.status()).isGreaterThanOrEqualTo(400);
            assertThat(login.message()).contains("handshake", "node.example");
        }
    }

    @Test
    void nodeWithoutLoginsServesItsPageOverTls() throws Exception {
        try (var node = ConsoleNode.start(data, with(keyFor("127.0.0.1"), encrypted("none")))) {
            assertThat(node.post("/topics", "{\"name\":\"orders\"}").status()).isEqualTo(200);
            assertThat(node.get("/topics").body().at("/total").asInt()).isEqualTo(1);
        }
    }

    private static Map<String, String> encrypted(String clientAuth) {
        return Map.of(
                "listeners", "SSL://127.0.0.1:0", "inter.broker.listener.name", "SSL", "ssl.client.auth", clientAuth);
    }

    /// A page with the node's own certificate would have the node's rights.
    @Test
    void pageDoesNotComeInWithTheCertificateOfTheNode() throws Exception {
        try (var node = ConsoleNode.start(data, with(keyFor("127.0.0.1"), encrypted("required")))) {
            Answer answer = node.get("/topics");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.code()).isEqualTo("NO_LISTENER");
        }
    }
}
