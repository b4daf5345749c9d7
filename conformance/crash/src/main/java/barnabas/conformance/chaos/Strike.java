package barnabas.conformance.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// One fault from its begin to its end: everything runs and is connected again when it returns, and has not caught up
/// yet.
final class Strike {
    private static final int DOWN_MILLIS_MAX = 2_500;
    private static final int CUT_MILLIS_MIN = 1_000;
    private static final int CUT_MILLIS_MAX = 9_000;
    private static final int SLOW_KILOBITS = 400;
    private static final int STALL_MILLIS_MAX = 1_000;
    private static final int BETWEEN_STALLS_MILLIS_MAX = 100;
    private static final int JUMPS_MAX = 4;
    private static final int MINUTES_BACK_MAX = 50;
    private static final int MINUTES_AHEAD_MAX = 12 * 60;
    private static final long CHUNK_BYTES = 1 << 20;

    private final Cluster cluster;
    private final String topic;
    private final int partitions;
    private final int pauseSecondsMax;
    private final Random random;

    /// @param topic faults of leaders are aimed at
    /// @param pauseSecondsMax the longest SIGSTOP
    Strike(Cluster cluster, String topic, int partitions, int pauseSecondsMax, Random random) {
        this.cluster = cluster;
        this.topic = topic;
        this.partitions = partitions;
        this.pauseSecondsMax = pauseSecondsMax;
        this.random = random;
    }

    /// @return which nodes, and what else there is to say
    String with(Fault fault) throws IOException, InterruptedException {
        return switch (fault) {
            case KILL_LEADER -> kill(List.of(leader()));
            case KILL_CONTROLLER -> kill(List.of(controller()));
            case KILL_TWO -> kill(some(2));
            case KILL_ALL -> kill(some(Cluster.NODES));
            case STOP_LEADER -> stop(leader());
            case PAUSE_LEADER -> pause(List.of(leader()));
            case PAUSE_CONTROLLER -> pause(List.of(controller()));
            case PAUSE_FOLLOWER -> pause(List.of(other(leader())));
            case PAUSE_ALL -> pause(some(Cluster.NODES));
            case LOSE_TAILS, FLIP_BITS, LOSE_PARTITIONS -> lose(fault);
            case FILL_DISK -> fill(anyone());
            case SLOW_DISK -> slowDisk(leader());
            case JUMP_CLOCK -> jumpClock(anyone());
            case CUT_OFF_LEADER -> cutOff(leader());
            case CUT_OFF_CONTROLLER -> cutOff(controller());
            case CUT_LINK -> cutLink(true);
            case CUT_ONE_WAY -> cutLink(false);
            case SLOW_LINK -> slow(leader());
        };
    }

    private NodeProcess anyone() {
        return cluster.node(1 + random.nextInt(Cluster.NODES));
    }

    private NodeProcess leader() throws InterruptedException {
        int id = cluster.leader(topic, random.nextInt(partitions));
        return id == Cluster.NOBODY ? anyone() : cluster.node(id);
    }

    private NodeProcess controller() throws InterruptedException {
        int id = cluster.controller();
        return id == Cluster.NOBODY ? anyone() : cluster.node(id);
    }

    private NodeProcess other(NodeProcess than) {
        int step = 1 + random.nextInt(Cluster.NODES - 1);
        return cluster.node(1 + (than.id() - 1 + step) % Cluster.NODES);
    }

    private List<NodeProcess> some(int count) {
        var all = new ArrayList<>(cluster.nodes());
        Collections.shuffle(all, random);
        return List.copyOf(all.subList(0, count));
    }

    private static String names(List<NodeProcess> victims) {
        return "node "
                + String.join(", ", victims.stream().map(each -> "" + each.id()).toList());
    }

    /// A moment without the node, or none: a process that is back before it is missed is another case.
    private void down() throws InterruptedException {
        if (random.nextInt(3) > 0) Thread.sleep(random.nextInt(DOWN_MILLIS_MAX));
    }

    private String kill(List<NodeProcess> victims) throws IOException, InterruptedException {
        for (NodeProcess each : victims) each.kill();
        down();
        for (NodeProcess each : victims) each.launch();
        cluster.awaitReady(victims);
        return names(victims);
    }

    private String stop(NodeProcess victim) throws IOException, InterruptedException {
        victim.stop();
        down();
        victim.launch();
        cluster.awaitReady(List.of(victim));
        return "node " + victim.id();
    }

    private String pause(List<NodeProcess> victims) throws IOException, InterruptedException {
        long millis = 1_000L << random.nextInt(6);
        millis = Math.min(millis + random.nextInt(1_000), pauseSecondsMax * 1_000L);
        for (NodeProcess each : victims) each.pause();
        try {
            Thread.sleep(millis);
        } finally {
            for (NodeProcess each : victims) each.resume();
        }
        return "%s, %.1f s".formatted(names(victims), millis / 1e3);
    }

    private String lose(Fault fault) throws IOException, InterruptedException {
        NodeProcess victim = random.nextBoolean() ? controller() : leader();
        victim.kill();
        String lost = switch (fault) {
            case LOSE_TAILS -> "%,d bytes are gone".formatted(new UnforcedBytes(victim.data()).cut(random));
            case FLIP_BITS -> "one bit of %d logs".formatted(new UnforcedBytes(victim.data()).flip(random));
            default -> "%d partitions are gone".formatted(deletePartitions(victim.data()));
        };
        down();
        victim.launch();
        cluster.awaitReady(List.of(victim));
        return "node " + victim.id() + ", " + lost;
    }

    private static int deletePartitions(Path directory) throws IOException {
        List<Path> gone;
        try (Stream<Path> found = Files.list(directory)) {
            gone = found.filter(Files::isDirectory)
                    .filter(each -> !each.getFileName().toString().startsWith("__cluster_metadata"))
                    .filter(each -> each.getFileName().toString().matches(".*-[0-9]+"))
                    .toList();
        }
        for (Path each : gone) {
            try (Stream<Path> files = Files.walk(each)) {
                files.sorted(Comparator.reverseOrder()).forEach(Strike::delete);
            }
        }
        return gone.size();
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int cutMillis() {
        return random.nextInt(CUT_MILLIS_MIN, CUT_MILLIS_MAX);
    }

    private String fill(NodeProcess victim) throws IOException, InterruptedException {
        Path filler = victim.data().resolveSibling("filler");
        int millis = cutMillis();
        long filled = 0;
        try (var out = Files.newOutputStream(filler)) {
            byte[] zeros = new byte[(int) CHUNK_BYTES];
            while (true) {
                out.write(zeros);
                filled += zeros.length;
            }
        } catch (IOException full) {
            Thread.sleep(millis);
        } finally {
            Files.deleteIfExists(filler);
        }
        if (!victim.isAlive()) {
            victim.launch();
            cluster.awaitReady(List.of(victim));
            return "node %d, %,d MB, it ended and was started again".formatted(victim.id(), filled >> 20);
        }
        return "node %d, %,d MB, %.1f s".formatted(victim.id(), filled >> 20, millis / 1e3);
    }

    /// Freezes the file system for a part of each second or so.
    private String slowDisk(NodeProcess victim) throws IOException, InterruptedException {
        String directory = victim.data().getParent().toString();
        int millis = cutMillis();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        int stalls = 0;
        while (System.nanoTime() < end) {
            Shell.run("fsfreeze", "--freeze", directory);
            try {
                Thread.sleep(random.nextInt(STALL_MILLIS_MAX));
            } finally {
                Shell.run("fsfreeze", "--unfreeze", directory);
            }
            stalls++;
            Thread.sleep(random.nextInt(BETWEEN_STALLS_MILLIS_MAX));
        }
        return "node %d, %d stalls in %.1f s".formatted(victim.id(), stalls, millis / 1e3);
    }

    /// Less back than an hour, where brokers refuse the timestamps of clients (`message.timestamp.after.max.ms`), and
    /// less ahead than a day, where they forget producers (`producer.id.expiration.ms`). Both are as in Apache Kafka.
    private String jumpClock(NodeProcess victim) throws IOException, InterruptedException {
        Path clock = victim.data().resolveSibling("clock");
        setClock(clock, 0);
        victim.stop();
        victim.launchWithClock(clock);
        cluster.awaitReady(List.of(victim));
        cluster.awaitInSync();
        cluster.electPreferred();
        int jumps = 1 + random.nextInt(JUMPS_MAX);
        var minutes = new ArrayList<Integer>();
        for (int i = 0; i < jumps; i++) {
            int ahead = random.nextBoolean()
                    ? -random.nextInt(MINUTES_BACK_MAX)
                    : random.nextInt(MINUTES_AHEAD_MAX);
            minutes.add(ahead);
            setClock(clock, ahead);
            Thread.sleep(cutMillis() / jumps);
        }
        victim.stop();
        victim.launch();
        cluster.awaitReady(List.of(victim));
        return "node %d, by %s minutes".formatted(victim.id(), minutes);
    }

    /// In one step, so that no half of it is read.
    private static void setClock(Path clock, int minutesAhead) throws IOException {
        Path next = clock.resolveSibling("clock.next");
        Files.writeString(next, "%+dm".formatted(minutesAhead));
        Files.move(next, clock, StandardCopyOption.ATOMIC_MOVE);
    }

    private String cutOff(NodeProcess victim) throws IOException, InterruptedException {
        int millis = cutMillis();
        cluster.links().cutOff(victim.id());
        try {
            Thread.sleep(millis);
        } finally {
            cluster.links().reconnect(victim.id());
        }
        return "node %d, %.1f s".formatted(victim.id(), millis / 1e3);
    }

    private String cutLink(boolean bothWays) throws IOException, InterruptedException {
        int one = leader().id();
        int other = other(cluster.node(one)).id();
        boolean turned = random.nextBoolean();
        int from = turned ? other : one;
        int to = turned ? one : other;
        int millis = cutMillis();
        cluster.links().cutOneWay(from, to);
        if (bothWays) cluster.links().cutOneWay(to, from);
        try {
            Thread.sleep(millis);
        } finally {
            cluster.links().healOneWay(from, to);
            if (bothWays) cluster.links().healOneWay(to, from);
        }
        return "%s %d to %d, %.1f s".formatted(bothWays ? "nodes" : "from node", from, to, millis / 1e3);
    }

    private String slow(NodeProcess victim) throws IOException, InterruptedException {
        int millis = cutMillis();
        cluster.links().slow(victim.id(), SLOW_KILOBITS);
        try {
            Thread.sleep(millis);
        } finally {
            cluster.links().fast(victim.id());
        }
        return "node %d, %,d kbit/s, %.1f s".formatted(victim.id(), SLOW_KILOBITS, millis / 1e3);
    }
}
