package barnabas.conformance.chaos;

import barnabas.conformance.crash.Program;
import barnabas.conformance.crash.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.NewTopic;

/// Measurement of how long clients wait when a node ends: two clusters of three nodes, one of each system, and the same node of each is
/// killed or stopped in turn.
public final class FailOver {
    private static final String PROBE = "probe";
    private static final String OFFSETS = "__consumer_offsets";
    private static final int PROBE_MILLIS = 10;
    private static final int COMMIT_MILLIS = 10;
    private static final int PARTITIONS_OF_A_TOPIC = 100;
    private static final int AGAIN_SECONDS = 90;
    private static final int CALM_MILLIS = 1_000;
    /// Time in which what was on its way when the node ended is answered.
    private static final int AFTER_MILLIS = 100;

    private static final Map<String, String> SAFE = Map.of("min.insync.replicas", "2");
    private static final String ONE_SECOND = """
            broker.session.timeout.ms=1000
            broker.heartbeat.interval.ms=250
            controller.quorum.fetch.timeout.ms=1000
            """;

    private enum Case {
        KILL_LEADER,
        KILL_COORDINATOR,
        KILL_CONTROLLER,
        KILL_ALL_THREE,
        STOP_LEADER,
        STOP_ALL_THREE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        boolean stops() {
            return this == STOP_LEADER || this == STOP_ALL_THREE;
        }

        boolean isController() {
            return this == KILL_CONTROLLER || this == KILL_ALL_THREE || this == STOP_ALL_THREE;
        }

        boolean leads() {
            return this == KILL_LEADER || this == KILL_ALL_THREE || stops();
        }

        boolean coordinates() {
            return this == KILL_COORDINATOR || this == KILL_ALL_THREE || this == STOP_ALL_THREE;
        }
    }

    /// The longest times without an answer, ms.
    private record Gaps(long acknowledged, long delivered, long committed) {}

    private final String name;
    private final Cluster cluster;
    private final Probe probe;
    private final Commits commits;
    private final Map<Case, List<Gaps>> seen = new EnumMap<>(Case.class);

    private FailOver(String name, Cluster cluster, int partitions) throws Exception {
        this.name = name;
        this.cluster = cluster;
        short replicas = Cluster.NODES;
        cluster.create(List.of(new NewTopic(PROBE, Topic.PARTITIONS, replicas).configs(SAFE)));
        for (int number = 1; number * PARTITIONS_OF_A_TOPIC <= partitions; number++)
            cluster.create(List.of(new NewTopic("others-" + number, PARTITIONS_OF_A_TOPIC, replicas).configs(SAFE)));
        var topic = new Topic(cluster.bootstrap(), PROBE);
        probe = new Probe(topic, PROBE_MILLIS);
        commits = new Commits(topic, COMMIT_MILLIS);
        awaitWorking(System.nanoTime());
    }

    /// @param arguments program of Barnabas, program of Apache Kafka, work folder, first port, rounds, partitions,
    ///     `defaults` or `tuned`, cases separated by commas or `all`
    public static void main(String[] arguments) {
        Program.run(() -> run(arguments));
    }

    private static void run(String[] arguments) throws Exception {
        Path work = Path.of(arguments[2]);
        int port = Integer.parseInt(arguments[3]);
        int rounds = Integer.parseInt(arguments[4]);
        int partitions = Integer.parseInt(arguments[5]);
        String times = arguments[6].equals("tuned") ? ONE_SECOND : "";
        List<String> wanted = List.of(arguments[7].split(","));
        List<Case> cases = Arrays.stream(Case.values())
                .filter(each -> wanted.contains("all") || wanted.contains(each.toString()))
                .toList();
        System.out.println(arguments[6] + ", " + partitions + " partitions, " + cases);
        Path ours = Files.createDirectories(work.resolve("barnabas"));
        Path theirs = Files.createDirectories(work.resolve("kafka"));
        for (Path each : List.of(ours, theirs))
            for (int id = 1; id <= Cluster.NODES; id++) Files.createDirectories(each.resolve("n" + id));
        try (Cluster first = Cluster.start(arguments[0], ours, new Cluster.Place("", "" + port), times);
                Cluster second = Cluster.start(arguments[1], theirs, new Cluster.Place("", "" + (port + 20)), times)) {
            List<FailOver> both = List.of(
                    new FailOver("Barnabas", first, partitions), new FailOver("Apache Kafka", second, partitions));
            for (int round = 1; round <= rounds; round++) {
                for (Case each : cases) for (FailOver system : both) system.run(each, round);
                table(cases, both);
            }
            for (FailOver each : both) each.finish();
            System.out.println("done");
        } catch (IllegalStateException | IOException e) {
            System.out.println("not ok " + e);
        }
    }

    private void run(Case what, int round) throws IOException, InterruptedException {
        int controller = cluster.controller();
        if (controller == Cluster.NOBODY) throw new IllegalStateException(name + " has no controller");
        int victim = what.isController() ? controller : next(controller, 1);
        int other = next(victim, 1) == controller ? next(victim, 2) : next(victim, 1);
        var placement = new Placement(cluster.admin());
        placement.lead(PROBE, from(what.leads() ? victim : other));
        placement.lead(OFFSETS, from(what.coordinates() ? victim : other));
        Thread.sleep(CALM_MILLIS);
        if (cluster.controller() != controller) {
            System.out.println("left out: " + name + ", " + what + ": another controller was elected meanwhile");
            return;
        }
        NodeProcess node = cluster.node(victim);
        long begin = System.nanoTime();
        if (what.stops()) node.stop();
        else node.kill();
        Thread.sleep(AFTER_MILLIS);
        awaitWorking(System.nanoTime());
        long now = System.nanoTime();
        var gaps = new Gaps(
                probe.unacknowledgedMillis(begin, now),
                probe.undeliveredMillis(begin, now),
                commits.moments().longestGapMillis(begin, now));
        seen.computeIfAbsent(what, _ -> new ArrayList<>()).add(gaps);
        System.out.printf(
                "ok %d %s, %s, node %d: nothing acknowledged for %,d ms, delivered for %,d ms, committed for %,d ms%n",
                round, name, what, victim, gaps.acknowledged, gaps.delivered, gaps.committed);
        node.launch();
        cluster.awaitReady(List.of(node));
        String lacking = cluster.awaitInSync();
        if (!lacking.isEmpty()) throw new IllegalStateException(name + ", not in sync: " + lacking);
    }

    private static int next(int id, int steps) {
        return 1 + (id - 1 + steps) % Cluster.NODES;
    }

    private static List<Integer> from(int first) {
        return List.of(first, next(first, 1), next(first, 2));
    }

    private void awaitWorking(long since) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AGAIN_SECONDS);
        while (!probe.worksSince(since) || !commits.moments().hasOneSince(since)) {
            failure().ifPresent(why -> {
                throw new IllegalStateException(name + ": " + why);
            });
            if (System.nanoTime() > deadline) throw new IllegalStateException(name + " does not go on");
            Thread.sleep(2);
        }
    }

    private Optional<String> failure() {
        return probe.failure().or(commits::failure);
    }

    private void finish() {
        commits.close();
        probe.close();
        System.out.println(failure().map(why -> "not ok " + name + ": " + why)
                .orElse("ok %s: %,d records, each once and in order"
                        .formatted(name, Topic.PARTITIONS * probe.sent())));
    }

    private static void table(List<Case> cases, List<FailOver> both) {
        System.out.printf(
                "%n%-18s %-14s %5s   %-22s %-22s %-22s%n",
                "case", "system", "times", "acknowledged ms, worst", "delivered ms, worst", "committed ms, worst");
        for (Case each : cases) {
            for (FailOver system : both) {
                List<Gaps> all = system.seen.getOrDefault(each, List.of());
                if (all.isEmpty()) continue;
                System.out.printf(
                        "%-18s %-14s %5d   %,10d %,11d %,10d %,11d %,10d %,11d%n",
                        each,
                        system.name,
                        all.size(),
                        median(all, Gaps::acknowledged),
                        worst(all, Gaps::acknowledged),
                        median(all, Gaps::delivered),
                        worst(all, Gaps::delivered),
                        median(all, Gaps::committed),
                        worst(all, Gaps::committed));
            }
        }
    }

    private static long median(List<Gaps> all, ToLongFunction<Gaps> figure) {
        return all.stream().mapToLong(figure).sorted().skip(all.size() / 2).findFirst().orElseThrow();
    }

    private static long worst(List<Gaps> all, ToLongFunction<Gaps> figure) {
        return all.stream().mapToLong(figure).max().orElseThrow();
    }
}
