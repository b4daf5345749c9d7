package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Keys of three nodes that talk to each other, replaced while clients produce and consume:
/// `CheckNodeRotation files|restarted HOST:PORT,... HOST:PORT,... DIR` with the addresses of the brokers and of the
/// controllers. DIR holds what `conformance/access/rotate-nodes` makes, and the nodes' own files in `secrets`.
final class CheckNodeRotation {
    private static final int PAIRS = 3;

    private final Clients clients;
    private final List<String> brokers;
    private final List<String> controllers;
    private final Path dir;

    private CheckNodeRotation(String brokers, String controllers, Path dir) {
        this.clients = new Clients(brokers);
        this.brokers = List.of(brokers.split(","));
        this.controllers = List.of(controllers.split(","));
        this.dir = dir;
    }

    public static void main(String[] arguments) throws Exception {
        var check = new CheckNodeRotation(arguments[1], arguments[2], Path.of(arguments[3]));
        var report = new Report();
        if (arguments[0].equals("restarted")) report.check("all connections are new", check::restarted);
        else {
            try (var load = RotationLoad.begin(check.clients, PAIRS, 3)) {
                report.check("by files", () -> check.files(report));
                report.check("all replicas are in sync", check::awaitInSync);
                report.check("no client has met an error or lost a connection", load::verify);
            }
        }
        System.exit(report.exitCode());
    }

    private void files(Report report) throws Exception {
        awaitInSync();
        List<BigInteger> first = serials("first");
        same(first, offered(), "serial numbers before");
        replace("both.pem", "ca.pem");
        // Nodes have to trust the second authority before one of them shows a certificate of it.
        Thread.sleep(CheckRotation.LIMIT.toMillis());
        for (int node = 1; node <= brokers.size(); node++)
            replace("second-" + node + "-with-key.pem", "node-" + node + ".pem");
        List<BigInteger> second = serials("second");
        report.check(
                "file: keys of another authority on all listeners",
                () -> CheckRotation.await(() -> offered().equals(second)));
        replace("second-ca.pem", "ca.pem");
        Thread.sleep(CheckRotation.LIMIT.toMillis());
        awaitInSync();
    }

    /// After a restart of each node, with the second authority alone trusted.
    private void restarted() throws Exception {
        same(serials("second"), offered(), "serial numbers");
        that(!isTrusted(brokers.getFirst(), "first-ca.pem"), "the first authority is still in use");
        awaitInSync();
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (int i = 0; i < 1_000; i++) records.add(new ProducerRecord<>("rotation-" + i % PAIRS, new byte[500]));
        clients.produce(Map.of("acks", "all"), records);
        awaitInSync();
    }

    private void awaitInSync() throws Exception {
        List<String> topics = List.of("rotation-0", "rotation-1", "rotation-2");
        try (var admin = clients.admin()) {
            long begun = System.nanoTime();
            while (true) {
                boolean inSync = admin.describeTopics(topics).allTopicNames().get().values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.isr().size() == 3);
                if (inSync) return;
                boolean goesOn = System.nanoTime() - begun < CheckRotation.MOST.toNanos();
                that(goesOn, "not in sync within %s", CheckRotation.MOST);
                Thread.sleep(100);
            }
        }
    }

    /// Replaces a file of the nodes in one step, so that half a file is never read.
    private void replace(String from, String to) throws IOException {
        Path secrets = dir.resolve("cluster/secrets");
        Path copy = Files.copy(dir.resolve(from), secrets.resolve("copy"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(copy, secrets.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Of the nodes' certificates, first as brokers, then as controllers.
    private List<BigInteger> serials(String name) throws Exception {
        var serials = new ArrayList<BigInteger>();
        for (int node = 1; node <= brokers.size(); node++)
            serials.add(certificate(name + "-" + node + ".pem").getSerialNumber());
        serials.addAll(List.copyOf(serials));
        return serials;
    }

    private X509Certificate certificate(String name) throws Exception {
        try (var in = Files.newInputStream(dir.resolve(name))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /// Serial numbers of the certificates that new handshakes meet.
    private List<BigInteger> offered() throws Exception {
        var serials = new ArrayList<BigInteger>();
        for (List<String> addresses : List.of(brokers, controllers))
            for (String address : addresses)
                try (var socket = connect(address, "both.pem")) {
                    socket.startHandshake();
                    serials.add(((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber());
                }
        return serials;
    }

    private boolean isTrusted(String address, String authorities) throws Exception {
        try (var socket = connect(address, authorities)) {
            socket.startHandshake();
            return true;
        } catch (SSLException e) {
            return false;
        }
    }

    private SSLSocket connect(String address, String authorities) throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (var in = Files.newInputStream(dir.resolve(authorities))) {
            for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in))
                trusted.setCertificateEntry("ca" + trusted.size(), each);
        }
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        var tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        int colon = address.lastIndexOf(':');
        return (SSLSocket) tls.getSocketFactory()
                .createSocket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }
}
