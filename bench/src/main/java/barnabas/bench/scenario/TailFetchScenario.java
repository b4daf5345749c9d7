package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.figure.Figures.Basis;
import barnabas.bench.load.Consumer;
import barnabas.bench.load.Consumers;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Producer;
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

/// Consumers at the tail of a partition while it is being written.
///
/// Each round has three parts: the producer alone, twice as long the same producer with the consumers, the producer
/// alone again. What the broker spends more with consumers is the price of fetching; in this order a broker that still
/// gets faster, or a machine that gets slower, changes both sides alike.
///
/// @param client of the consumers; the producer is always the raw generator
/// @param requestsPerSecond what the producer sends
record TailFetchScenario(
        String name,
        String title,
        Client client,
        Shape shape,
        int consumers,
        double requestsPerSecond,
        List<Figure> aims)
        implements Scenario {
    static final Figure TOTAL_PER_GB = Figure.cost("CPU per GB delivered, produce included", "s");
    static final Figure PER_FETCH = Figure.cost("fetch requests per produce request", "");

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("load", "%d consumers (%s) of one partition".formatted(consumers, client.title));
        settings.put(
                "fetch", "fetch.min.bytes=1, fetch.max.wait.ms=500, max.partition.fetch.bytes=1 MB, fetch session");
        settings.put(
                "produce",
                "raw generator, open loop, %,.0f requests/s, %s"
                        .formatted(requestsPerSecond, Client.RAW.request(shape)));
        settings.put("semantics", Client.RAW.semantics + ", read_uncommitted");
        settings.put("CPU per GB", "what consumers add to the broker's CPU time, per GB of values delivered");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.underLoad(aims, Basis.GIGABYTE, TOTAL_PER_GB, PER_FETCH);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new TailSession(system, bed, client.reachable(bed.launch(this, system), bed));
    }

    private final class TailSession extends LoadSession {
        private final Topic topic;
        private final Producer producer;
        private long endOffset;

        TailSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            topic = Topics.create(control, name, 1, Map.of());
            producer = own(Client.RAW.producer(broker, topic, shape));
        }

        private LoadResult produce(double seconds) throws IOException, InterruptedException {
            LoadResult load = producer.openLoop(requestsPerSecond, seconds);
            endOffset += load.valueBytes() / shape.recordBytes();
            return load;
        }

        /// Produces and consumes; the result counts fetch requests and delivered bytes.
        @Override
        protected LoadResult load(double seconds) throws IOException, InterruptedException {
            List<Consumer> open = new ArrayList<>();
            try {
                for (int i = 0; i < consumers; i++) {
                    open.add(client.consumer(broker, topic, endOffset, (first, last) -> {}));
                }
                Consumers reading = Consumers.start(open);
                LoadResult produced = produce(seconds);
                Consumers.Received received = reading.finish(endOffset, 60);
                return new LoadResult(
                        received.requests(),
                        received.records() * shape.recordBytes(),
                        produced.elapsedNanos(),
                        produced.latencyNanos());
            } finally {
                for (Consumer consumer : open) {
                    consumer.close();
                }
            }
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            double seconds = measureSeconds() / 2;
            ProcessSample start = ProcessSample.of(broker.pid());
            LoadResult first = produce(seconds);
            ProcessSample fetched = ProcessSample.of(broker.pid());
            long aloneNanos = fetched.minus(start).cpuNanos();
            LoadResult delivered = load(2 * seconds);
            ProcessSample end = ProcessSample.of(broker.pid());
            LoadResult last = produce(seconds);
            aloneNanos += ProcessSample.of(broker.pid()).minus(end).cpuNanos();
            ProcessSample both = end.minus(fetched);
            Measurement measurement = new Measurement();
            Figures.putCpu(measurement, both, delivered);
            long fetching = both.cpuNanos() - aloneNanos;
            measurement.put(Figures.CPU_PER_GB, fetching / 1e9 / delivered.gigabytes());
            measurement.put(TOTAL_PER_GB, both.cpuNanos() / 1e9 / delivered.gigabytes());
            long produced = first.requests() + last.requests();
            measurement.put(PER_FETCH, (double) delivered.requests() / consumers / produced);
            measurement.put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6);
            return measurement;
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {}
    }
}
