package barnabas.bench.scenario;

import barnabas.bench.figure.ClusterFigures;
import barnabas.bench.figure.Figures;
import barnabas.bench.figure.Figures.Basis;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.RawProducer;
import barnabas.bench.load.ReplicatedTopic;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.RunningCluster;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Produce at a fixed rate to a partition with a replica on each of three nodes: what it costs them together, the
/// leader, and a follower beside it, and how long an acknowledgement takes.
///
/// @param shape the records of each request
/// @param aims the figures with targets, which come first in the table
record ClusterProduceScenario(String name, String title, Shape shape, double requestsPerSecond, List<Figure> aims)
        implements Scenario {
    /// So that nodes which were frozen go on as they were: no election, no fenced broker, no replica out of sync.
    private static final Map<String, String> CONFIG = Map.of(
            "broker.session.timeout.ms", "3600000",
            "controller.quorum.fetch.timeout.ms", "3600000",
            "replica.lag.time.max.ms", "3600000");

    private static final long START_SECONDS = 180;
    private static final long SETTLE_MILLIS = 1_000;

    @Override
    public int nodes() {
        return ClusterFigures.NODES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "load",
                "%s, open loop, %,.0f requests/s, to the leader of one partition"
                        .formatted(Client.RAW.title, requestsPerSecond));
        settings.put("request", Client.RAW.request(shape));
        settings.put(
                "semantics",
                "acks=all, three replicas, min.insync.replicas=2, no producer id; flush left to the operating system");
        settings.put(
                "nodes",
                ClusterFigures.NODES
                        + ", each broker and controller; CPU per GB and per request is that of all together");
        settings.put(
                "timeouts", new TreeMap<>(CONFIG) + ", of all systems alike: nodes that are not measured are frozen");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.underLoad(
                aims,
                shape.recordsPerBatch() > 1 ? Basis.GIGABYTE : Basis.REQUEST,
                Figures.P50,
                Figures.P99,
                Figures.P999,
                ClusterFigures.LEADER_PER_GB,
                ClusterFigures.FOLLOWER_PER_GB,
                ClusterFigures.FOLLOWER_SHARE,
                ClusterFigures.LARGEST);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new ClusterSession(system, bed, bed.freshDirectory(this, system));
    }

    private final class ClusterSession implements Session {
        private final Bed bed;
        private final Path directory;
        private final RunningCluster cluster;
        private final ReplicatedTopic topic;
        private final RawProducer producer;

        ClusterSession(BrokerSystem system, Bed bed, Path directory) throws IOException, InterruptedException {
            this.bed = bed;
            this.directory = directory;
            this.cluster = RunningCluster.start(system, directory, ClusterFigures.NODES, CONFIG);
            try {
                topic = ReplicatedTopic.create(cluster, name, in(START_SECONDS));
                producer = Client.raw(leader(), topic.topic(), shape);
            } catch (IOException e) {
                cluster.close();
                throw e;
            }
        }

        private static long in(long seconds) {
            return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        }

        private RunningBroker leader() {
            return cluster.node(topic.leader());
        }

        @Override
        public void warmUp() throws IOException, InterruptedException {
            producer.openLoop(requestsPerSecond, bed.warmUpSeconds());
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            List<ProcessSample> before = ClusterFigures.samples(cluster);
            LoadResult load = producer.openLoop(requestsPerSecond, bed.measureSeconds());
            List<ProcessSample> after = ClusterFigures.samples(cluster);
            int leading = topic.leader() - 1;
            ProcessSample leader = after.get(leading).minus(before.get(leading));
            ProcessSample all = ClusterFigures.sum(after).minus(ClusterFigures.sum(before));
            double follower = (double) (all.cpuNanos() - leader.cpuNanos()) / (ClusterFigures.NODES - 1);
            Measurement measurement = new Measurement();
            Figures.putCpu(measurement, all, load);
            Figures.putLatency(measurement, "acknowledgement", load);
            return measurement
                    .put(ClusterFigures.LEADER_PER_GB, leader.cpuNanos() / 1e9 / load.gigabytes())
                    .put(ClusterFigures.FOLLOWER_PER_GB, follower / 1e9 / load.gigabytes())
                    .put(ClusterFigures.FOLLOWER_SHARE, follower / leader.cpuNanos())
                    .put(ClusterFigures.LARGEST, ClusterFigures.largestMegabytes(cluster));
        }

        @Override
        public void pause() throws IOException, InterruptedException {
            cluster.pause();
        }

        @Override
        public void resume() throws IOException, InterruptedException {
            cluster.resume();
            Thread.sleep(SETTLE_MILLIS);
            if (!ReplicatedTopic.await(cluster, name, in(60)).equals(topic)) {
                throw new IOException("the leader moved while the nodes were frozen");
            }
        }

        @Override
        public String jvmOptions() throws IOException {
            return leader().jvmOptions();
        }

        @Override
        public OptionalLong pid() {
            return OptionalLong.of(leader().pid());
        }

        @Override
        public void close() throws IOException {
            try (producer) {
                cluster.close();
            } finally {
                Workspace.deleteTree(directory);
            }
        }
    }
}
