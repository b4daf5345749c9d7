package barnabas.conformance.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Kills the broker under a mixed load again and again; after each start every load looks for what it had been promised.
public final class Crash {
    private static final int RECORDS_PER_SECOND = 200;
    private static final int LONGEST_EXTRA_MILLIS = 1_500;
    private static final int PATIENCE_SECONDS = 120;

    private final Broker broker;
    private final Random random;
    private final List<Load> loads = new ArrayList<>();

    private Crash(Broker broker, long seed) {
        this.broker = broker;
        this.random = new Random(seed);
    }

    /// @param arguments broker command, work folder, kills, seed, the program that reads the files of a stopped broker
    public static void main(String[] arguments) {
        Program.run(() -> run(arguments));
    }

    private static void run(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[3]);
        System.out.println("seed " + seed);
        try (var broker = new Broker(arguments[0], Path.of(arguments[1]))) {
            var crash = new Crash(broker, seed);
            crash.createTopics();
            try {
                crash.startLoads();
                crash.kill(Integer.parseInt(arguments[2]));
            } finally {
                crash.loads.forEach(Load::close);
            }
            crash.compareAtRest();
            broker.stop();
            report("DumpLogSegments reads all files", dump(arguments[4], broker.data()));
            new Damage(broker).run();
        }
    }

    private static void report(String what, Optional<String> wrong) {
        System.out.println(wrong.map(why -> "not ok " + what + ": " + why).orElse("ok " + what));
    }

    private static Optional<String> dump(String program, Path data) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(program, data.toString(), "--compacted", "compacted-.*").inheritIO().start().waitFor();
        return exit == 0 ? Optional.empty() : Optional.of("it complains, see above");
    }

    /// Also waits until the broker is there: its first start may have to build.
    private void createTopics() throws InterruptedException, ExecutionException {
        var topics = new ArrayList<NewTopic>();
        for (Durability durability : Durability.values()) {
            for (String load : List.of("plain", "idempotent", "transactional", "compacted")) {
                topics.add(new NewTopic(durability.topic(load), Topic.PARTITIONS, (short) 1)
                        .configs(durability.configs(load.equals("compacted"))));
            }
        }
        try (Admin admin = Admin.create(
                Map.of("bootstrap.servers", broker.bootstrap(), "default.api.timeout.ms", 300_000))) {
            admin.createTopics(topics).all().get();
        }
    }

    private void startLoads() {
        for (Durability durability : Durability.values()) {
            loads.add(new Numbered(topic(durability, "plain"), false, RECORDS_PER_SECOND));
            loads.add(new Numbered(topic(durability, "idempotent"), true, RECORDS_PER_SECOND));
            loads.add(new Transactions(topic(durability, "transactional"), new Random(random.nextLong())));
            loads.add(new Compacted(topic(durability, "compacted"), RECORDS_PER_SECOND, new Random(random.nextLong())));
        }
        loads.add(new Group(topic(Durability.PAGE_CACHE, "idempotent"), "classic"));
        loads.add(new Group(topic(Durability.JOURNAL, "idempotent"), "consumer"));
    }

    private Topic topic(Durability durability, String load) {
        return new Topic(broker.bootstrap(), durability.topic(load));
    }

    private void kill(int kills) throws Exception {
        for (int kill = 1; kill <= kills; kill++) {
            String what = "kill " + kill + " of " + kills;
            Optional<String> idle = awaitProgress();
            if (idle.isPresent()) {
                report(what, idle);
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_EXTRA_MILLIS)));
            if (!broker.isAlive()) {
                report(what, Optional.of("the broker ended by itself"));
                return;
            }
            broker.kill();
            long start = System.nanoTime();
            broker.restart();
            int promises = loads.stream().mapToInt(Load::promises).sum();
            Optional<String> wrong = verifyAll();
            double seconds = (System.nanoTime() - start) / 1e9;
            report("%s: %,d promises kept, verified after %.1f s".formatted(what, promises, seconds), wrong);
            if (wrong.isPresent()) return;
        }
    }

    /// Every load has to have been promised something since the last start: the kill hits a broker at work.
    private Optional<String> awaitProgress() {
        int[] before = loads.stream().mapToInt(Load::promises).toArray();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (int i = 0; i < before.length; i++) {
            while (loads.get(i).promises() <= before[i]) {
                if (System.nanoTime() > deadline) {
                    return Optional.of(loads.get(i).name() + " gets nothing done after the restart");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
        return Optional.empty();
    }

    private Optional<String> verifyAll() {
        for (Load load : loads) {
            Optional<String> wrong = verified(load::verify).map(why -> load.name() + ": " + why);
            if (wrong.isPresent()) return wrong;
        }
        return Optional.empty();
    }

    private static Optional<String> verified(Supplier<Optional<String>> verification) {
        try {
            return verification.get();
        } catch (RuntimeException e) {
            return Optional.of(e.toString());
        }
    }

    private void compareAtRest() {
        for (Load load : loads) {
            report("%s: all %,d promises kept in the end".formatted(load.name(), load.promises()), verified(load::verify));
            if (load instanceof Compacted compacted) {
                report(
                        "%s: %,d records are left of them".formatted(load.name(), compacted.remaining()),
                        compacted.remaining() < compacted.promises()
                                ? Optional.empty()
                                : Optional.of("nothing was cleaned"));
            }
        }
    }
}
