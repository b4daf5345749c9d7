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
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// From the time at which a record should be sent until a consumer that was already waiting has it.
///
/// Record number `i` of a load gets offset `first + i`, so that the consumer knows from an offset when the record was
/// due.
///
/// @param recordsPerSecond one record per request; slow enough that the consumer waits again before the next
record EndToEndScenario(
        String name, String title, Client client, Shape shape, double recordsPerSecond, List<Figure> aims)
        implements Scenario {
    private static final long CONSUMER_READY_NANOS = 300_000_000;

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("load", "%s, open loop, %,.0f records/s".formatted(client.title, recordsPerSecond));
        settings.put("request", client.request(shape));
        settings.put("consumer", "one, waiting: fetch.min.bytes=1, fetch.max.wait.ms=500, fetch session");
        settings.put("semantics", client.semantics + ", read_uncommitted");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.underLoad(aims, Basis.REQUEST, Figures.P50, Figures.P99, Figures.P999);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new EndToEndSession(system, bed, bed.launch(this, system));
    }

    private final class EndToEndSession extends LoadSession {
        private final Topic topic;
        private final Producer producer;
        private long endOffset;

        EndToEndSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            topic = Topics.create(control, name, 1, Map.of());
            producer = own(client.producer(broker, topic, shape));
        }

        @Override
        protected double measureSeconds() {
            return 2 * super.measureSeconds();
        }

        @Override
        protected LoadResult load(double seconds) throws IOException, InterruptedException {
            long first = endOffset;
            long start = System.nanoTime() + CONSUMER_READY_NANOS;
            double intervalNanos = 1e9 / recordsPerSecond;
            Histogram latency = LoadResult.newHistogram();
            try (Consumer consumer = client.consumer(broker, topic, first, (from, to) -> {
                long now = System.nanoTime();
                for (long offset = from; offset <= to; offset++) {
                    long due = start + (long) ((offset - first) * intervalNanos);
                    latency.recordValue(Math.clamp(now - due, 0, latency.getHighestTrackableValue()));
                }
            })) {
                Consumers reading = Consumers.start(List.of(consumer));
                LoadResult produced = producer.openLoop(recordsPerSecond, seconds, start);
                endOffset += produced.valueBytes() / shape.recordBytes();
                reading.finish(endOffset, 60);
                return new LoadResult(produced.requests(), produced.valueBytes(), produced.elapsedNanos(), latency);
            }
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {
            Figures.putLatency(measurement, "end to end", load);
        }
    }
}
