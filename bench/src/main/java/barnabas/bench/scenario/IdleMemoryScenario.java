package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.figure.Scrapes;
import barnabas.bench.load.FirstRecord;
import barnabas.bench.load.Scraper;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import barnabas.bench.system.RunningBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A broker that has one topic and nothing to do: what it keeps in memory, and what it does all the same.
///
/// @param scraped whether its metrics are scraped all the time
record IdleMemoryScenario(String name, String title, boolean scraped, List<Figure> aims) implements Scenario {
    static final Figure IDLE_CPU = Figure.cost("CPU while idle", "% of one");
    static final Figure THREADS = Figure.cost("threads", "");

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "state",
                "one topic with one record, then no client for %d seconds"
                        .formatted((settleMillis() + idleMillis()) / 1_000));
        settings.put("RSS", "VmRSS of the process; PSS divides pages shared between processes");
        settings.put("CPU while idle", "over the last %d of these seconds".formatted(idleMillis() / 1_000));
        if (scraped) settings.put("metrics", Scrapes.HOW);
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(
                aims, List.of(Figures.PROPORTIONAL, IDLE_CPU, THREADS, Scrapes.MILLIS, Scrapes.SERIES));
    }

    private int settleMillis() {
        return scraped ? 4 * Scraper.INTERVAL_MILLIS : 10_000;
    }

    private int idleMillis() {
        return scraped ? 2 * Scraper.INTERVAL_MILLIS : 5_000;
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new IdleSession(system, bed, bed.freshDirectory(this, system));
    }

    private final class IdleSession extends FreshProcessSession {
        IdleSession(BrokerSystem system, Bed bed, Path directory) {
            super(system, bed, directory);
        }

        @Override
        protected Launch shape(Launch launch) {
            return scraped ? launch.withMetrics() : launch;
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
                Measurement measurement = scraped ? scrapedIdle(broker) : idle(broker);
                broker.stop();
                return measurement;
            }
        }

        private Measurement scrapedIdle(RunningBroker broker) throws IOException, InterruptedException {
            try (Scraper scraper = Scraper.start(broker.metricsPage())) {
                Measurement measurement = idle(broker);
                Scrapes.put(measurement, scraper.last());
                return measurement;
            }
        }

        private Measurement idle(RunningBroker broker) throws IOException, InterruptedException {
            Thread.sleep(bed.count(settleMillis(), 200));
            ProcessSample before = ProcessSample.of(broker.pid());
            int millis = bed.count(idleMillis(), 300);
            Thread.sleep(millis);
            ProcessSample used = ProcessSample.of(broker.pid()).minus(before);
            return new Measurement()
                    .put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6)
                    .put(Figures.PROPORTIONAL, ProcessSample.proportionalBytes(broker.pid()) / 1e6)
                    .put(IDLE_CPU, used.cpuNanos() / 1e6 / millis * 100)
                    .put(THREADS, used.threads());
        }
    }
}
