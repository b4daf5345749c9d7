package barnabas.sim;

import barnabas.base.Check;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Faults of the nodes: crashes, restarts, broken disks and networks, clocks that jump. Also the operator, who
/// starts a node that is down. Runs on the simulation's thread.
final class Faults {
    private static final long MILLI = 1_000_000;
    private static final int WATCH_NANOS = 50_000_000;
    private static final int BETWEEN_MILLIS_MAX = 1_200;
    private static final int BETWEEN_ELECTIONS_MILLIS_MAX = 400;
    private static final int DOWN_MILLIS_MAX = 1_500;
    private static final int LASTS_MILLIS_MAX = 2_500;
    private static final int CHANGES_MAX = 150;
    private static final int SPACE_MAX = 6_000;
    private static final int SHORT_PER_MILLE_MAX = 150;
    private static final int JUMP_MILLIS_MAX = 600_000;
    private static final int ELECTION_NANOS = 400_000_000;
    private static final int ALLOCATIONS_MAX = 60;
    private static final int TOPICS_ONE_IN = 6;
    private static final int TOPIC_CHANGES_MAX = 12;
    private static final int REPLACED_ONE_IN = 4;
    private static final int IN_SYNC_MIN = 2;
    private static final int FENCED_NANOS = 500_000_000;

    private enum Kind {
        KILL,
        STOP_IN_A_WRITE,
        CUT_POWER,
        STOP,
        BREAK_CONNECTIONS,
        CUT_CLIENTS,
        CUT_NODES,
        CUT_ONE_WAY,
        CUT_OFF,
        DISK_FULL,
        WRITES_FAIL,
        FORCES_FAIL,
        DISK_RUNS_SHORT,
        CLOCK_JUMPS,
        MEMORY_RUNS_OUT,
        FLIP_BITS,
        ELECT;

        private boolean endsProcess() {
            return switch (this) {
                case KILL, STOP_IN_A_WRITE, CUT_POWER, WRITES_FAIL, FORCES_FAIL, MEMORY_RUNS_OUT -> true;
                default -> false;
            };
        }

        /// Kinds to choose from: a rare planted bug gets those that bring it about, the likelier ones several times.
        private static List<Kind> of(Plant plant) {
            return switch (plant) {
                case OLD_EPOCH_IS_APPENDED -> List.of(KILL, CUT_POWER, STOP, CUT_NODES, CUT_ONE_WAY, CUT_OFF, ELECT);
                case LAST_EPOCH_IS_FORGOTTEN, OLD_EPOCH_TRUNCATES, DIVERGED_FOLLOWER_COUNTS ->
                    List.of(CUT_OFF, CUT_OFF, CUT_OFF, CUT_NODES, CUT_ONE_WAY, KILL, STOP, ELECT);
                case STALE_CONTROLLER_IS_OBEYED -> List.of(ELECT, ELECT, ELECT, CUT_OFF, KILL, STOP);
                case MARK_OF_STOP_TOO_EARLY -> List.of(CUT_POWER, CUT_POWER, CUT_POWER, KILL);
                case UNCLEAN_STOP_IS_HIDDEN, EMPTY_DISK_IS_HIDDEN ->
                    List.of(CUT_POWER, CUT_POWER, CUT_POWER, KILL, KILL);
                case EPOCH_STAYS_WHERE_NOTHING_IS_CUT -> List.of(CUT_OFF, CUT_OFF, CUT_NODES, KILL, STOP, ELECT);
                default -> List.of(values());
            };
        }
    }

    private final Settings settings;
    private final SimulatedCluster cluster;
    private final Simulation simulation;
    private final Transcript transcript;
    private final SplittableRandom random;
    /// Of its own: whether disks are replaced changes no other fault of a seed.
    private final SplittableRandom replacements;

    private final Set<Integer> planned = new HashSet<>();
    private final Set<Integer> hurt = new HashSet<>();
    private final Set<Integer> toFlip = new HashSet<>();
    private final Damage damage;
    /// The registration of the run in which a machine lost what was not forced.
    private final Map<Integer, Long> lost = new HashMap<>();
    private @Nullable Copies copies;
    private boolean healing;
    private boolean electing;
    private boolean flips = true;

    Faults(Settings settings, SimulatedCluster cluster, Simulation simulation, Transcript transcript) {
        this.settings = settings;
        this.cluster = cluster;
        this.simulation = simulation;
        this.transcript = transcript;
        this.random = simulation.randomOfItsOwn();
        this.replacements = new SplittableRandom(settings.seed());
        this.damage = new Damage(transcript, random.split(), settings.plant() == Plant.DAMAGE_IS_CUT);
    }

    /// Bits on disks stay right.
    Faults withoutFlips() {
        flips = false;
        return this;
    }

    /// Has `looking` see what a disk holds before its power is cut.
    void lookAt(Copies looking) {
        copies = looking;
    }

    Damage damage() {
        return damage;
    }

    /// Looks after nodes that are down, from now on.
    void watch() {
        for (SimulatedHost host : cluster.hosts()) {
            Check.that(
                    settings.journal() || !host.disk().stopped() || cluster.image() == null || !oneIsBehind(),
                    "a machine stops by a fault while another one has lost its cache");
            host.buryIfDead(settings.journal() && random.nextBoolean());
            if (!host.isUp() && toFlip.remove(host.id()) && !healing) {
                hurt.add(host.id());
                damage.flip(host);
            }
            if (!host.isUp() && planned.add(host.id())) {
                simulation.after(random.nextInt(healing ? 200 : DOWN_MILLIS_MAX) * MILLI, () -> {
                    planned.remove(host.id());
                    if (!host.isUp()) host.start();
                });
            }
        }
        boolean headless = settings.nodes() > 1 && !cluster.canLead(cluster.controllerId());
        if (headless && !electing) {
            electing = true;
            simulation.after(ELECTION_NANOS, () -> {
                electing = false;
                cluster.electUnlessControllerCanLead();
            });
        }
        simulation.after(WATCH_NANOS, this::watch);
    }

    void begin() {
        if (settings.faults()) next();
    }

    private void next() {
        boolean often = settings.plant().showsAtElections() && !settings.plant().showsBetweenFaults();
        int between = often ? BETWEEN_ELECTIONS_MILLIS_MAX : BETWEEN_MILLIS_MAX;
        simulation.after(random.nextInt(between) * MILLI, () -> {
            if (healing) return;
            List<Kind> kinds = Kind.of(settings.plant());
            happen(kinds.get(random.nextInt(kinds.size())));
            next();
        });
    }

    private SimulatedHost anyHost() {
        List<SimulatedHost> hosts = cluster.hosts();
        return hosts.get(random.nextInt(hosts.size()));
    }

    private void happen(Kind kind) {
        SimulatedHost host = anyHost();
        int id = host.id();
        if (kind.endsProcess() && oneIsBehind()) return;
        switch (kind) {
            case KILL -> {
                if (host.isUp()) host.kill();
            }
            case STOP_IN_A_WRITE -> {
                int changes = 1 + random.nextInt(CHANGES_MAX);
                transcript.event("fault", "n" + id + " stops in change " + changes + " of its disk");
                if (host.isUp()) host.disk().stopAfter(changes);
            }
            case CUT_POWER -> {
                if (settings.replicated() && replacements.nextBoolean()) cutPowerOfLastButOne(host);
                else cutPower(host);
            }
            case STOP -> host.stop();
            case BREAK_CONNECTIONS -> {
                for (int left = 1 + random.nextInt(4); left > 0; left--)
                    cluster.network().breakOne();
            }
            case CUT_CLIENTS -> cut(SimulatedNetwork.CLIENTS, id, true);
            case CUT_NODES, CUT_ONE_WAY -> {
                SimulatedHost other = anyHost();
                if (other != host) cut(id, other.id(), kind == Kind.CUT_NODES);
            }
            case CUT_OFF -> {
                for (SimulatedHost other : cluster.hosts()) if (other != host) cut(id, other.id(), true);
            }
            case DISK_FULL, WRITES_FAIL, FORCES_FAIL, DISK_RUNS_SHORT -> hurt(kind, host);
            case CLOCK_JUMPS -> host.jumpTo(random.nextInt(-JUMP_MILLIS_MAX, JUMP_MILLIS_MAX));
            case MEMORY_RUNS_OUT -> runOutOfMemory(host);
            case FLIP_BITS -> {
                if (!flips) return;
                host.stop();
                toFlip.add(id);
            }
            case ELECT -> {
                if (settings.nodes() > 1 && cluster.canLead(id)) cluster.elect(id);
            }
        }
    }

    /// Whether a machine without power comes back with an empty disk.
    private boolean replaced() {
        int oneIn = settings.plant() == Plant.EMPTY_DISK_IS_HIDDEN ? 1 : REPLACED_ONE_IN;
        return replacements.nextInt(oneIn) == 0;
    }

    private void cutPower(SimulatedHost host) {
        boolean replaced = settings.replicated() && replaced();
        if (!host.isUp() || (replaced || !settings.journal()) && !mayLose(host)) return;
        if (copies != null) copies.powerIsCut(host);
        host.cutPower();
        if (replaced) host.replaceDisk();
    }

    /// The machine is one of two in sync, the other one is killed when this one is fenced: only those that are eligible
    /// to lead without being in sync are left.
    private void cutPowerOfLastButOne(SimulatedHost host) {
        SimulatedHost other = anyHost();
        if (other == host || !other.isUp()) return;
        other.kill();
        simulation.after(FENCED_NANOS, () -> {
            if (healing || oneIsBehind()) return;
            cutPower(host);
            simulation.after(FENCED_NANOS, () -> {
                if (healing || oneIsBehind()) return;
                for (SimulatedHost each : cluster.hosts()) if (each != host && each.isUp()) each.kill();
            });
        });
    }

    /// One of the next changes of the disk, buffers or threads costs an Error.
    private void runOutOfMemory(SimulatedHost host) {
        SimulatedProcess process = host.process();
        int allocations = 1 + random.nextInt(ALLOCATIONS_MAX);
        boolean onDisk = random.nextBoolean();
        transcript.event(
                "fault", "n" + host.id() + " gets an Error at " + (onDisk ? "change " : "allocation ") + allocations);
        hurt.add(host.id());
        if (onDisk) host.disk().errAfter(allocations);
        else if (process != null && host.isServing()) process.errAfter(allocations);
    }

    /// A topic is about to be created or deleted: a node may die between the record of it and its directories.
    void topicsChange() {
        if (healing || !settings.faults() || random.nextInt(TOPICS_ONE_IN) != 0 || oneIsBehind()) return;
        SimulatedHost host = anyHost();
        int changes = 1 + random.nextInt(TOPIC_CHANGES_MAX);
        transcript.event("fault", "n" + host.id() + " stops in change " + changes + ", as topics change");
        if (host.isUp()) host.disk().stopAfter(changes);
    }

    /// Unforced bytes of one machine may be lost while two replicas of each partition are in sync, no node is cut off,
    /// which would leave it one only in name, no other machine has lost something that it has not copied again, and
    /// none is about to stop or to end by a fault.
    private boolean mayLose(SimulatedHost host) {
        if (!settings.replicated()
                || !cluster.areInSync(IN_SYNC_MIN)
                || !cluster.network().isWhole()) return false;
        ClusterImage image = cluster.image();
        for (SimulatedHost each : cluster.hosts()) {
            long epoch = image == null ? -1 : epochOf(each.id(), image);
            if (epoch < 0 || lost.getOrDefault(each.id(), -1L) == epoch || each.willEnd()) return false;
        }
        if (image != null) lost.put(host.id(), epochOf(host.id(), image));
        return true;
    }

    /// Whether a machine lost unforced bytes and counts as in sync, or may: the controller has not taken it out,
    /// or has not fenced it yet, so that leaders may take it in, and it has not registered again. If all the
    /// others ended uncleanly now, it would be the last one in sync, and lead: without the journal replicas
    /// protect against the loss of one machine's cache only together with the others.
    private boolean oneIsBehind() {
        ClusterImage image = cluster.newestImage();
        if (image == null) return !lost.isEmpty();
        for (Map.Entry<Integer, Long> each : lost.entrySet()) {
            int id = each.getKey();
            boolean mayJoin =
                    image.broker(id).filter(broker -> !broker.fenced()).isPresent();
            if (epochOf(id, image) == each.getValue() && (mayJoin || SimulatedCluster.isInSyncAnywhere(id, image)))
                return true;
        }
        return false;
    }

    private static long epochOf(int node, ClusterImage image) {
        return image.broker(node).map(BrokerRegistration::epoch).orElse(-1L);
    }

    private void cut(int one, int other, boolean bothWays) {
        transcript.event("fault", "cut " + one + (bothWays ? " off " : " on the way to ") + other);
        cluster.network().cut(one, other);
        if (bothWays) cluster.network().cut(other, one);
        simulation.after(random.nextInt(LASTS_MILLIS_MAX) * MILLI, () -> {
            transcript.event("fault", "heal " + one + " and " + other);
            cluster.network().heal(one, other);
            cluster.network().heal(other, one);
        });
    }

    private void hurt(Kind kind, SimulatedHost host) {
        transcript.event("fault", kind + " at n" + host.id());
        hurt.add(host.id());
        switch (kind) {
            case DISK_FULL -> {
                host.disk().capacity(host.disk().bytes() + random.nextInt(SPACE_MAX));
                simulation.after(
                        random.nextInt(LASTS_MILLIS_MAX) * MILLI,
                        () -> host.disk().capacity(Long.MAX_VALUE));
            }
            case WRITES_FAIL -> host.disk().failWrites(1 + random.nextInt(3));
            case FORCES_FAIL -> host.disk().failForces(1 + random.nextInt(2));
            default -> {
                host.disk().runShort(1 + random.nextInt(SHORT_PER_MILLE_MAX));
                simulation.after(
                        random.nextInt(LASTS_MILLIS_MAX) * MILLI,
                        () -> host.disk().runShort(0));
            }
        }
    }

    /// No more faults; what is broken is mended, and nodes whose disk failed are killed, to be started again.
    void end() {
        healing = true;
        cluster.network().healAll();
        if (oneIsBehind()) {
            simulation.after(WATCH_NANOS, this::end);
            return;
        }
        transcript.event("fault", "heal everything");
        for (SimulatedHost host : cluster.hosts()) {
            // its disk answers again: damage there is mended below
            host.buryIfDead(false);
            host.disk().capacity(Long.MAX_VALUE);
            host.disk().runShort(0);
            host.disk().failWrites(0);
            host.disk().failForces(0);
            host.disk().stopAfter(Long.MAX_VALUE);
            host.disk().errAfter(Long.MAX_VALUE);
            if ((hurt.contains(host.id()) || damage.isThere()) && host.isUp()) host.kill();
        }
        toFlip.clear();
        damage.mend();
    }
}
