package barnabas.conformance.hostile;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// `Flood PROGRAM WORK SECONDS SEED`: 1,000 connections at a time that do not get in, for SECONDS, beside two
/// well-behaved clients, one of them encrypted.
///
/// Flooded are two brokers in turns, so that both the brokers and the intruders want the same of the machine: the
/// clients of the one are compared with themselves during the turns of the other.
public final class Flood {
    private static final int HELLOS = 300;
    private static final int HALVES = 400;
    private static final int LOGINS = 300;
    private static final int PATIENCE_MILLIS = 30_000;
    private static final int TURN_SECONDS_MAX = 15;
    private static final int WARM_UP_SECONDS = 5;
    private static final double SLOWDOWN_MAX = 1.5;
    /// Beyond the time that a busy machine gives to one or the other turn.
    private static final long FLOOR_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /// Beside the heap: buffers of 1,000 connections, and code.
    private static final int GROWTH_MB_MAX = 128;

    /// Addresses of one broker beside the plain one.
    record Doors(InetSocketAddress tls, InetSocketAddress logins) {
        static Doors choose() throws IOException {
            try (var first = socket();
                    var second = socket()) {
                return new Doors(address(first), address(second));
            }
        }

        private static ServerSocket socket() throws IOException {
            return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        }

        private static InetSocketAddress address(ServerSocket socket) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }

        List<String> settings(Keys keys) {
            return List.of(
                    // The port of the first one is the one that the broker is started with.
                    "listeners=PLAIN://127.0.0.1:0,TLS://127.0.0.1:%d,LOGINS://127.0.0.1:%d"
                            .formatted(tls.getPort(), logins.getPort()),
                    "barnabas.http.listeners=",
                    "listener.security.protocol.map=PLAIN:PLAINTEXT,TLS:SSL,LOGINS:SASL_PLAINTEXT",
                    "inter.broker.listener.name=PLAIN",
                    "sasl.enabled.mechanisms=SCRAM-SHA-512",
                    "ssl.keystore.type=PKCS12",
                    "ssl.keystore.location=" + keys.store(),
                    "ssl.keystore.password=" + Keys.PASSWORD);
        }
    }

    /// A broker, its clients and their times.
    private record Side(
            Doors doors,
            BrokerProcess broker,
            CalmClient plain,
            CalmClient tls,
            List<Long> plainFlooded,
            List<Long> plainBeside,
            List<Long> tlsFlooded,
            List<Long> tlsBeside)
            implements AutoCloseable {
        static Side start(String program, Path work, String name, Keys keys) throws Exception {
            Doors doors = Doors.choose();
            BrokerProcess broker = BrokerProcess.start(
                    List.of(program), work.resolve(name), work.resolve(name + ".out"), List.of(), Map.of(),
                    doors.settings(keys));
            if (!broker.awaitReady()) throw new IllegalStateException("the broker does not start: " + broker.output());
            var plain = new CalmClient(broker.address());
            var tls = new CalmClient(() -> encrypted(doors, keys));
            return new Side(
                    doors, broker, plain, tls, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(),
                    new ArrayList<>());
        }

        private static Wire encrypted(Doors doors, Keys keys) throws IOException {
            return new Wire(keys.client().getSocketFactory().createSocket(), doors.tls(), PATIENCE_MILLIS);
        }

        void work(long untilNanos, List<Long> ofPlain, List<Long> ofTls) throws InterruptedException {
            var other = Thread.ofPlatform().start(() -> {
                try {
                    ofTls.addAll(tls.work(untilNanos));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            ofPlain.addAll(plain.work(untilNanos));
            other.join();
        }

        long residentMegabytes() throws IOException {
            try (var lines = Files.lines(Path.of("/proc", Long.toString(broker.pid()), "status"))) {
                String line = lines.filter(each -> each.startsWith("VmRSS:")).findFirst().orElse("0");
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
            }
        }

        @Override
        public void close() throws IOException {
            plain.close();
            tls.close();
            broker.close();
        }
    }

    private final Checks checks = new Checks();
    private final Random random;
    private final int seconds;

    private Flood(int seconds, long seed) {
        this.seconds = seconds;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[3]);
        System.out.println("seed " + seed);
        var flood = new Flood(Integer.parseInt(arguments[2]), seed);
        flood.run(arguments[0], Path.of(arguments[1]));
        System.out.println("flood: " + flood.checks.passed() + " passed, " + flood.checks.failed() + " failed");
        System.exit(flood.checks.failed() == 0 ? 0 : 1);
    }

    private void run(String program, Path work) throws Exception {
        Keys keys = Keys.make(work);
        byte[] hello = Intruder.hello(keys);
        try (var first = Side.start(program, work, "first", keys);
                var second = Side.start(program, work, "second", keys)) {
            var tally = Intruder.Tally.empty();
            for (Side side : List.of(first, second)) {
                var alone = new ArrayList<Long>();
                side.work(after(WARM_UP_SECONDS), alone, new ArrayList<>());
                alone.clear();
                var encrypted = new ArrayList<Long>();
                side.work(after(WARM_UP_SECONDS), alone, encrypted);
                System.out.println("alone: " + Siege.percentiles(alone) + "; over TLS " + Siege.percentiles(encrypted));
            }
            int turns = Math.max(1, seconds / TURN_SECONDS_MAX);
            // The first turns are no part of the measure: what a broker allocates once, it keeps.
            turn(first, first, second, hello, WARM_UP_SECONDS, tally, false);
            turn(second, first, second, hello, WARM_UP_SECONDS, tally, false);
            long before = first.residentMegabytes();
            long largest = before;
            for (int turn = 0; turn < turns; turn++) {
                turn(first, first, second, hello, seconds / turns, tally, true);
                largest = Math.max(largest, first.residentMegabytes());
                turn(second, first, second, hello, seconds / turns, tally, true);
            }
            System.out.println(tally);
            judge("plain", first.plainFlooded, second.plainFlooded, first.plainBeside, second.plainBeside);
            judge("over TLS", first.tlsFlooded, second.tlsFlooded, first.tlsBeside, second.tlsBeside);
            report(first, before, largest);
        }
    }

    /// Floods one side while the clients of both work.
    private void turn(Side flooded, Side first, Side second, byte[] hello, int length, Intruder.Tally tally, boolean kept)
            throws InterruptedException {
        long until = after(length);
        var intruders = new ArrayList<Thread>();
        for (int i = 0; i < HELLOS + HALVES + LOGINS; i++) {
            var way = i < HELLOS
                    ? Intruder.Way.HELLO
                    : i < HELLOS + HALVES ? Intruder.Way.HALF : Intruder.Way.LOGIN;
            var intruder = new Intruder(way, flooded.doors, hello, new Random(random.nextLong()), until, tally);
            intruders.add(Thread.ofVirtual().start(intruder));
        }
        var clients = new ArrayList<Thread>();
        for (Side side : List.of(first, second)) {
            boolean isFlooded = side == flooded;
            List<Long> plain = !kept ? new ArrayList<>() : isFlooded ? side.plainFlooded : side.plainBeside;
            List<Long> tls = !kept ? new ArrayList<>() : isFlooded ? side.tlsFlooded : side.tlsBeside;
            clients.add(Thread.ofPlatform().start(() -> {
                try {
                    side.work(until, plain, tls);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        for (Thread each : clients) each.join();
        for (Thread each : intruders) each.join();
    }

    private static long after(long seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    private void judge(String what, List<Long> a, List<Long> b, List<Long> besideA, List<Long> besideB) {
        var flooded = new ArrayList<>(a);
        flooded.addAll(b);
        var beside = new ArrayList<>(besideA);
        beside.addAll(besideB);
        long p99 = Siege.percentile(flooded, 99);
        long other = Siege.percentile(beside, 99);
        System.out.println(what + ": flooded " + Siege.percentiles(flooded) + ", while the other broker is "
                + Siege.percentiles(beside));
        checks.check(
                "%s: the p99 of a well-behaved client is %.2f times that while another broker is flooded, allowed %.1f"
                        .formatted(what, (double) p99 / other, SLOWDOWN_MAX),
                p99 <= Math.max(SLOWDOWN_MAX * other, FLOOR_NANOS));
    }

    private void report(Side side, long before, long largest) throws IOException, InterruptedException {
        checks.check("the broker is alive", side.broker.isAlive());
        checks.check(
                "the connections of the well-behaved clients held",
                side.plain.reconnects() == 0 && side.tls.reconnects() == 0);
        checks.check(
                "its memory grew from %d to %d MB, allowed %d MB more".formatted(before, largest, GROWTH_MB_MAX),
                largest - before <= GROWTH_MB_MAX);
        List<String> lines = side.broker.output().lines().toList();
        checks.check("the heap never ran out", lines.stream().noneMatch(line -> line.contains("OutOfMemory")));
        List<String> errors = Siege.errors(lines);
        checks.check("nothing is logged as an error " + errors, errors.isEmpty());
        checks.check("the broker stops in order", side.broker.stop());
    }
}
