package barnabas.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.security.CertificateAuthority;
import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pushes that fail, and what the log says of them.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class FailedPushTest {
    private static final String PASSWORD = "changeit";

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    @TempDir
    private Path data;

    @BeforeEach
    void captureLog() {
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void releaseLog() {
        System.setErr(before);
    }

    private String log() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    private Barnabas start(String endpoint, Map<String, String> more) throws StartFailure {
        return PushingNode.start(data, endpoint, more);
    }

    @Test
    void onlyOneLineWhileTheReceiverRefuses() throws Exception {
        try (var receiver = Receiver.start()) {
            receiver.answerWith(503);
            try (var _ = start(receiver.url(), Map.of())) {
                for (int i = 0; i < 3; i++) {
                    var _ = receiver.await();
                }
                receiver.answerWith(200);
                for (int i = 0; i < 2; i++) {
                    var _ = receiver.await();
                }
            }
        }
        assertThat(log().lines().filter(line -> line.contains("etrics")))
                .satisfiesExactly(
                        away -> assertThat(away)
                                .contains("WARN", "Metrics cannot be pushed to http://127.0.0.1:", "503"),
                        back -> assertThat(back).contains("INFO", "again, after 3 failed pushes"));
        assertThat(log()).doesNotContain("io.opentelemetry");
    }

    @Test
    void certificateIsCheckedWithTheTrustOfTheJvm() throws Exception {
        var random = new SecureRandom();
        Instant from = Instant.now().minus(Duration.ofDays(1));
        var authority = CertificateAuthority.create("CN=Test CA", from, Duration.ofDays(9), random);
        var identity = authority.issue("CN=receiver", List.of("127.0.0.1"), from, Duration.ofDays(8));
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "key", identity.key(), PASSWORD.toCharArray(), identity.chain().toArray(new Certificate[0]));
        keys.setCertificateEntry("ca", authority.own().chain().getFirst());
        var key = KeyManagerFactory.getInstance("PKIX");
        key.init(keys, PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(keys);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(key.getKeyManagers(), trust.getTrustManagers(), random);
        try (var receiver = Receiver.start(tls)) {
            try (var _ = start(receiver.url(), Map.of())) {
                while (!log().contains("cannot be pushed")) Thread.onSpinWait();
            }
            assertThat(receiver.isEmpty()).isTrue();
            Path trusted = data.resolve("trusted.p12");
            try (OutputStream file = Files.newOutputStream(trusted)) {
                keys.store(file, PASSWORD.toCharArray());
            }
            System.setProperty("javax.net.ssl.trustStore", trusted.toString());
            System.setProperty("javax.net.ssl.trustStorePassword", PASSWORD);
            try (var _ = start(receiver.url(), Map.of())) {
                assertThat(receiver.await().content().getResourceMetricsCount()).isEqualTo(1);
            }
        } finally {
            System.clearProperty("javax.net.ssl.trustStore");
            System.clearProperty("javax.net.ssl.trustStorePassword");
        }
    }

    @Test
    void receiverThatDoesNotAnswerHoldsNothingUp() throws Exception {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var _ = start("http://127.0.0.1:" + silent.getLocalPort(), Map.of("barnabas.otlp.timeout.ms", "200"))) {
            while (!log().contains("cannot be pushed")) Thread.onSpinWait();
        }
        assertThat(log().lines().filter(line -> line.contains("cannot be pushed")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).containsAnyOf("timed out", "no answer within 200 ms"));
    }
}
