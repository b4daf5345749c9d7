package barnabas.conformance.groups;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicPartition;

/// For every [Kind]: six members share twelve partitions under load; each is stopped in turn, and another one takes
/// its place.
public final class Rolling {
    private static final int MEMBERS = 6;
    private static final int PARTITIONS = 12;
    private static final long PATIENCE_SECONDS = 60;

    private final String bootstrap;
    private final int rate;
    private final Random random;

    private Rolling(String bootstrap, int rate, long seed) {
        this.bootstrap = bootstrap;
        this.rate = rate;
        this.random = new Random(seed);
    }

    /// @param arguments broker command, work folder, records a second, seed
    public static void main(String[] arguments) throws Exception {
        int port = freePort();
        String bootstrap = "127.0.0.1:" + port;
        Process broker = startBroker(arguments[0], Path.of(arguments[1]), port);
        try {
            long seed = Long.parseLong(arguments[3]);
            System.out.println("seed " + seed);
            var rolling = new Rolling(bootstrap, Integer.parseInt(arguments[2]), seed);
            for (Kind kind : Kind.values()) rolling.run(kind);
        } finally {
            broker.descendants().forEach(ProcessHandle::destroy);
            broker.destroy();
            broker.waitFor();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process startBroker(String command, Path work, int port) throws IOException {
        // The defaults are for groups that live for days.
        Process broker = new ProcessBuilder(
                        command,
                        "start",
                        "--port",
                        Integer.toString(port),
                        "--data",
                        work.resolve("broker").toString(),
                        "--set",
                        "group.consumer.min.heartbeat.interval.ms=300",
                        "--set",
                        "group.consumer.heartbeat.interval.ms=300")
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("broker.out").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::destroy));
        return broker;
    }

    private void run(Kind kind) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        createTopic(kind);
        var ledger = new Ledger();
        var members = new ArrayList<Member>();
        int sent;
        int failed;
        try {
            try (var load = new Load(kind.topic(), PARTITIONS, bootstrap, rate, random)) {
                for (int place = 0; place < MEMBERS; place++) members.add(new Member(kind, place, bootstrap, ledger));
                await("all have partitions", () -> isBalanced(members), members);
                for (int place = 0; place < MEMBERS; place++) {
                    members.get(place).close();
                    members.set(place, new Member(kind, place, bootstrap, ledger));
                    await("all have partitions after restart " + place, () -> isBalanced(members), members);
                }
                load.stop();
                sent = load.sent();
                failed = load.failed();
            }
            int all = sent;
            awaitQuietly(() -> ledger.distinct() >= all);
        } finally {
            members.forEach(Member::close);
        }
        String about = String.format(
                "%s: %,d records, %d members restarted, %.0f s, %s",
                kind.shown(), sent, MEMBERS, (System.nanoTime() - start) / 1e9, ledger.notes());
        int missing = ledger.missing(sent);
        int doubled = ledger.doubled(sent);
        report(
                missing == 0 && failed == 0,
                about + "; none lost",
                missing + " missing, " + failed + " not acknowledged");
        report(doubled == 0, kind.shown() + ": none processed twice", doubled + " doubled");
    }

    private static void report(boolean good, String what, String otherwise) {
        System.out.println(good ? "ok " + what : "not ok " + what + ": " + otherwise);
    }

    private void createTopic(Kind kind) throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(kind.topic(), PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
    }

    private static boolean isBalanced(List<Member> members) {
        var all = new HashSet<TopicPartition>();
        int count = 0;
        for (Member member : members) {
            if (member.assigned().isEmpty()) return false;
            count += member.assigned().size();
            all.addAll(member.assigned());
        }
        return count == PARTITIONS && all.size() == PARTITIONS;
    }

    private static void await(String what, BooleanSupplier condition, List<Member> members) {
        if (awaitQuietly(condition)) return;
        members.forEach(member -> {
            Throwable failure = member.failure();
            if (failure != null) failure.printStackTrace(System.out);
        });
        throw new IllegalStateException("not in time: " + what);
    }

    private static boolean awaitQuietly(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) return false;
            LockSupport.parkNanos(20_000_000);
        }
        return true;
    }
}
