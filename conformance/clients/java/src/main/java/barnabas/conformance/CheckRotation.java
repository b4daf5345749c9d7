package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.io.IOException;
import java.math.BigInteger;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.SaslAuthenticationException;

/// Keys, certificates and keys of tokens that are replaced while clients produce and consume: `CheckRotation HOST:PORT DIR`.
/// DIR holds what `conformance/access/rotate` makes; new handshakes have to use what is new within [#LIMIT], and
/// connections stay.
final class CheckRotation {
    static final Duration LIMIT = Duration.ofSeconds(5);
    static final Duration MOST = Duration.ofSeconds(30);
    private static final char[] PASSWORD = "rotated".toCharArray();
    private static final String LISTENER = "listener.name.clients.";

    private final Clients clients;
    private final Path dir;
    private final X509Certificate[] certificates = new X509Certificate[5];

    private CheckRotation(Clients clients, Path dir) throws Exception {
        this.clients = clients;
        this.dir = dir;
        for (int i = 1; i < certificates.length; i++) certificates[i] = certificate("broker" + i + ".pem");
    }

    public static void main(String[] arguments) throws Exception {
        var check = new CheckRotation(new Clients(arguments[0]), Path.of(arguments[1]));
        var report = new Report();
        try (var load = RotationLoad.begin(check.clients, 3, 1)) {
            report.check("by files", () -> check.files(report));
            report.check("by settings of a broker", () -> check.settings(report));
            report.check("no client has met an error or lost a connection", load::verify);
        }
        System.exit(report.exitCode());
    }

    private void files(Report report) throws Exception {
        try (var admin = clients.admin();
                var held = token("token1")) {
            admin.describeCluster().clusterId().get();
            held.describeCluster().clusterId().get();
            double before = connections(held);
            same(serial(1), offered(), "serial number before");
            same(true, isAccepted("client1"), "client of the first authority before");
            same(false, isAccepted("client2"), "client of the second authority before");
            same(false, isTaken("token2"), "token of the second key before");

            replace("broker2-with-key.pem", "broker-with-key.pem");
            report.check("file: a key of another authority", () -> await(() -> offered().equals(serial(2))));
            replace("both.pem", "trusted.pem");
            report.check("file: a second authority", () -> await(() -> isAccepted("client2")));
            that(isAccepted("client1"), "the first authority is trusted no more");
            replace("ca2.pem", "trusted.pem");
            report.check("file: the first authority goes", () -> await(() -> !isAccepted("client1")));
            replace("keys-both.json", "keys.json");
            report.check("file: a second key of tokens", () -> await(() -> isTaken("token2")));
            that(isTaken("token1"), "the first key is trusted no more");
            replace("keys2.json", "keys.json");
            report.check("file: the first key of tokens goes", () -> await(() -> !isTaken("token1")));

            held.describeCluster().clusterId().get();
            same(before, connections(held), "connections of a client whose key of tokens is gone");
        }
    }

    private void settings(Report report) throws Exception {
        try (var admin = Admin.create(with(Map.of()))) {
            alter(admin, Map.of(LISTENER + "ssl.keystore.location", file("broker3-with-key.pem")));
            report.check("setting: another file of a key", () -> await(() -> offered().equals(serial(3))));
            alter(admin, Map.of(LISTENER + "ssl.truststore.location", file("both.pem")));
            report.check("setting: another file of authorities", () -> await(() -> isAccepted("client1")));
            alter(admin, Map.of(LISTENER + "ssl.truststore.location", file("ca2.pem")));
            report.check("setting: the first authority goes", () -> await(() -> !isAccepted("client1")));
            // The same name again, after its content has changed: how operators who do not rename files have them read.
            replace("broker4-with-key.pem", "broker3-with-key.pem");
            alter(admin, Map.of(LISTENER + "ssl.keystore.location", file("broker3-with-key.pem")));
            report.check("setting: the same file, changed", () -> await(() -> offered().equals(serial(4))));
        }
    }

    private String file(String name) {
        return dir.resolve(name).toString();
    }

    private static void alter(Admin admin, Map<String, String> settings) throws Exception {
        var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        List<AlterConfigOp> changes = settings.entrySet().stream()
                .map(each -> new AlterConfigOp(
                        new ConfigEntry(each.getKey(), each.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(broker, changes)).all().get();
    }

    /// Replaces it in one step, so that half a file is never read.
    private void replace(String from, String to) throws IOException {
        Path copy = Files.copy(dir.resolve(from), dir.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(copy, dir.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Waits until it holds, which must be within [#LIMIT].
    static void await(Callable<Boolean> holds) throws Exception {
        long begun = System.nanoTime();
        while (!holds.call()) {
            that(System.nanoTime() - begun < MOST.toNanos(), "not within %s", MOST);
            Thread.sleep(50);
        }
        long took = System.nanoTime() - begun;
        that(took <= LIMIT.toNanos(), "it took %d ms", took / 1_000_000);
    }

    // ---- what a new connection meets

    private BigInteger serial(int broker) {
        return certificates[broker].getSerialNumber();
    }

    private X509Certificate certificate(String name) throws Exception {
        try (var in = Files.newInputStream(dir.resolve(name))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /// Serial number of the broker's certificate in a new handshake.
    private BigInteger offered() throws Exception {
        // One of the two is trusted at any time.
        for (String client : List.of("client1", "client2")) {
            try (var socket = connect(client)) {
                if (isDone(socket))
                    return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
            }
        }
        throw new AssertionError("neither client is accepted");
    }

    private boolean isAccepted(String client) throws Exception {
        try (var socket = connect(client)) {
            return isDone(socket);
        }
    }

    private static boolean isDone(SSLSocket socket) throws IOException {
        try {
            socket.startHandshake();
            return true;
        } catch (SSLException | SocketException e) {
            // The broker says why and closes; a client that still writes learns only of the second.
            return false;
        }
    }

    private SSLSocket connect(String client) throws GeneralSecurityException, IOException {
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(dir.resolve(client + ".p12"))) {
            keys.load(in, PASSWORD);
        }
        var managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, PASSWORD);
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(dir.resolve("both.pem"))) {
            for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in))
                trusted.setCertificateEntry("ca" + trusted.size(), each);
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        var tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), trust.getTrustManagers(), null);
        String[] address = clients.bootstrap().split(":");
        var socket = (SSLSocket) tls.getSocketFactory().createSocket(address[0], Integer.parseInt(address[1]));
        // With 1.3 a client learns only later that its certificate was refused.
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        return socket;
    }

    private boolean isTaken(String token) throws Exception {
        try (var admin = token(token)) {
            admin.describeCluster().clusterId().get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SaslAuthenticationException) return false;
            throw e;
        }
    }

    private Admin token(String file) {
        return Admin.create(with(Map.of(
                "sasl.mechanism",
                "OAUTHBEARER",
                "sasl.login.callback.handler.class",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
                "sasl.oauthbearer.token.endpoint.url",
                dir.resolve(file).toUri().toString(),
                "sasl.jaas.config",
                "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;")));
    }

    /// With a certificate of the second authority.
    private Map<String, Object> with(Map<String, Object> more) {
        var settings = clients.security();
        settings.put("bootstrap.servers", clients.bootstrap());
        settings.putAll(more);
        boolean first = true;
        try {
            first = isAccepted("client1");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        settings.put("ssl.keystore.location", file((first ? "client1" : "client2") + "-with-key.pem"));
        return settings;
    }

    private static double connections(Admin admin) {
        return RotationLoad.value(admin.metrics(), "connection-creation-total");
    }
}
