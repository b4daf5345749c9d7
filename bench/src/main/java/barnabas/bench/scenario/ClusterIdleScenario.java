package barnabas.bench.scenario;

import barnabas.bench.figure.ClusterFigures;
import barnabas.bench.figure.Figures;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningCluster;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Memory and CPU of the nodes of a cluster without clients.
record ClusterIdleScenario(String name, String title, List<Figure> aims) implements Scenario {
    @Override
    public int nodes() {
        return ClusterFigures.NODES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("state", "one topic with three replicas and one record, then no client for 20 seconds");
        settings.put(
                "nodes", "each broker and controller, static voters; " + new TreeMap<>(FreshClusterSession.CONFIG));
        settings.put("RSS", "VmRSS of the process; PSS divides pages shared between processes");
        settings.put("CPU", "over the last 10 of these seconds");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(
                aims,
                List.of(
                        ClusterFigures.LARGEST,
                        ClusterFigures.MEAN_PSS,
                        ClusterFigures.MEAN_IDLE_CPU,
                        IdleMemoryScenario.THREADS));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new FreshClusterSession(system, bed, bed.freshDirectory(this, system)) {
            @Override
            protected Measurement measure(RunningCluster cluster) throws IOException, InterruptedException {
                acknowledge(cluster);
                Thread.sleep(bed.count(10_000, 200));
                ProcessSample before = ClusterFigures.sum(ClusterFigures.samples(cluster));
                int idleMillis = bed.count(10_000, 300);
                Thread.sleep(idleMillis);
                ProcessSample used =
                        ClusterFigures.sum(ClusterFigures.samples(cluster)).minus(before);
                double percent = used.cpuNanos() / 1e6 / idleMillis * 100;
                return new Measurement()
                        .put(ClusterFigures.LARGEST, ClusterFigures.largestMegabytes(cluster))
                        .put(ClusterFigures.MEAN_PSS, ClusterFigures.meanProportionalMegabytes(cluster))
                        .put(ClusterFigures.MEAN_IDLE_CPU, percent / ClusterFigures.NODES)
                        .put(IdleMemoryScenario.THREADS, (double) used.threads() / ClusterFigures.NODES);
            }
        };
    }
}
