package barnabas.conformance.mixed;

import barnabas.conformance.chaos.NodeProcess;
import barnabas.conformance.chaos.Replicas;
import barnabas.conformance.crash.Program;
import barnabas.conformance.crash.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Nodes of Apache Kafka and of Barnabas in one cluster, under load: a broker of one kind joins a cluster of the other,
/// and a cluster of one kind becomes one of the other and back, node by node.
public final class Mixed {
    private static final int JOINING = 4;

    private final String program;
    private final Path work;
    private final boolean quick;
    private final Random random;
    private @Nullable Rights rights;

    private Mixed(String program, Path work, boolean quick, Random random) {
        this.program = program;
        this.work = work;
        this.quick = quick;
        this.random = random;
    }

    /// @param arguments program, work folder, `quick` or `full`, seed, scenarios separated by commas
    public static void main(String[] arguments) {
        Program.run(() -> run(arguments));
    }

    private static void run(String[] arguments) throws Exception {
        long seed = Long.parseLong(arguments[3]);
        System.out.println("seed " + seed);
        var mixed = new Mixed(arguments[0], Path.of(arguments[1]), arguments[2].equals("quick"), new Random(seed));
        for (String scenario : arguments[4].split(",")) mixed.run(scenario);
        System.out.println("done");
    }

    private interface Step {
        String take() throws Exception;
    }

    /// A step that waits for what it says. The program ends when it fails, and its nodes with it: clients would wait for
    /// ever for a cluster that does not answer.
    private static void step(String what, Step step) {
        long begin = System.nanoTime();
        try {
            String said = step.take();
            System.out.printf(
                    "ok %s%s, %.1f s%n", what, said.isEmpty() ? "" : ": " + said, (System.nanoTime() - begin) / 1e9);
        } catch (Exception e) {
            System.out.println("not ok " + what + ": " + e);
            System.exit(1);
        }
    }

    private void run(String scenario) throws Exception {
        System.out.println("-- " + scenario);
        try (var cluster = new MixedCluster(program, work.resolve(scenario))) {
            switch (scenario) {
                case "join-kafka" -> join(cluster, Kind.BARNABAS);
                case "join-barnabas" -> join(cluster, Kind.KAFKA);
                case "migrate" -> migrate(cluster, Kind.KAFKA, quick ? 1 : 2);
                case "back" -> migrate(cluster, Kind.BARNABAS, 1);
                default -> throw new IllegalArgumentException("unknown scenario " + scenario);
            }
        }
    }

    /// A broker joins three nodes of the other kind.
    private void join(MixedCluster cluster, Kind joining) throws Exception {
        step("three nodes of " + joining.other(), () -> {
            cluster.startVoters(joining.other());
            return "";
        });
        try (Work load = Work.begin(cluster, random.nextLong())) {
            step("clients work", () -> progress(load));
            admits(cluster);
            step(joining + " joins", () -> {
                cluster.join(JOINING, joining);
                rights().check(JOINING);
                return "";
            });
            step(joining + " takes a replica of everything, leads and coordinates", () -> {
                long begin = System.nanoTime();
                cluster.administration().place(List.of(JOINING, 1, 2));
                load.awaitProgress();
                return load.gaps(begin);
            });
            step(joining + " is killed", () -> {
                long begin = System.nanoTime();
                cluster.node(JOINING).kill();
                load.awaitProgress();
                return load.gaps(begin);
            });
            step(joining + " comes back, follows and leads again", () -> {
                long begin = System.nanoTime();
                cluster.start(JOINING, joining);
                cluster.administration().awaitInSync();
                cluster.administration().lead();
                load.awaitProgress();
                return load.gaps(begin);
            });
            if (!quick) killsController(cluster, load);
            step("replicas move back to " + joining.other(), () -> {
                long begin = System.nanoTime();
                cluster.administration().place(List.of(1, 2, 3));
                load.awaitProgress();
                return load.gaps(begin);
            });
            step(joining + " stops in order", () -> {
                cluster.node(JOINING).stop();
                load.awaitProgress();
                return "";
            });
            promises(load);
        }
    }

    private void admits(MixedCluster cluster) {
        step("a user is admitted by every node", () -> {
            rights =
                    Rights.give(cluster, Work.topics().getFirst(), Work.topics().getLast());
            for (int id = 1; id <= MixedCluster.VOTERS; id++) rights().check(id);
            return "";
        });
    }

    private Rights rights() {
        Rights given = rights;
        if (given == null) throw new IllegalStateException("no user was admitted");
        return given;
    }

    private static String progress(Work load) throws InterruptedException {
        load.awaitProgress();
        return "";
    }

    private void killsController(MixedCluster cluster, Work load) {
        step("the active controller is killed", () -> {
            int id = cluster.administration().controller();
            long begin = System.nanoTime();
            cluster.node(id).kill();
            load.awaitProgress();
            String gaps = load.gaps(begin);
            cluster.start(id, cluster.kind(id));
            cluster.administration().awaitInSync();
            int next = cluster.administration().controller();
            return "node %d (%s), then node %d (%s): %s"
                    .formatted(id, cluster.kind(id), next, cluster.kind(next), gaps);
        });
    }

    private void killsLeader(MixedCluster cluster, Work load) {
        step("a leader is killed", () -> {
            int id = cluster.administration().leader(Work.topics().getFirst());
            long begin = System.nanoTime();
            cluster.node(id).kill();
            load.awaitProgress();
            String gaps = load.gaps(begin);
            cluster.start(id, cluster.kind(id));
            cluster.administration().awaitInSync();
            return "node %d (%s): %s".formatted(id, cluster.kind(id), gaps);
        });
    }

    /// Three nodes of one kind become three of the other, and with a second turn of the first one again.
    private void migrate(MixedCluster cluster, Kind from, int turns) throws Exception {
        step("three nodes of " + from, () -> {
            cluster.startVoters(from);
            return "";
        });
        try (Work load = Work.begin(cluster, random.nextLong())) {
            step("clients work", () -> progress(load));
            admits(cluster);
            var guide = new Guide(program, cluster);
            Kind to = from;
            for (int turn = 1; turn <= turns; turn++) {
                to = to.other();
                Kind reached = to;
                for (int change = 1; change <= MixedCluster.VOTERS; change++) {
                    changes(cluster, load, guide, reached);
                    if (!quick) killsController(cluster, load);
                    if (!quick) killsLeader(cluster, load);
                }
                step("all nodes are of " + reached, () -> {
                    if (guide.next(reached).isPresent()) throw new IllegalStateException("another step is named");
                    return "";
                });
            }
            if (quick) killsController(cluster, load);
            promises(load);
            step("the replicas are equal", () -> {
                cluster.administration().awaitInSync();
                for (NodeProcess each : cluster.nodes())
                    if (!each.end() && cluster.kind(each.id()) == Kind.BARNABAS)
                        throw new IllegalStateException("node " + each.id() + " does not stop");
                Optional<String> difference =
                        Replicas.difference(List.copyOf(cluster.nodes()), Work.topics(), Topic.PARTITIONS);
                if (difference.isPresent()) throw new IllegalStateException(difference.get());
                return "";
            });
        }
    }

    /// The next node, as `barnabas migrate status` names it, changes its kind.
    private void changes(MixedCluster cluster, Work load, Guide guide, Kind to) {
        step("a node becomes one of " + to, () -> {
            int id = guide.next(to).orElseThrow(() -> new IllegalStateException("no step is left"));
            long begin = System.nanoTime();
            cluster.node(id).stop();
            guide.refuses(to);
            cluster.start(id, to);
            cluster.administration().awaitInSync();
            load.awaitProgress();
            rights().check(id);
            return "node " + id + ": " + load.gaps(begin);
        });
    }

    private void promises(Work load) {
        step("everything promised is there", () -> {
            Optional<String> wrong = load.finish();
            if (wrong.isPresent()) throw new IllegalStateException(wrong.get());
            return load.promises();
        });
    }
}
