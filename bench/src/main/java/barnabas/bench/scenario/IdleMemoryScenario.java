package barnabas.bench.scenario;

import barnabas.bench.load.FirstRecord;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A broker that has one topic and nothing to do: what it keeps in memory, and what it does all the same.
record IdleMemoryScenario(String name, String title, List<Figure> aims) implements Scenario {
    static final Figure IDLE_CPU = Figure.cost("CPU while idle", "% of one");
    static final Figure THREADS = Figure.cost("threads", "");

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("state", "one topic with one record, then no client for 15 seconds");
        settings.put("RSS", "VmRSS of the process; PSS divides pages shared between processes");
        settings.put("CPU while idle", "over the last 5 of these seconds");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(aims, List.of(Figures.PROPORTIONAL, IDLE_CPU, THREADS));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new IdleSession(system, bed, bed.freshDirectory(this, system));
    }

    private static final class IdleSession extends FreshProcessSession {
        IdleSession(BrokerSystem system, Bed bed, Path directory) {
            super(system, bed, directory);
        }

        @Override
        public void warmUp() throws IOException, InterruptedException {
            try (RunningBroker broker = launchFresh()) {
                broker.stop();
            }
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            try (RunningBroker broker = launchFresh()) {
                FirstRecord.acknowledge(broker, "idle", false, System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
                Thread.sleep(bed.count(10_000, 200));
                ProcessSample before = ProcessSample.of(broker.pid());
                int idleMillis = bed.count(5_000, 300);
                Thread.sleep(idleMillis);
                ProcessSample used = ProcessSample.of(broker.pid()).minus(before);
                Measurement measurement = new Measurement()
                        .put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6)
                        .put(Figures.PROPORTIONAL, ProcessSample.proportionalBytes(broker.pid()) / 1e6)
                        .put(IDLE_CPU, used.cpuNanos() / 1e6 / idleMillis * 100)
                        .put(THREADS, used.threads());
                broker.stop();
                return measurement;
            }
        }
    }
}
