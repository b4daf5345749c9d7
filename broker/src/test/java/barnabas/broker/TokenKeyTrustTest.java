package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.TestAuthority;
import barnabas.broker.identity.tokens.TokenService;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trust in the service that has the keys of tokens: that of the JVM, or of the login module's options `ssl.*`.
class TokenKeyTrustTest {
    private static final String ALLOWED = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final String PASSWORD = "of-this-test";

    @TempDir
    private Path folder;

    private final AtomicInteger fetches = new AtomicInteger();
    private TestAuthority authority;
    private HttpsServer web;
    private String url;

    @BeforeEach
    void serveKeys() throws Exception {
        authority = new TestAuthority("ca of the token service");
        serveKeys("127.0.0.1");
    }

    private void serveKeys(String host) throws Exception {
        web = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        web.setHttpsConfigurator(new HttpsConfigurator(tls(host)));
        byte[] keys = new TokenService().keySet().getBytes(StandardCharsets.UTF_8);
        web.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            exchange.sendResponseHeaders(200, keys.length);
            exchange.getResponseBody().write(keys);
            exchange.close();
        });
        web.start();
        url = "https://127.0.0.1:" + web.getAddress().getPort() + "/keys";
        System.setProperty(ALLOWED, url);
    }

    private SSLContext tls(String host) throws Exception {
        Path file = authority
                .issue("CN=tokens", Duration.ofDays(1), host)
                .store(folder.resolve("tokens.p12"), "PKCS12", PASSWORD);
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()), PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    @AfterEach
    void stop() {
        System.clearProperty(ALLOWED);
        web.stop(0);
    }

    private Map<String, String> settings(String options) {
        var settings = new HashMap<>(Map.of(
                "node.id",
                "1",
                "log.dirs",
                folder.resolve("logs").toString(),
                "listeners",
                "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0",
                "sasl.enabled.mechanisms",
                "OAUTHBEARER",
                "sasl.oauthbearer.jwks.endpoint.url",
                url,
                "sasl.oauthbearer.expected.audience",
                TokenService.AUDIENCE,
                "sasl.oauthbearer.expected.issuer",
                TokenService.ISSUER));
        if (!options.isEmpty())
            settings.put(
                    "listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config",
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required " + options + ";");
        return settings;
    }

    private static String trusting(Path file) {
        return "ssl.truststore.type=\"PEM\" ssl.truststore.location=\"" + file + "\"";
    }

    private void refusesToStart(String reason, String options) {
        assertThatThrownBy(() -> Barnabas.start(settings(options)).close())
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining(reason);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void keysAreFetchedWithTheTrustOfTheLoginModule() throws Exception {
        Path trusted = Files.writeString(folder.resolve("ca.pem"), authority.pem());
        Path other = Files.writeString(folder.resolve("other.pem"), new TestAuthority("other").pem());
        refusesToStart(url + " cannot be read", "");
        refusesToStart(url + " cannot be read", trusting(other));
        refusesToStart("absent.pem", trusting(folder.resolve("absent.pem")));
        refusesToStart("ssl.truststore.location is empty", "ssl.truststore.location=\"\"");
        Barnabas.start(settings(trusting(trusted))).close();
        assertThat(fetches).hasValue(1);
    }

    @Test
    void theNameOfTheServiceIsCheckedStill() throws Exception {
        web.stop(0);
        serveKeys("other.example");
        Path trusted = Files.writeString(folder.resolve("ca.pem"), authority.pem());
        refusesToStart(url + " cannot be read", trusting(trusted));
    }
}
