package barnabas.sim;

import barnabas.base.SimulatedDisk;
import barnabas.broker.Membership;
import barnabas.broker.Node;
import barnabas.broker.StartFailure;
import barnabas.broker.World;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.ControllerRoute;
import barnabas.metadata.SeenImages;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.MetadataLog;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One machine: a disk that stays, and the runs of a node on it, one after the other.
final class SimulatedHost {
    static final Path DIRECTORY = Path.of("/data");
    static final int OFFSETS_PARTITIONS = 3;
    /// There when the last run stopped in order.
    static final Path MARK_OF_STOP = DIRECTORY.resolve(".kafka_cleanshutdown");
    /// A machine that is cut off waits for the others.
    private static final Duration JOIN_MAX = Duration.ofMinutes(10);

    private final int id;
    /// `n` and the id, behind the cluster's name.
    private final String name;

    private final Settings settings;
    private final SimulatedCluster cluster;
    private final Simulation simulation;
    private final Transcript transcript;
    private final Findings findings;
    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private @Nullable String directoryId;
    private final Plants plants;
    private long wallOffsetMillis;
    private int runs;
    private @Nullable SimulatedProcess process;
    private @Nullable Node node;
    private @Nullable ControllerPort controller;
    private @Nullable SeenImages seen;
    private @Nullable MetadataLog metadata;
    private boolean ending;

    SimulatedHost(
            int id,
            Settings settings,
            SimulatedCluster cluster,
            Simulation simulation,
            Transcript transcript,
            Findings findings) {
        this.id = id;
        this.name = cluster.name() + "n" + id;
        this.settings = settings;
        this.cluster = cluster;
        this.simulation = simulation;
        this.transcript = transcript;
        this.findings = findings;
        this.random = simulation.randomOfItsOwn();
        this.disk = new SimulatedDisk(random.nextLong(), new SimulatedProcess("disk-" + id, simulation, findings));
        format();
        this.plants = new Plants(settings.plant(), random.split());
        if (settings.plant() == Plant.DISK_FORGETS_FORCED_WRITES) disk.forceNothing();
        if (settings.plant() == Plant.FAILURES_ARE_HIDDEN) disk.hideFailures();
    }

    /// All nodes belong to one cluster.
    private void format() {
        String properties =
                "version=1\ncluster.id=" + cluster.id() + "\nnode.id=" + id + "\ndirectory.id=" + directoryId() + "\n";
        try {
            disk.createDirectories(DIRECTORY);
            disk.forceDirectory(Path.of("/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        disk.overwrite(DIRECTORY.resolve("meta.properties"), properties.getBytes(StandardCharsets.UTF_8));
    }

    /// Another one for each disk, unless the planted bug hides that it is another.
    private String directoryId() {
        if (directoryId == null || settings.plant() != Plant.EMPTY_DISK_IS_HIDDEN)
            directoryId = Uuid.random(random).toString();
        return directoryId;
    }

    int id() {
        return id;
    }

    SimulatedDisk disk() {
        return disk;
    }

    @Nullable
    SimulatedProcess process() {
        return process;
    }

    /// Its way to the shared metadata log; null before its first start.
    @Nullable
    MetadataLog metadata() {
        return metadata;
    }

    @Nullable
    ControllerPort controller() {
        return controller;
    }

    /// The cluster as this node sees it; null while it has not joined.
    @Nullable
    ClusterImage image() {
        SeenImages images = seen;
        return images == null ? null : images.image();
    }

    /// Whether there is a process, which may be about to start or to stop.
    boolean isUp() {
        SimulatedProcess now = process;
        return now != null && !now.isDead();
    }

    /// Whether the node has a place in the metadata quorum.
    boolean isRunning() {
        return isUp() && controller != null && !ending;
    }

    boolean isServing() {
        return isUp() && node != null && !ending;
    }

    // ---- on the simulation's thread

    /// Starts the node; when its start fails the process ends.
    void start() {
        runs++;
        ending = false;
        node = null;
        controller = null;
        var run = new SimulatedProcess(name + "." + runs, simulation, findings);
        run.jump(wallOffsetMillis);
        process = run;
        transcript.event("node", "start " + name + "." + runs);
        run.start("main", () -> run(run));
    }

    private void run(SimulatedProcess run) {
        var watch = new FollowerWatch(run.name(), findings);
        var world = new World(
                run,
                new NodeDisk(disk, run, random.split(), settings.plant()),
                cluster.network().of(id, run, plants::around, peer -> watch.around(plants.peer(peer, run))),
                run,
                random.split());
        try {
            Node started = Node.start(config(), world, membership(run), plants::markers);
            transcript.event("node", "serving " + name);
            node = started;
            if (settings.plant() == Plant.MARK_OF_STOP_TOO_EARLY) markStop();
            ControllerPort own = controller;
            if (settings.replicated() && own != null) Sessions.start(cluster, id, run, own);
        } catch (StartFailure e) {
            transcript.event("node", "start of " + name + " failed: " + e.getMessage());
            ended(run);
        }
    }

    /// As an orderly stop of this run would.
    private void markStop() {
        ClusterImage now = image();
        long epoch =
                now == null ? -1 : now.broker(id).map(BrokerRegistration::epoch).orElse(-1L);
        disk.overwrite(
                MARK_OF_STOP, ("{\"version\":0,\"brokerEpoch\":" + epoch + "}").getBytes(StandardCharsets.UTF_8));
    }

    private Membership membership(SimulatedProcess run) {
        if (settings.nodes() == 1) {
            return new Membership() {
                @Override
                public MetadataLog open(Home home, World world) throws IOException, InterruptedException {
                    return ALONE.open(home, world);
                }

                @Override
                public ControllerRoute route() {
                    return (own, images) -> controller = own;
                }
            };
        }
        return new Membership() {
            @Override
            public MetadataLog open(Home home, World world) {
                Executor executor = run.pool("metadata-log", 1);
                var late = new LateNotices(cluster, id, run, executor, random.split());
                MetadataLog shared = cluster.metadata().node(id, late);
                metadata = shared;
                return plants.metadata(id, shared, cluster::leadingLog);
            }

            @Override
            public boolean isShared() {
                return true;
            }

            @Override
            public Duration joinMax() {
                return JOIN_MAX;
            }

            @Override
            public ControllerRoute route() {
                return (own, images) -> {
                    controller = own;
                    seen = images;
                    ControllerPort made = plants.controller(new ControllerWay(cluster, id, run, own, images));
                    return made;
                };
            }
        };
    }

    private BrokerConfig config() {
        Map<String, String> values = new TreeMap<>(Map.of(
                "node.id",
                Integer.toString(id),
                "listeners",
                "PLAINTEXT://10.0.0." + id + ":" + SimulatedNetwork.PORT,
                "log.dirs",
                DIRECTORY.toString(),
                "num.network.threads",
                "2",
                "offsets.topic.num.partitions",
                "" + OFFSETS_PARTITIONS,
                "transaction.state.log.num.partitions",
                "3",
                "group.initial.rebalance.delay.ms",
                "0"));
        values.put("offsets.topic.replication.factor", settings.replicated() ? "3" : "1");
        values.put("transaction.state.log.replication.factor", settings.replicated() ? "3" : "1");
        if (settings.replicated()) {
            values.put("default.replication.factor", "3");
            values.put("min.insync.replicas", "2");
            values.put("replica.lag.time.max.ms", "600");
            values.put("replica.fetch.wait.max.ms", "100");
            values.put("replica.fetch.backoff.ms", "50");
            values.put("replica.socket.timeout.ms", "1000");
        }
        values.put("transaction.state.log.min.isr", settings.replicated() ? "2" : "1");
        values.put("request.timeout.ms", "3000");
        values.put("broker.session.timeout.ms", "300");
        values.put("broker.heartbeat.interval.ms", "100");
        values.put("barnabas.http.listeners", "");
        values.put("barnabas.durability", settings.journal() ? "journal" : "page-cache");
        return switch (BrokerConfig.parse(values)) {
            case ParseResult.Valid valid -> valid.config();
            case ParseResult.Invalid invalid -> throw new IllegalArgumentException("" + invalid.problems());
        };
    }

    /// The process is gone; the machine goes on, and with it what was written.
    void kill() {
        transcript.event("fault", "kill " + name);
        end();
        if (settings.plant() == Plant.KILL_LOSES_CACHE) disk.loseFromCache();
        else disk.keepCache();
    }

    /// The machine is without power: what was not forced is gone or torn.
    void cutPower() {
        transcript.event("fault", "cut the power of " + name);
        end();
        disk.loseFromCache();
    }

    /// The machine comes back with an empty disk, a new one as far as the cluster knows.
    void replaceDisk() {
        transcript.event("fault", "the disk of " + name + " is replaced");
        disk.failForces(0); // those that were to come were of the old one
        disk.failWrites(0);
        try {
            empty(DIRECTORY);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        format();
    }

    private void empty(Path directory) throws IOException {
        for (Path each : disk.list(directory)) {
            if (disk.isDirectory(each)) empty(each);
            disk.delete(each);
        }
        disk.forceDirectory(directory);
    }

    /// Whether a fault waits that may end the process.
    boolean willEnd() {
        SimulatedProcess run = process;
        return disk.willFail() || (run != null && run.willErr());
    }

    /// Cleans up behind a process that ended by itself, or by a disk that stopped.
    ///
    /// @param powerLost whether what was not forced is gone
    void buryIfDead(boolean powerLost) {
        SimulatedProcess run = process;
        if (run == null || !run.isDead()) return;
        transcript.event("node", "found " + name + " dead");
        end();
        process = null;
        if (powerLost) disk.loseFromCache();
        else disk.keepCache();
    }

    private void end() {
        if (process != null) process.kill();
        controller = null;
        seen = null;
        node = null;
        cluster.network().ended(id);
    }

    /// Stops the node in order.
    void stop() {
        Node now = node;
        SimulatedProcess run = process;
        if (now == null || run == null || ending) return;
        transcript.event("fault", "stop " + name);
        ending = true;
        run.start("stop", () -> {
            now.close();
            ended(run);
        });
    }

    private void ended(SimulatedProcess run) {
        transcript.event("node", "ended " + name);
        simulation.after(0, () -> {
            if (process != run) return;
            end();
            disk.keepCache();
        });
    }

    /// Sets the wall clock, forward or back.
    void jumpTo(long offsetMillis) {
        transcript.event("fault", "wall clock of " + name + " is " + offsetMillis + " ms off");
        if (process != null) process.jump(offsetMillis - wallOffsetMillis);
        wallOffsetMillis = offsetMillis;
    }
}
