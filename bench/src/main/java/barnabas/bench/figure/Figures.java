package barnabas.bench.figure;

import barnabas.bench.load.LoadResult;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import java.util.ArrayList;
import java.util.List;

/// The figures that most scenarios share. A gigabyte is 10^9 bytes of record values, uncompressed.
public final class Figures {
    public static final Figure CPU_PER_GB = Figure.cost("CPU per GB", "s");
    public static final Figure CPU_PER_REQUEST = Figure.cost("CPU per request", "µs");
    public static final Figure P50 = Figure.cost("p50", "µs");
    public static final Figure P99 = Figure.cost("p99", "µs");
    public static final Figure P999 = Figure.cost("p99.9", "µs");
    public static final Figure THROUGHPUT = Figure.rate("throughput", "MB/s");
    public static final Figure GENERATOR_CPU = Figure.cost("generator's own CPU", "% of one");
    public static final Figure BROKER_CPU = Figure.cost("broker's CPU", "% of one");
    public static final Figure SWITCHES = Figure.cost("context switches per request", "");
    public static final Figure SYSTEM_SHARE = Figure.cost("system part of the CPU", "%");
    public static final Figure RESIDENT = Figure.cost("RSS", "MB");
    public static final Figure DATA = Figure.cost("data", "GB");
    public static final Figure PROPORTIONAL = Figure.cost("PSS", "MB");
    public static final Figure ALLOCATED_PER_GB = Figure.cost("allocated per GB", "MB");
    public static final Figure ALLOCATED_PER_REQUEST = Figure.cost("allocated per request", "B");
    public static final Figure SYSTEM_CALLS = Figure.cost("system calls per request", "");

    /// Divisors of the costs in a scenario.
    public record Basis(Figure cpu, Figure allocated) {
        public static final Basis GIGABYTE = new Basis(CPU_PER_GB, ALLOCATED_PER_GB);
        public static final Basis REQUEST = new Basis(CPU_PER_REQUEST, ALLOCATED_PER_REQUEST);
    }

    private Figures() {}

    /// The figures with targets first, then the scenario's others, then what every broker under load is counted for.
    public static List<Figure> underLoad(List<Figure> aims, Basis basis, Figure... others) {
        List<Figure> all = new ArrayList<>(List.of(others));
        all.addAll(List.of(basis.cpu, basis.allocated, SYSTEM_CALLS, SWITCHES, SYSTEM_SHARE, RESIDENT));
        return aimsFirst(aims, all);
    }

    public static List<Figure> aimsFirst(List<Figure> aims, List<Figure> others) {
        List<Figure> figures = new ArrayList<>(aims);
        others.stream()
                .filter(other -> aims.stream().noneMatch(aim -> aim.name().equals(other.name())))
                .forEach(figures::add);
        return figures;
    }

    public static void putCpu(Measurement measurement, ProcessSample used, LoadResult load) {
        measurement.put(CPU_PER_GB, used.cpuNanos() / 1e9 / load.gigabytes());
        measurement.put(CPU_PER_REQUEST, used.cpuNanos() / 1e3 / load.requests());
        measurement.put(SWITCHES, (double) (used.voluntarySwitches() + used.involuntarySwitches()) / load.requests());
        long ticks = Math.max(1, used.userNanos() + used.systemNanos());
        measurement.put(SYSTEM_SHARE, 100.0 * used.systemNanos() / ticks);
    }

    public static void putLatency(Measurement measurement, String curve, LoadResult load) {
        measurement.put(P50, load.latencyNanos().getValueAtPercentile(50) / 1e3);
        measurement.put(P99, load.latencyNanos().getValueAtPercentile(99) / 1e3);
        measurement.put(P999, load.latencyNanos().getValueAtPercentile(99.9) / 1e3);
        measurement.latency(curve, load.latencyNanos());
    }
}
