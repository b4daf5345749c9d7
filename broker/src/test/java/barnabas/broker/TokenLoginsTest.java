package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.identity.tokens.TokenService;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeRequest;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.security.auth.callback.Callback;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// OAUTHBEARER of the official Java client, and of a client that does as it likes, with a token service of the test's
/// own.
@Timeout(240)
class TokenLoginsTest {
    private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final AtomicReference<Supplier<String>> TOKENS = new AtomicReference<>(() -> "");

    @TempDir
    private Path folder;

    private TokenService service;
    private Path keys;

    @BeforeEach
    void open() throws Exception {
        service = new TokenService();
        keys = Files.writeString(folder.resolve("keys.json"), service.keySet());
    }

    @AfterEach
    void forget() {
        System.clearProperty(ALLOWED);
    }

    private Map<String, String> settings(String... more) {
        var settings = new HashMap<>(Map.of(
                "node.id", "1",
                "log.dirs", folder.resolve("logs").toString(),
                "listeners", "SASL_PLAINTEXT://127.0.0.1:0",
                "inter.broker.listener.name", "SASL_PLAINTEXT",
                "sasl.mechanism.inter.broker.protocol", "OAUTHBEARER",
                "sasl.enabled.mechanisms", "OAUTHBEARER",
                "sasl.oauthbearer.jwks.endpoint.url", keys.toUri().toString(),
                "sasl.oauthbearer.expected.audience", TokenService.AUDIENCE,
                "listener.name.sasl_plaintext.oauthbearer.sasl.oauthbearer.expected.issuer", TokenService.ISSUER,
                "connection.failed.authentication.delay.ms", "10"));
        for (int i = 0; i < more.length; i += 2) {
            if (more[i + 1].isEmpty()) settings.remove(more[i]);
            else settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private String token(String user, int seconds) {
        try {
            return service.token(user, System.currentTimeMillis() / 1_000 + seconds);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Hands the client the token of the moment, as a login module of a token service does.
    public static final class Login implements AuthenticateCallbackHandler {
        @Override
        public void configure(Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {}

        @Override
        public void handle(Callback[] callbacks) {
            for (Callback each : callbacks)
                if (each instanceof OAuthBearerTokenCallback wanted)
                    wanted.token(new Shown(TOKENS.get().get()));
        }

        @Override
        public void close() {}
    }

    private record Shown(String value) implements OAuthBearerToken {
        @Override
        public Set<String> scope() {
            return Set.of();
        }

        @Override
        public long lifetimeMs() {
            return System.currentTimeMillis() + 600_000;
        }

        @Override
        public String principalName() {
            return "client";
        }

        @Override
        public Long startTimeMs() {
            return null;
        }
    }

    private static Map<String, Object> client(Barnabas broker) {
        return Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "security.protocol", "SASL_PLAINTEXT",
                "sasl.mechanism", "OAUTHBEARER",
                "sasl.jaas.config", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
                "sasl.login.callback.handler.class", Login.class.getName(),
                "request.timeout.ms", "60000",
                "default.api.timeout.ms", "100000",
                "max.block.ms", "100000");
    }

    private static void logsIn(Barnabas broker, Supplier<String> tokens) throws Exception {
        TOKENS.set(tokens);
        try (Admin admin = Admin.create(client(broker))) {
            admin.listTopics().names().get();
        }
    }

    private static void isRefused(Barnabas broker, Supplier<String> tokens) {
        assertThatThrownBy(() -> logsIn(broker, tokens))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(SaslAuthenticationException.class)
                .hasMessageContaining("{\"status\":\"invalid_token\"}");
    }

    @Test
    void theOfficialClientLogsInWithAToken() throws Exception {
        try (var broker = Barnabas.start(settings())) {
            logsIn(broker, () -> token("alice", 600));
            isRefused(broker, () -> token("alice", -600));
            var stranger = new TokenService();
            stranger.rotate();
            isRefused(broker, () -> {
                TokenService own = service;
                service = stranger;
                try {
                    return token("alice", 600);
                } finally {
                    service = own;
                }
            });
            logsIn(broker, () -> token("bob", 600));
        }
    }

    private static void await(String what, Condition condition) throws Exception {
        long end = System.nanoTime() + 100_000_000_000L;
        while (System.nanoTime() - end < 0) if (condition.holds()) return;
        throw new AssertionError(what);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static boolean canLogIn(Barnabas broker, String token) throws Exception {
        try (Socket socket = connect(broker)) {
            return authenticate(socket, token).errorCode() == ErrorCode.NONE.code();
        }
    }

    /// Under load: connections that stand are not closed, and no record is lost.
    @Test
    void aChangedFileOfKeysCountsForNewLogins() throws Exception {
        try (var broker = Barnabas.start(settings())) {
            TOKENS.set(() -> token("alice", 600));
            var values = new ByteArraySerializer();
            try (var producer = new KafkaProducer<>(client(broker), values, values)) {
                producer.send(new ProducerRecord<>("t", new byte[10])).get();
                String old = token("alice", 600);
                service.rotate();
                String fresh = token("alice", 600);
                assertThat(canLogIn(broker, fresh)).isFalse();
                Files.writeString(keys, service.keySet());
                await("a login with the new key", () -> {
                    producer.send(new ProducerRecord<>("t", new byte[10])).get();
                    return canLogIn(broker, fresh);
                });
                assertThat(canLogIn(broker, old)).isTrue();
                service.forgetOldKeys();
                Files.writeString(keys, service.keySet());
                await("the end of the old key", () -> {
                    producer.send(new ProducerRecord<>("t", new byte[10])).get();
                    return !canLogIn(broker, old);
                });
                // What cannot be read leaves the keys before.
                Files.writeString(keys, "{\"keys\":");
                for (int i = 0; i < 3; i++) assertThat(canLogIn(broker, fresh)).isTrue();
                producer.send(new ProducerRecord<>("t", new byte[10])).get();
            }
        }
    }

    @Test
    void keysOfAnAllowedUrlAreFetchedAgainForAnUnknownKey() throws Exception {
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        var shown = new AtomicReference<>(service.keySet());
        web.createContext("/keys", exchange -> {
            byte[] body = shown.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.createContext("/elsewhere", exchange -> {
            exchange.getResponseHeaders().add("Location", "/keys");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        web.start();
        String address = "http://127.0.0.1:" + web.getAddress().getPort();
        try {
            String name = "sasl.oauthbearer.jwks.endpoint.url";
            refusesToStart("is not among the URLs of the system property", name, address + "/keys");
            System.setProperty(ALLOWED, address + "/keys, " + address + "/elsewhere");
            refusesToStart("HTTP status 302", name, address + "/elsewhere");
            try (var broker = Barnabas.start(settings(name, address + "/keys"))) {
                assertThat(canLogIn(broker, token("alice", 600))).isTrue();
                service.rotate();
                shown.set(service.keySet());
                await("a login with the new key", () -> canLogIn(broker, token("alice", 600)));
            }
        } finally {
            web.stop(0);
        }
    }

    /// As in CVE-2025-27817: neither settings nor tokens of clients have the broker read what they name.
    @Test
    void clientsCannotSayWhereKeysComeFrom() throws Exception {
        var stranger = new TokenService();
        var asked = new AtomicReference<>("nobody");
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        web.createContext("/", exchange -> {
            asked.set(exchange.getRequestURI().toString());
            byte[] body = stranger.keySet().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        web.start();
        String url = "http://127.0.0.1:" + web.getAddress().getPort() + "/keys";
        try (var broker = Barnabas.start(settings())) {
            setKeys(broker, url);
            isOnlyOf(service, broker, stranger, url);
        }
        // Nothing was stored for the next start either.
        try (var broker = Barnabas.start(settings())) {
            isOnlyOf(service, broker, stranger, url);
            assertThat(asked).hasValue("nobody");
        } finally {
            web.stop(0);
        }
    }

    /// Refused under each name: nothing is stored that would have no effect.
    private void setKeys(Barnabas broker, String url) throws Exception {
        TOKENS.set(() -> token("alice", 600));
        String listener = "listener.name.sasl_plaintext.";
        try (var admin = Admin.create(client(broker))) {
            for (String prefix : List.of("", listener, listener + "oauthbearer.")) {
                var change = new AlterConfigOp(
                        new ConfigEntry(prefix + "sasl.oauthbearer.jwks.endpoint.url", url), AlterConfigOp.OpType.SET);
                var done = admin.incrementalAlterConfigs(
                                Map.of(new ConfigResource(ConfigResource.Type.BROKER, "1"), List.of(change)))
                        .all();
                assertThatThrownBy(done::get).hasCauseInstanceOf(InvalidRequestException.class);
            }
        }
    }

    private static void isOnlyOf(TokenService known, Barnabas broker, TokenService stranger, String url)
            throws Exception {
        long end = System.currentTimeMillis() / 1_000 + 600;
        assertThat(canLogIn(broker, stranger.token("alice", end))).isFalse();
        assertThat(canLogIn(broker, stranger.pointsTo(url, "alice", end))).isFalse();
        assertThat(canLogIn(broker, known.pointsTo(url, "alice", end))).isTrue();
    }

    private void refusesToStart(String reason, String... more) {
        assertThatThrownBy(() -> Barnabas.start(settings(more)).close())
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(reason);
    }

    /// As in CVE-2026-110985: without keys nothing is accepted, not everything.
    @Test
    void aStartWithHalfOfTheSettingsIsRefused() throws Exception {
        refusesToStart("sasl.oauthbearer.jwks.endpoint.url must be set", "sasl.oauthbearer.jwks.endpoint.url", "");
        refusesToStart("sasl.oauthbearer.expected.audience must be set", "sasl.oauthbearer.expected.audience", "");
        refusesToStart(
                "sasl.oauthbearer.expected.issuer must be set",
                "listener.name.sasl_plaintext.oauthbearer.sasl.oauthbearer.expected.issuer",
                "");
        refusesToStart("cannot be read", "sasl.oauthbearer.jwks.endpoint.url", "file:///absent/keys.json");
        refusesToStart(
                "must begin with file:, https: or http:",
                "sasl.oauthbearer.jwks.endpoint.url",
                "ldap://127.0.0.1/keys");
        refusesToStart(
                "login module must be OAuthBearerLoginModule",
                "listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_a=\"b\";");
        refusesToStart(
                "is not served",
                "listener.name.sasl_plaintext.oauthbearer.sasl.server.callback.handler.class",
                "com.example.AcceptAll");
        Files.writeString(keys, "{\"keys\":[]}");
        refusesToStart("no key that can verify signatures");
    }

    private static Socket connect(Barnabas broker) throws IOException {
        return new Socket(
                InetAddress.getLoopbackAddress(),
                broker.address("SASL_PLAINTEXT").getPort());
    }

    private static SaslAuthenticateResponse send(Socket socket, String message) throws IOException {
        RawRequests.send(
                socket,
                ApiKey.SASL_AUTHENTICATE,
                2,
                new SaslAuthenticateRequest(ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8))));
        return (SaslAuthenticateResponse) RawRequests.receive(socket, ApiKey.SASL_AUTHENTICATE, 2);
    }

    private static SaslAuthenticateResponse authenticate(Socket socket, String token) throws IOException {
        RawRequests.send(socket, ApiKey.SASL_HANDSHAKE, 1, new SaslHandshakeRequest("OAUTHBEARER"));
        RawRequests.receive(socket, ApiKey.SASL_HANDSHAKE, 1);
        SaslAuthenticateResponse answer = send(socket, "n,,\u0001auth=Bearer " + token + "\u0001\u0001");
        return answer.authBytes().hasRemaining() ? send(socket, "\u0001") : answer;
    }

    private static boolean isServed(Socket socket) {
        try {
            RawRequests.send(
                    socket, ApiKey.METADATA, 12, MetadataRequest.builder().build());
            RawRequests.receive(socket, ApiKey.METADATA, 12);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// A token's expiry ends the session, unless the client logs in again as the same user.
    @Test
    void aSessionEndsWithItsToken() throws Exception {
        try (var broker = Barnabas.start(settings("sasl.oauthbearer.clock.skew.seconds", "5"))) {
            try (Socket socket = connect(broker)) {
                SaslAuthenticateResponse answer = authenticate(socket, token("alice", 3));
                assertThat(answer.sessionLifetimeMs()).isBetween(1L, 3_000L);
                // A request that comes before the end is served, one behind it closes the connection.
                await("the end of the session", () -> !isServed(socket));
            }
            try (Socket socket = connect(broker)) {
                assertThat(authenticate(socket, token("alice", 30)).errorCode()).isZero();
                SaslAuthenticateResponse again = authenticate(socket, token("alice", 600));
                assertThat(again.sessionLifetimeMs()).isGreaterThan(500_000);
                assertThat(isServed(socket)).isTrue();
            }
            try (Socket socket = connect(broker)) {
                assertThat(authenticate(socket, token("alice", 600)).errorCode())
                        .isZero();
                SaslAuthenticateResponse other = authenticate(socket, token("bob", 600));
                assertThat(ErrorCode.of(other.errorCode())).isEqualTo(ErrorCode.SASL_AUTHENTICATION_FAILED);
                assertThat(isServed(socket)).isFalse();
            }
        }
    }

    @Test
    void messagesThatAreNoneAreRefused() throws Exception {
        try (var broker = Barnabas.start(settings())) {
            String token = token("alice", 600);
            for (String message : List.of(
                    "",
                    "\u0001",
                    "n,,",
                    "n,,\u0001\u0001",
                    "n,,\u0001auth=Bearer \u0001\u0001",
                    "n,,\u0001auth=Basic " + token + "\u0001\u0001",
                    "n,,\u0001auth=Bearer " + token + "\u0001auth=Bearer " + token + "\u0001\u0001",
                    "n,a=bob,\u0001auth=Bearer " + token + "\u0001\u0001",
                    "y,,\u0001auth=Bearer " + token + "\u0001\u0001",
                    "n,,\u0001=x\u0001auth=Bearer " + token + "\u0001\u0001",
                    "n,,\u0001" + "a=b\u0001".repeat(200) + "auth=Bearer " + token + "\u0001\u0001")) {
                try (Socket socket = connect(broker)) {
                    RawRequests.send(socket, ApiKey.SASL_HANDSHAKE, 1, new SaslHandshakeRequest("OAUTHBEARER"));
                    RawRequests.receive(socket, ApiKey.SASL_HANDSHAKE, 1);
                    assertThat(ErrorCode.of(send(socket, message).errorCode()))
                            .as(message)
                            .isEqualTo(ErrorCode.SASL_AUTHENTICATION_FAILED);
                    assertThat(isServed(socket)).isFalse();
                }
            }
            try (Socket socket = connect(broker)) {
                RawRequests.send(socket, ApiKey.SASL_HANDSHAKE, 1, new SaslHandshakeRequest("OAUTHBEARER"));
                RawRequests.receive(socket, ApiKey.SASL_HANDSHAKE, 1);
                assertThat(send(socket, "n,a=alice,\u0001ext=1\u0001auth=bearer " + token + "\u0001\u0001")
                                .errorCode())
                        .isZero();
            }
        }
    }
}
