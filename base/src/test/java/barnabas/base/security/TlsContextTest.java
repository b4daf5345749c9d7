package barnabas.base.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys and trust in every form that Kafka takes, shown by handshakes in memory; and one line for each way in which
/// they can be wrong.
class TlsContextTest {
    private static final Duration LONG = Duration.ofDays(365);

    @TempDir
    private Path folder;

    private TestAuthority authority;
    private TestAuthority.Identity broker;

    @BeforeEach
    void issue() throws Exception {
        authority = new TestAuthority("ca");
        broker = authority.issue("CN=broker", LONG, "localhost", "127.0.0.1");
    }

    private TlsContext server(Map<String, String> settings) throws SecuritySettingException {
        return TlsContext.server(TlsSettings.of(settings::get), new FileDisk());
    }

    private TlsContext client(Map<String, String> more) throws Exception {
        var settings =
                new HashMap<>(Map.of("ssl.truststore.type", "PEM", "ssl.truststore.certificates", authority.pem()));
        settings.putAll(more);
        return TlsContext.client(TlsSettings.of(settings::get), new FileDisk());
    }

    private Map<String, String> inline() throws Exception {
        return Map.of(
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", broker.chainPem(),
                "ssl.keystore.key", broker.keyPem());
    }

    /// Runs both sides until both are done.
    private static String handshake(SSLEngine server, SSLEngine client) throws SSLException {
        ByteBuffer toServer = ByteBuffer.allocate(1 << 16);
        ByteBuffer toClient = ByteBuffer.allocate(1 << 16);
        ByteBuffer plain = ByteBuffer.allocate(1 << 16);
        server.beginHandshake();
        client.beginHandshake();
        for (int round = 0; round < 50; round++) {
            step(client, toServer, toClient, plain);
            step(server, toClient, toServer, plain);
        }
        assertThat(server.getHandshakeStatus()).isEqualTo(SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING);
        return server.getSession().getProtocol();
    }

    private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in, ByteBuffer plain) throws SSLException {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) task.run();
        engine.wrap(ByteBuffer.allocate(0), out);
        in.flip();
        if (in.hasRemaining()) engine.unwrap(in, plain);
        in.compact();
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) task.run();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PKCS12", "JKS"})
    void storesOfBothKinds(String type) throws Exception {
        Path keys = broker.store(folder.resolve("keys"), type, "secret-1");
        Path trust = authority.store(folder.resolve("trust"), type, "secret-2");
        TlsContext server = server(Map.of(
                "ssl.keystore.location",
                keys.toString(),
                "ssl.keystore.password",
                "secret-1",
                "ssl.keystore.type",
                type));
        TlsContext client = TlsContext.client(
                TlsSettings.of(Map.of(
                        "ssl.truststore.location",
                        trust.toString(),
                        "ssl.truststore.password",
                        "secret-2",
                        "ssl.truststore.type",
                        type)::get),
                new FileDisk());
        assertThat(handshake(server.serverEngine(), client.clientEngine("localhost", 1)))
                .isEqualTo("TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl.truststore.location", "ssl.truststore.certificates"})
    void emptyTrustIsNotTheTrustOfTheJdk(String setting) {
        assertThatThrownBy(() -> TlsSettings.of(Map.of(setting, " ")::get)).hasMessageContaining(setting + " is empty");
    }

    @Test
    void pemInSettingsAndInFiles() throws Exception {
        TlsContext server = server(inline());
        assertThat(handshake(server.serverEngine(), client(Map.of()).clientEngine("localhost", 1)))
                .isEqualTo("TLSv1.3");
        Path file = folder.resolve("broker.pem");
        Files.writeString(file, "a comment\n" + broker.keyPem() + TestAuthority.joined(broker.chain()));
        Path trust = Files.writeString(folder.resolve("ca.pem"), authority.pem());
        TlsContext fromFile = server(Map.of("ssl.keystore.type", "pem", "ssl.keystore.location", file.toString()));
        TlsContext trusting = TlsContext.client(
                TlsSettings.of(Map.of("ssl.truststore.type", "PEM", "ssl.truststore.location", trust.toString())::get),
                new FileDisk());
        handshake(fromFile.serverEngine(), trusting.clientEngine("127.0.0.1", 1));
    }

    @Test
    void anEncryptedPemKeyNeedsItsPassword() throws Exception {
        var settings = new HashMap<>(inline());
        settings.put("ssl.keystore.key", broker.encryptedKeyPem("open"));
        assertThatThrownBy(() -> server(settings)).hasMessageContaining("ssl.key.password is not set");
        settings.put("ssl.key.password", "wrong");
        assertThatThrownBy(() -> server(settings))
                .hasMessageContaining("cannot be decrypted with ssl.key.password")
                .hasMessageNotContaining("wrong");
        settings.put("ssl.key.password", "open");
        handshake(server(settings).serverEngine(), client(Map.of()).clientEngine("localhost", 1));
    }

    @Test
    void theNameOfTheHostIsChecked() throws Exception {
        TlsContext server = server(inline());
        assertThatThrownBy(
                        () -> handshake(server.serverEngine(), client(Map.of()).clientEngine("other.example", 1)))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("other.example");
        TlsContext careless = TlsContext.client(client(Map.of()).settings().withHostNameCheck(""), new FileDisk());
        handshake(server.serverEngine(), careless.clientEngine("other.example", 1));
    }

    @Test
    void clientsShowCertificatesAsAsked() throws Exception {
        TestAuthority.Identity alice = authority.issue("CN=alice,OU=sales", LONG);
        var trusting = new HashMap<>(inline());
        trusting.put("ssl.truststore.type", "PEM");
        trusting.put("ssl.truststore.certificates", authority.pem());
        TlsContext server = server(trusting);
        TlsContext withKey = client(Map.of(
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", alice.chainPem(),
                "ssl.keystore.key", alice.keyPem()));
        TlsContext without = client(Map.of());
        for (var asked : List.of(TlsSettings.ClientAuth.REQUESTED, TlsSettings.ClientAuth.REQUIRED)) {
            TlsContext asking = TlsContext.server(server.settings().with(asked), new FileDisk());
            SSLEngine engine = asking.serverEngine();
            handshake(engine, withKey.clientEngine("localhost", 1));
            assertThat(engine.getSession().getPeerPrincipal().getName()).isEqualTo("CN=alice,OU=sales");
        }
        SSLEngine requested = TlsContext.server(
                        server.settings().with(TlsSettings.ClientAuth.REQUESTED), new FileDisk())
                .serverEngine();
        handshake(requested, without.clientEngine("localhost", 1));
        assertThatThrownBy(() -> requested.getSession().getPeerPrincipal())
                .isInstanceOf(SSLPeerUnverifiedException.class);
        SSLEngine required = TlsContext.server(server.settings().with(TlsSettings.ClientAuth.REQUIRED), new FileDisk())
                .serverEngine();
        assertThatThrownBy(() -> handshake(required, without.clientEngine("localhost", 1)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void aForeignCertificateIsRefused() throws Exception {
        var stranger = new TestAuthority("stranger").issue("CN=broker", LONG, "localhost");
        TlsContext server = server(Map.of(
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", stranger.chainPem(),
                "ssl.keystore.key", stranger.keyPem()));
        assertThatThrownBy(
                        () -> handshake(server.serverEngine(), client(Map.of()).clientEngine("localhost", 1)))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void onlyTls12And13() throws Exception {
        var settings = new HashMap<>(inline());
        settings.put("ssl.enabled.protocols", "TLSv1.2");
        assertThat(handshake(server(settings).serverEngine(), client(Map.of()).clientEngine("localhost", 1)))
                .isEqualTo("TLSv1.2");
        assertThat(server(inline()).serverEngine().getEnabledCipherSuites()).noneMatch(each -> each.endsWith("_SHA"));
        settings.put("ssl.enabled.protocols", "TLSv1.1,TLSv1.2");
        assertThatThrownBy(() -> server(settings))
                .hasMessage("ssl.enabled.protocols: TLSv1.1 is none of [TLSv1.2, TLSv1.3]");
        settings.put("ssl.enabled.protocols", "TLSv1.3");
        settings.put("ssl.cipher.suites", "TLS_AES_128_GCM_SHA256");
        SSLEngine engine = server(settings).serverEngine();
        handshake(engine, client(Map.of()).clientEngine("localhost", 1));
        assertThat(engine.getSession().getCipherSuite()).isEqualTo("TLS_AES_128_GCM_SHA256");
        settings.put("ssl.cipher.suites", "TLS_NONE");
        assertThatThrownBy(() -> server(settings)).hasMessage("ssl.cipher.suites: TLS_NONE is not supported");
    }

    @Test
    void eachProblemIsOneLineWithTheFile() throws Exception {
        Path keys = broker.store(folder.resolve("keys.p12"), "PKCS12", "secret-1");
        String location = keys.toString();
        assertThatThrownBy(() -> server(Map.of()))
                .hasMessageContaining("ssl.keystore.location")
                .hasMessageContaining("must be set");
        assertThatThrownBy(() -> server(store(location + ".none", "secret-1")))
                .hasMessage("ssl.keystore.location=" + location + ".none: the file does not exist");
        assertThatThrownBy(() -> server(store(folder.toString(), "secret-1")))
                .hasMessage("ssl.keystore.location=" + folder + ": it is a directory");
        assertThatThrownBy(() -> server(store(location, "guess")))
                .hasMessage("ssl.keystore.location=" + location + ": keystore password was incorrect");
        Path garbage = Files.write(folder.resolve("garbage"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> server(store(garbage.toString(), "x")))
                .hasMessageStartingWith("ssl.keystore.location=" + garbage + ": ")
                .hasMessageNotContaining("\n");
        Path noKey = authority.store(folder.resolve("trust.p12"), "PKCS12", "x");
        assertThatThrownBy(() -> server(store(noKey.toString(), "x")))
                .hasMessage("ssl.keystore.location=" + noKey + ": there is no private key");
        var mixed = new HashMap<>(inline());
        mixed.put("ssl.keystore.key", authority.issue("CN=other", LONG).keyPem());
        assertThatThrownBy(() -> server(mixed)).hasMessageContaining("do not match");
        mixed.put("ssl.keystore.key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> server(mixed)).hasMessageContaining("openssl pkcs8 -topk8");
    }

    private static Map<String, String> store(String location, String password) {
        return Map.of(
                "ssl.keystore.type", "PKCS12",
                "ssl.keystore.location", location,
                "ssl.keystore.password", password);
    }

    @Test
    void noSecretIsInATextOfTheSettings() throws Exception {
        var settings = new HashMap<>(inline());
        settings.put("ssl.keystore.password", "secret-1");
        settings.put("ssl.key.password", "secret-2");
        settings.put("ssl.truststore.password", "secret-3");
        assertThat(TlsSettings.of(settings::get).toString()).doesNotContain("secret-", "BEGIN");
    }
}
