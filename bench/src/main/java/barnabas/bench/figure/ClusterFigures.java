package barnabas.bench.figure;

import barnabas.bench.measure.Figure;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.RunningCluster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Figures of scenarios with a cluster of three nodes.
public final class ClusterFigures {
    public static final int NODES = 3;
    public static final Figure FOLLOWER_SHARE = Figure.cost("CPU of a follower / of its leader", "");
    public static final Figure LEADER_PER_GB = Figure.cost("CPU of the leader per GB", "s");
    public static final Figure FOLLOWER_PER_GB = Figure.cost("CPU of a follower per GB", "s");
    public static final Figure LARGEST = Figure.cost("RSS of the largest node", "MB");
    public static final Figure MEAN_PSS = Figure.cost("PSS of a node, mean", "MB");
    public static final Figure MEAN_IDLE_CPU = Figure.cost("CPU of an idle node, mean", "% of one");

    private ClusterFigures() {}

    /// Counters of the nodes, in the order of their ids.
    public static List<ProcessSample> samples(RunningCluster cluster) throws IOException {
        List<ProcessSample> samples = new ArrayList<>();
        for (RunningBroker node : cluster.nodes()) samples.add(ProcessSample.of(node.pid()));
        return samples;
    }

    public static ProcessSample sum(List<ProcessSample> samples) {
        return samples.stream().reduce(ProcessSample::plus).orElseThrow();
    }

    public static double largestMegabytes(RunningCluster cluster) throws IOException {
        double largest = 0;
        for (RunningBroker node : cluster.nodes()) {
            largest = Math.max(largest, ProcessSample.residentBytes(node.pid()) / 1e6);
        }
        return largest;
    }

    public static double meanProportionalMegabytes(RunningCluster cluster) throws IOException {
        double sum = 0;
        for (RunningBroker node : cluster.nodes()) sum += ProcessSample.proportionalBytes(node.pid()) / 1e6;
        return sum / cluster.nodes().size();
    }
}
