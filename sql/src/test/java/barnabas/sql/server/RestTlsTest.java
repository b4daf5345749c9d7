package barnabas.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.CertificateAuthority;
import barnabas.broker.Barnabas;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// REST under TLS.
@Timeout(120)
class RestTlsTest {
    @TempDir
    Path data;

    private static SSLContext trusting(CertificateAuthority authority) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", authority.own().chain().getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void requestsAreEncrypted() throws Exception {
        long seed = System.nanoTime();
        var authority = CertificateAuthority.create(
                "CN=ca " + seed, Instant.now().minusSeconds(600), Duration.ofDays(2), new Random(seed));
        CertificateAuthority.Identity identity = authority.issue(
                "CN=sql", List.of("127.0.0.1", "localhost"), Instant.now().minusSeconds(60), Duration.ofDays(1));
        var settings = new Properties();
        settings.setProperty("barnabas.sql.rest.ssl.keystore.type", "PEM");
        settings.setProperty("barnabas.sql.rest.ssl.keystore.key", identity.keyPem());
        assertThatThrownBy(() -> ServiceConfig.of(null, "127.0.0.1:0", settings))
                .hasMessageContaining("barnabas.sql.rest.");
        settings.setProperty("barnabas.sql.rest.ssl.keystore.certificate.chain", identity.chainPem());
        settings.setProperty("barnabas.sql.rest.ssl.kystore", "x");
        assertThatThrownBy(() -> ServiceConfig.of(null, "127.0.0.1:0", settings))
                .hasMessageContaining("barnabas.sql.rest.ssl.kystore");
        settings.remove("barnabas.sql.rest.ssl.kystore");
        try (Barnabas broker =
                        Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
                SqlService service = SqlService.start(broker.bootstrapServers(), "127.0.0.1:0", settings)) {
            assertThat(service.url()).startsWith("https://");
            URI url = URI.create(service.url());
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trusting(authority)).build();
            HttpResponse<String> made = post(
                    client,
                    url,
                    "/ksql",
                    "ksql",
                    "CREATE STREAM s (a INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON', PARTITIONS=1);"
                            + "INSERT INTO s VALUES (7);");
            assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
            goneReadersAreNoticed(trusting(authority), client, url);
            assertThatThrownBy(() -> HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(url.resolve("/info")).build(), BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
            URI plain = URI.create("http" + service.url().substring("https".length()) + "/info");
            assertThatThrownBy(() -> HttpClient.newHttpClient()
                            .send(HttpRequest.newBuilder(plain).build(), BodyHandlers.ofString()))
                    .isInstanceOf(IOException.class);
        }
    }

    private static HttpResponse<String> post(HttpClient client, URI url, String path, String field, String text)
            throws Exception {
        String body = "{\"" + field + "\": \"" + text + "\"}";
        return client.send(
                HttpRequest.newBuilder(url.resolve(path))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /// A push query ends with its connection.
    private static void goneReadersAreNoticed(SSLContext context, HttpClient client, URI url) throws Exception {
        String body =
                "{\"sql\": \"SELECT * FROM s EMIT CHANGES;\", \"properties\": {\"auto.offset.reset\": \"earliest\"}}";
        try (var socket = (SSLSocket) context.getSocketFactory().createSocket(url.getHost(), url.getPort())) {
            socket.getOutputStream()
                    .write(("POST /query-stream HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                                    + "\r\n\r\n" + body)
                            .getBytes(StandardCharsets.UTF_8));
            var read = new StringBuilder();
            while (!read.toString().contains("[7]"))
                read.append((char) socket.getInputStream().read());
            assertThat(post(client, url, "/ksql", "ksql", "SHOW QUERIES;").body())
                    .contains("transient_");
        }
        String ended = Stream.generate(() -> {
                    try {
                        return post(client, url, "/ksql", "ksql", "SHOW QUERIES;")
                                .body();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                })
                .filter(each -> !each.contains("transient_"))
                .findFirst()
                .orElseThrow();
        assertThat(ended).contains("queries");
    }
}
