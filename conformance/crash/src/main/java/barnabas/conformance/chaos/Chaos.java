package barnabas.conformance.chaos;

import barnabas.conformance.crash.Compacted;
import barnabas.conformance.crash.Counting;
import barnabas.conformance.crash.Group;
import barnabas.conformance.crash.Load;
import barnabas.conformance.crash.Numbered;
import barnabas.conformance.crash.Program;
import barnabas.conformance.crash.Topic;
import barnabas.conformance.crash.Transactions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;

/// Faults in random sequence on three nodes, under idempotent and transactional producers, groups of both protocols, a
/// compacted topic and a Streams application, all with three replicas, `min.insync.replicas=2` and acks=all. After each fault every replica has
/// to be in sync again and the probe has to go on; in the end every promise is looked for and the replicas are
/// compared.
public final class Chaos {
    private static final int RECORDS_PER_SECOND = 100;
    private static final int AGAIN_SECONDS = 60;
    private static final int FINISH_SECONDS = 120;
    private static final int LONG_RUN_SECONDS = 300;
    private static final int PAUSE_SECONDS_MAX = 60;
    private static final int SHORT_PAUSE_SECONDS_MAX = 6;
    private static final int CALM_MILLIS_MIN = 300;
    private static final int CALM_MILLIS_MORE = 700;
    private static final String PROBE = "probe";
    private static final short REPLICAS = (short) Cluster.NODES;
    private static final Map<String, String> SAFE = Map.of("min.insync.replicas", "2");
    private static final Map<String, String> COMPACTED = Map.of(
            "min.insync.replicas", "2",
            "cleanup.policy", "compact",
            "segment.bytes", "1048576",
            "min.cleanable.dirty.ratio", "0.1",
            "file.delete.delay.ms", "1000");

    /// Figures of one fault, ms.
    private record Measured(long unacknowledged, long undelivered, long inSync) {}

    private final Cluster cluster;
    private final Random random;
    private final List<Fault> faults;
    private final int seconds;
    private final Path state;
    private final List<Load> loads = new ArrayList<>();
    private final Map<Fault, List<Measured>> measured = new EnumMap<>(Fault.class);
    private boolean failed;

    private Chaos(Cluster cluster, List<Fault> faults, int seconds, Path state, Random random) {
        this.cluster = cluster;
        this.faults = faults;
        this.seconds = seconds;
        this.state = state;
        this.random = random;
    }

    /// @param arguments program, work folder, seconds, seed, prefix of the namespaces or nothing, subnet or first port,
    ///     what is there for faults (`links`, `space`, `stalls`, `clock`), separated by commas, the faults wanted, separated by commas
    public static void main(String[] arguments) {
        Program.run(() -> run(arguments));
    }

    private static void run(String[] arguments) throws Exception {
        int seconds = Integer.parseInt(arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        Path work = Path.of(arguments[1]);
        List<String> given = List.of(arguments[6].split(","));
        List<String> wanted = List.of(arguments[7].split(","));
        List<Fault> faults = Arrays.stream(Fault.values())
                .filter(each -> each.needs() == Fault.Needs.NOTHING
                        || given.contains(each.needs().name().toLowerCase(Locale.ROOT)))
                .filter(each -> wanted.contains("all") || wanted.contains(each.toString()))
                .toList();
        System.out.println("seed " + seed + ", " + faults);
        var place = new Cluster.Place(arguments[4], arguments[5]);
        try (Cluster cluster = Cluster.start(arguments[0], work, place, Cluster.SHORT_TIMES)) {
            new Chaos(cluster, faults, seconds, work.resolve("streams"), new Random(seed)).run();
        }
    }

    private void report(String what, Optional<String> wrong) {
        System.out.println(wrong.map(why -> "not ok " + what + ": " + why).orElse("ok " + what));
        if (wrong.isPresent()) failed = true;
    }

    private Topic topic(String name) {
        return new Topic(cluster.bootstrap(), name);
    }

    private void run() throws Exception {
        var topics = new ArrayList<NewTopic>();
        for (String each : List.of(PROBE, "idempotent", "transactional", Counting.INPUT, Counting.COUNTS))
            topics.add(new NewTopic(each, Topic.PARTITIONS, REPLICAS).configs(SAFE));
        topics.add(new NewTopic("compacted", Topic.PARTITIONS, REPLICAS).configs(COMPACTED));
        cluster.create(topics);
        loads.add(new Numbered(topic("idempotent"), true, RECORDS_PER_SECOND));
        loads.add(new Transactions(topic("transactional"), new Random(random.nextLong())));
        loads.add(new Compacted(topic("compacted"), RECORDS_PER_SECOND, new Random(random.nextLong())));
        loads.add(new Group(topic("idempotent"), "classic"));
        loads.add(new Group(topic("transactional"), "consumer"));
        loads.add(new Counting(cluster.bootstrap(), REPLICAS, state));
        var probe = new Probe(topic(PROBE));
        report("all loads work", awaitProgress(probe, System.nanoTime()));
        if (!failed) strikes(probe);
        finish(probe);
        table();
    }

    private void strikes(Probe probe) throws Exception {
        int pauseSecondsMax = seconds >= LONG_RUN_SECONDS ? PAUSE_SECONDS_MAX : SHORT_PAUSE_SECONDS_MAX;
        var strike = new Strike(cluster, PROBE, Topic.PARTITIONS, pauseSecondsMax, random);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<Fault> order = new ArrayList<>();
        for (int number = 1; System.nanoTime() < end && !failed; number++) {
            if (order.isEmpty()) {
                order.addAll(faults);
                Collections.shuffle(order, random);
            }
            Fault fault = order.removeLast();
            Thread.sleep(CALM_MILLIS_MIN + random.nextInt(CALM_MILLIS_MORE));
            int controller = cluster.controller();
            long begin = System.nanoTime();
            String what = strike.with(fault);
            long healed = System.nanoTime();
            String lacking = cluster.awaitInSync();
            long inSyncMillis = (System.nanoTime() - healed) / 1_000_000;
            Optional<String> wrong =
                    lacking.isEmpty() ? awaitWorking(probe, System.nanoTime()) : Optional.of("not in sync: " + lacking);
            long now = System.nanoTime();
            var times = new Measured(
                    probe.unacknowledgedMillis(begin, now), probe.undeliveredMillis(begin, now), inSyncMillis);
            measured.computeIfAbsent(fault, _ -> new ArrayList<>()).add(times);
            report(
                    "%d %s, %s, the controller was %d: nothing acknowledged for %,d ms, nothing delivered for %,d ms, in sync after %,d ms"
                            .formatted(
                                    number,
                                    fault,
                                    what,
                                    controller,
                                    times.unacknowledged,
                                    times.undelivered,
                                    times.inSync),
                    wrong);
        }
    }

    private Optional<String> awaitWorking(Probe probe, long since) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(AGAIN_SECONDS);
        while (probe.failure().isEmpty() && !probe.worksSince(since)) {
            if (System.nanoTime() > deadline) return Optional.of("the probe does not go on");
            Thread.sleep(5);
        }
        return probe.failure();
    }

    /// Every load gets something done.
    private Optional<String> awaitProgress(Probe probe, long since) throws InterruptedException {
        int[] before = loads.stream().mapToInt(Load::promises).toArray();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(FINISH_SECONDS);
        for (int i = 0; i < before.length; i++) {
            while (loads.get(i).promises() <= before[i]) {
                if (System.nanoTime() > deadline)
                    return Optional.of(loads.get(i).name() + " gets nothing done");
                Thread.sleep(20);
            }
        }
        return awaitWorking(probe, since);
    }

    private void finish(Probe probe) throws Exception {
        if (!failed) report("all loads go on after the last fault", awaitProgress(probe, System.nanoTime()));
        boolean ends = !failed;
        // After a failure they may have nothing to wait for.
        if (ends) {
            loads.forEach(Load::close);
            probe.close();
        }
        report("%,d records of the probe, each once and in order".formatted(3 * probe.sent()), probe.failure());
        for (Load each : loads) {
            Optional<String> wrong;
            try {
                wrong = each.verify();
            } catch (RuntimeException e) {
                wrong = Optional.of(e.toString());
            }
            report("%s: %,d promises kept".formatted(each.name(), each.promises()), wrong);
        }
        if (!ends) return;
        String lacking = cluster.awaitInSync();
        report("all in sync in the end", lacking.isEmpty() ? Optional.empty() : Optional.of(lacking));
        for (NodeProcess each : cluster.nodes())
            if (!each.end() && !each.isKafka()) report("node " + each.id() + " stops", Optional.of("not in a minute"));
        report(
                "the replicas are equal",
                Replicas.difference(cluster.nodes(), List.of(PROBE, "idempotent", "transactional"), Topic.PARTITIONS));
    }

    private void table() {
        System.out.printf(
                "%n%-20s %6s   %-24s %-24s %s%n",
                "fault", "times", "unacknowledged ms, max", "undelivered ms, max", "in sync after ms, max");
        measured.forEach((fault, all) -> System.out.printf(
                "%-20s %6d   %,8d %,8d        %,8d %,8d        %,8d %,8d%n",
                fault,
                all.size(),
                median(all.stream().map(Measured::unacknowledged).sorted().toList()),
                all.stream().mapToLong(Measured::unacknowledged).max().orElse(0),
                median(all.stream().map(Measured::undelivered).sorted().toList()),
                all.stream().mapToLong(Measured::undelivered).max().orElse(0),
                median(all.stream().map(Measured::inSync).sorted().toList()),
                all.stream().mapToLong(Measured::inSync).max().orElse(0)));
    }

    private static long median(List<Long> sorted) {
        return sorted.get(sorted.size() / 2);
    }
}
