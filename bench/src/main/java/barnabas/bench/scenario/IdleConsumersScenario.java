package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.FetchRequests;
import barnabas.bench.load.IdleConsumers;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.Topics;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Consumers that wait for records that do not come: what the broker does for them.
///
/// @param everyoneReadsAll whether each consumer has all partitions, or they share them as one group would
record IdleConsumersScenario(
        String name, String title, int consumers, int partitions, boolean everyoneReadsAll, List<Figure> aims)
        implements Scenario {
    static final Figure CPU = Figure.cost("CPU", "% of one");

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "load",
                "%d connections with a fetch session each, %s of %,d empty partitions"
                        .formatted(consumers, everyoneReadsAll ? "every one on all" : "sharing all", partitions));
        settings.put("fetch", "fetch.min.bytes=1, fetch.max.wait.ms=500; asked again at once; no group heartbeats");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.underLoad(aims, Figures.Basis.REQUEST);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new WaitingSession(system, bed, bed.launch(this, system));
    }

    private final class WaitingSession extends LoadSession {
        private final IdleConsumers waiting;

        WaitingSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            int partitionsHere = bed.count(partitions, 2 * consumers);
            Topic topic = Topics.create(control, name, partitionsHere, Map.of());
            List<List<Integer>> assignments = new ArrayList<>();
            for (int consumer = 0; consumer < consumers; consumer++) {
                int number = consumer;
                assignments.add(IntStream.range(0, partitionsHere)
                        .filter(partition -> everyoneReadsAll || partition % consumers == number)
                        .boxed()
                        .toList());
            }
            waiting = own(new IdleConsumers(broker.address(), FetchRequests.withDefaults(topic), assignments));
        }

        @Override
        protected LoadResult load(double seconds) throws IOException {
            long start = System.nanoTime();
            long answered = waiting.run(Math.max(seconds, 1.2));
            return new LoadResult(answered, answered, System.nanoTime() - start, LoadResult.newHistogram());
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            ProcessSample before = ProcessSample.of(broker.pid());
            LoadResult load = load(measureSeconds());
            ProcessSample used = ProcessSample.of(broker.pid()).minus(before);
            Measurement measurement = new Measurement();
            measurement.put(CPU, 100.0 * used.cpuNanos() / load.elapsedNanos());
            Figures.putCpu(measurement, used, load);
            measurement.put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6);
            return measurement;
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {}
    }
}
