package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.CertificateAuthority;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pages at `https` addresses.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class EncryptedPagesTest {
    private static final String HTTP = "barnabas.http.listeners";

    private final CertificateAuthority authority;

    @TempDir
    private Path data;

    EncryptedPagesTest() throws Exception {
        authority = CertificateAuthority.create(
                "CN=Test CA", Instant.now().minus(Duration.ofDays(1)), Duration.ofDays(9), new SecureRandom());
    }

    private String key(String name) throws Exception {
        var identity = authority.issue(
                name, List.of("127.0.0.1"), Instant.now().minus(Duration.ofDays(1)), Duration.ofDays(8));
        return identity.keyPem() + identity.chainPem();
    }

    private Barnabas start(String addresses, Map<String, String> more) throws StartFailure {
        var settings = new HashMap<>(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.resolve("log").toString(),
                HTTP,
                addresses));
        settings.putAll(more);
        return Barnabas.start(settings);
    }

    private Path keyFile(String name) throws Exception {
        Path written = Files.writeString(data.resolve("key.new"), key(name));
        return Files.move(
                written, data.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private Barnabas startWithKey(String addresses) throws Exception {
        return start(
                addresses,
                Map.of(
                        "ssl.keystore.type", "PEM",
                        "ssl.keystore.location", keyFile("CN=first").toString(),
                        // for Kafka's listeners: browsers have no certificate
                        "ssl.client.auth", "required"));
    }

    private HttpClient client() throws Exception {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", authority.own().chain().getFirst());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    /// Of an address like `https://127.0.0.1:4711`.
    private static Socket connect(String url) throws IOException {
        URI uri = URI.create(url);
        var socket = new Socket(uri.getHost(), uri.getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static String certificate(HttpResponse<String> response) throws IOException {
        var certificate = (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    @Test
    void plainAndEncryptedAddressesServeTheSame() throws Exception {
        try (var broker = startWithKey("http://127.0.0.1:0,https://127.0.0.1:0");
                HttpClient client = client()) {
            List<String> urls = broker.httpUrls();
            assertThat(urls.get(0)).startsWith("http://127.0.0.1:");
            assertThat(urls.get(1)).startsWith("https://127.0.0.1:");
            for (String url : urls) {
                assertThat(get(client, url + "/health/ready").body()).contains("\"ready\"");
                assertThat(get(client, url + "/metrics").body())
                        .contains("barnabas_network_certificate_expires_at{listener=\"HTTPS\"}");
            }
            HttpResponse<String> encrypted = get(client, urls.get(1) + "/health/live");
            assertThat(encrypted.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
            assertThatThrownBy(() -> get(HttpClient.newHttpClient(), urls.get(1) + "/health/live"))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void registryAddressesMayBeEncryptedToo() throws Exception {
        Map<String, String> settings = Map.of(
                "barnabas.schema.registry.listeners", "https://127.0.0.1:0",
                "listener.name.https.ssl.keystore.type", "PEM",
                "listener.name.https.ssl.keystore.location", keyFile("CN=own").toString());
        try (var broker = start("", settings);
                HttpClient client = client()) {
            HttpResponse<String> response = get(client, broker.registryUrls().getFirst() + "/nothing");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(certificate(response)).isEqualTo("CN=own");
        }
    }

    @Test
    void changedKeyCountsForNewConnections() throws Exception {
        try (var broker = startWithKey("https://127.0.0.1:0")) {
            String url = broker.httpUrls().getFirst() + "/health/live";
            try (HttpClient client = client()) {
                assertThat(certificate(get(client, url))).isEqualTo("CN=first");
            }
            Path _ = keyFile("CN=second");
            String shown;
            do {
                try (HttpClient client = client()) {
                    shown = certificate(get(client, url));
                }
            } while (shown.equals("CN=first"));
            assertThat(shown).isEqualTo("CN=second");
        }
    }

    @Test
    void addressWithoutKeyStopsTheStart() {
        assertThatThrownBy(() -> start("https://127.0.0.1:0", Map.of()))
                .isInstanceOf(StartFailure.class)
                .hasMessage("Listener HTTPS: no key: ssl.keystore.location, or ssl.keystore.key and"
                        + " ssl.keystore.certificate.chain, must be set");
    }

    @Test
    void misspeltSettingStopsTheStart() throws Exception {
        String key = keyFile("CN=first").toString();
        assertThatThrownBy(() -> start(
                        "https://127.0.0.1:0",
                        Map.of(
                                "ssl.keystore.type",
                                "PEM",
                                "ssl.keystore.location",
                                key,
                                "listener.name.htps.ssl.client.auth",
                                "required")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("there is no listener HTPS, the nearest is HTTPS");
    }

    @Test
    void listenerOfKafkaMayNotHaveTheNameToo() throws Exception {
        String key = keyFile("CN=first").toString();
        assertThatThrownBy(() -> start(
                        "https://127.0.0.1:0",
                        Map.of(
                                "listeners", "HTTPS://127.0.0.1:0",
                                "inter.broker.listener.name", "HTTPS",
                                "listener.security.protocol.map", "HTTPS:PLAINTEXT",
                                "ssl.keystore.type", "PEM",
                                "ssl.keystore.location", key)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("the name HTTPS belongs to https addresses of barnabas.http.listeners");
    }

    @Test
    void plainTextIsClosedAndHalfHandshakesMakeRoom() throws Exception {
        var held = new ArrayList<Socket>();
        try (var broker = startWithKey("https://127.0.0.1:0");
                HttpClient client = client()) {
            String url = broker.httpUrls().getFirst();
            try (Socket plain = connect(url)) {
                plain.getOutputStream().write("GET /health/live HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(read(plain)).doesNotContain("HTTP/1.1 200");
            }
            // a record of a handshake that says it is longer than what comes
            byte[] half = {22, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc};
            for (int i = 0; i < 200; i++) {
                Socket socket = connect(url);
                held.add(socket);
                socket.getOutputStream().write(half);
            }
            assertThat(get(client, url + "/health/live").body()).contains("live");
            // the first ones were closed for those that came later
            assertThat(read(held.getFirst())).isEmpty();
        } finally {
            for (Socket each : held) each.close();
        }
    }

    private static String read(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (SocketException reset) {
            return "";
        }
    }

    @Test
    void oldProtocolsAreRefused() throws Exception {
        try (var broker = startWithKey("https://127.0.0.1:0")) {
            // TLS 1.1 in the client's hello
            byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
            byte[] begin = {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 2};
            System.arraycopy(begin, 0, hello, 0, begin.length);
            hello[hello.length - 6] = 0;
            hello[hello.length - 5] = 2;
            hello[hello.length - 4] = 0;
            hello[hello.length - 3] = 0x2f;
            hello[hello.length - 2] = 1;
            try (Socket socket = connect(broker.httpUrls().getFirst())) {
                socket.getOutputStream().write(hello);
                byte[] alert = socket.getInputStream().readNBytes(7);
                // alert, fatal, protocol_version
                assertThat(alert).startsWith(21).endsWith(2, 70);
            }
        }
    }
}
