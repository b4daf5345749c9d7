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

/// From the start of three processes until a record is acknowledged by a new topic with three replicas.
record ClusterStartScenario(String name, String title, List<Figure> aims) implements Scenario {
    @Override
    public int nodes() {
        return ClusterFigures.NODES;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "from",
                "the harness starting the first of three processes, the others right after it: java for Kafka (its"
                        + " shell scripts are not counted), bin/barnabas for Barnabas (its script is counted)");
        settings.put(
                "to",
                "an acknowledged record of 1 KB, acks=all, three replicas in sync; topic and record are tried again"
                        + " every 2 ms");
        settings.put("directories", "empty, formatted beforehand, which is not counted");
        settings.put(
                "nodes", "each broker and controller, static voters; " + new TreeMap<>(FreshClusterSession.CONFIG));
        settings.put("placement", "nodes on all CPUs");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(aims, List.of(StartScenario.FIRST_RECORD, StartScenario.CPU, ClusterFigures.LARGEST));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new FreshClusterSession(system, bed, bed.freshDirectory(this, system)) {
            @Override
            protected Measurement measure(RunningCluster cluster) throws IOException, InterruptedException {
                long acknowledged = acknowledge(cluster);
                ProcessSample all = ClusterFigures.sum(ClusterFigures.samples(cluster));
                return new Measurement()
                        .put(StartScenario.FIRST_RECORD, (acknowledged - cluster.startedNanos()) / 1e6)
                        .put(StartScenario.CPU, all.cpuNanos() / 1e6)
                        .put(ClusterFigures.LARGEST, ClusterFigures.largestMegabytes(cluster));
            }
        };
    }
}
