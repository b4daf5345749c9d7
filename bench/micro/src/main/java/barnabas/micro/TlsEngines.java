package barnabas.micro;

import barnabas.base.security.CertificateAuthority;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/// TLS engines of a server beside each other: the JDK's, and BoringSSL's (netty-tcnative). Counts the CPU time of the
/// server's side alone; its client is always the JDK's.
///
/// `./build bench micro tls [ROUNDS]` measures both engines in turn; `./build bench micro tls start jdk|boringssl`
/// makes one engine and one handshake in a fresh process.
public final class TlsEngines {
    private static final int ROUNDS = 5;
    private static final int WARM_ROUNDS = 4;
    private static final int HANDSHAKES = 100;
    private static final int MOVED_BYTES = 64 << 20;
    private static final int MEMORY_CONNECTIONS = 1_000;
    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    private record Work(String title, ToDoubleFunction<TlsLink> measure) {}

    private static final List<Work> WORKS = List.of(
            new Work("handshake, CPU of the server, µs", link -> handshakes(link) / 1e3),
            new Work("encrypt pieces of 64 KB, CPU s/GB", link -> link.seal(MOVED_BYTES, 64 << 10)),
            new Work("encrypt replies of 1 KB, CPU s/GB", link -> link.seal(MOVED_BYTES >> 3, 1 << 10)),
            new Work("decrypt records of 16 KB, CPU s/GB", link -> link.open(MOVED_BYTES, 16 << 10)),
            new Work("decrypt records of 1 KB, CPU s/GB", link -> link.open(MOVED_BYTES >> 3, 1 << 10)));

    private TlsEngines() {}

    /// CPU nanoseconds of the server for one full handshake.
    private static double handshakes(TlsLink first) {
        long nanos = 0;
        for (int i = 0; i < HANDSHAKES; i++) {
            TlsLink link = first.again();
            nanos += link.serverNanos();
            link.close();
        }
        return (double) nanos / HANDSHAKES;
    }

    public static void main(String[] arguments) throws Exception {
        TlsKeys keys = keys();
        if (arguments.length > 1 && arguments[0].equals("start")) {
            start(TlsLink.Engine.valueOf(arguments[1].toUpperCase(Locale.ROOT)), keys);
            return;
        }
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS;
        System.out.println("OpenSsl: " + OpenSsl.versionString() + ", available " + OpenSsl.isAvailable());
        for (String protocol : PROTOCOLS) for (Work work : WORKS) compare(protocol, work, keys, rounds);
    }

    private static void compare(String protocol, Work work, TlsKeys keys, int rounds) {
        Map<TlsLink.Engine, double[]> figures = new EnumMap<>(TlsLink.Engine.class);
        for (TlsLink.Engine engine : TlsLink.Engine.values()) figures.put(engine, new double[rounds]);
        for (int round = -WARM_ROUNDS; round < rounds; round++) {
            for (Map.Entry<TlsLink.Engine, double[]> each : figures.entrySet()) {
                TlsLink link = TlsLink.open(each.getKey(), protocol, keys);
                double figure = work.measure.applyAsDouble(link);
                link.close();
                if (round >= 0) each.getValue()[round] = figure;
            }
        }
        var line = new StringBuilder(protocol).append(" | ").append(work.title);
        figures.forEach((engine, sorted) -> {
            Arrays.sort(sorted);
            line.append(
                    " | %s %.3f (%.3f to %.3f)".formatted(engine, sorted[rounds / 2], sorted[0], sorted[rounds - 1]));
        });
        System.out.println(line);
    }

    private static TlsKeys keys() throws GeneralSecurityException, IOException {
        Instant from = Instant.now().minus(Duration.ofDays(1));
        var authority = CertificateAuthority.create("CN=authority", from, Duration.ofDays(10), new Random());
        CertificateAuthority.Identity server =
                authority.issue("CN=server", List.of("localhost"), from, Duration.ofDays(9));
        return new TlsKeys(server.key(), server.chain(), authority.own().chain().getFirst());
    }

    /// Time until the first handshake is done, and the memory of the process then and with many connections.
    private static void start(TlsLink.Engine engine, TlsKeys keys) throws IOException {
        // The client's classes and those of Netty are there already.
        TlsLink.open(TlsLink.Engine.JDK, "TLSv1.3", keys).close();
        System.gc();
        long before = residentKb();
        long begun = System.nanoTime();
        TlsLink first = TlsLink.open(engine, "TLSv1.3", keys);
        long micros = (System.nanoTime() - begun) / 1_000;
        long after = residentKb();
        var links = new ArrayList<TlsLink>(List.of(first));
        for (int i = 0; i < MEMORY_CONNECTIONS; i++) links.add(TlsLink.open(engine, "TLSv1.3", keys));
        System.gc();
        long many = residentKb();
        System.out.println("%s: first handshake %d µs, RSS %+d KB, with %d connections %+d KB"
                .formatted(engine, micros, after - before, links.size(), many - before));
    }

    private static long residentKb() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status")))
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", ""));
        throw new IOException("no VmRSS");
    }
}
