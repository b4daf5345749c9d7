package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.figure.Figures.Basis;
import barnabas.bench.figure.Scrapes;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Producer;
import barnabas.bench.load.Scraper;
import barnabas.bench.load.Topics;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Produce at a fixed rate while the broker's metrics are scraped: what both together cost it.
record ScrapedProduceScenario(String name, String title, Shape shape, double requestsPerSecond, List<Figure> aims)
        implements Scenario {

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("load", "%s, open loop, %,.0f requests/s".formatted(Client.RAW.title, requestsPerSecond));
        settings.put("request", Client.RAW.request(shape));
        settings.put("semantics", Client.RAW.semantics + "; flush left to the operating system");
        settings.put("metrics", Scrapes.HOW);
        settings.put("length of a round", "a multiple of 5 seconds");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.underLoad(
                aims, Basis.GIGABYTE, Figures.P50, Figures.P99, Figures.P999, Scrapes.MILLIS, Scrapes.SERIES);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new ScrapedSession(system, bed, bed.launch(this, system).withMetrics());
    }

    private final class ScrapedSession extends LoadSession {
        private final Producer producer;
        private final boolean smoke;

        ScrapedSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            smoke = bed.smoke();
            producer = own(Client.RAW.producer(broker, Topics.create(control, name, 1, Map.of()), shape));
        }

        /// As many scrapes in every round.
        @Override
        protected double measureSeconds() {
            double interval = Scraper.INTERVAL_MILLIS / 1e3;
            return smoke ? super.measureSeconds() : interval * Math.ceil(super.measureSeconds() / interval);
        }

        @Override
        public void warmUp() throws IOException, InterruptedException {
            try (Scraper scraper = Scraper.start(broker.metricsPage())) {
                super.warmUp();
                scraper.last();
            }
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            try (Scraper scraper = Scraper.start(broker.metricsPage())) {
                Measurement measurement = super.measure(round);
                Scrapes.put(measurement, scraper.last());
                return measurement;
            }
        }

        @Override
        protected LoadResult load(double seconds) throws IOException, InterruptedException {
            return producer.openLoop(requestsPerSecond, seconds);
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {
            Figures.putLatency(measurement, "acknowledgement", load);
        }
    }
}
