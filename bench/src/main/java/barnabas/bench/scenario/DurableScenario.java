package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.figure.Figures.Basis;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.RawProducer;
import barnabas.bench.load.Topics;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.internal.CompressionType;

/// Produce where every acknowledgement waits for the disk (`flush.messages=1` on the topic): how much of it, and how
/// long each takes, over ever more partitions.
///
/// A request carries the same sixteen records in every row, as a producer with keyed records sends them: in one batch
/// for one partition, or in sixteen batches for sixteen partitions out of all.
record DurableScenario(String name, String title, int partitions, List<Figure> aims) implements Scenario {
    static final Figure RECORDS = Figure.rate("acknowledged records", "1/s");
    private static final int PRODUCERS = 16;
    private static final int RECORDS_PER_REQUEST = 16;
    private static final int RECORD_BYTES = 1024;
    private static final int DISTINCT_REQUESTS = 64;

    private int batchesPerRequest() {
        return Math.min(partitions, RECORDS_PER_REQUEST);
    }

    private Shape shape() {
        return new Shape(RECORD_BYTES, RECORDS_PER_REQUEST / batchesPerRequest(), CompressionType.NONE);
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "load", "raw generator, closed loop, %d connections, one request in flight each".formatted(PRODUCERS));
        settings.put(
                "request",
                "%d batches of %d x %,d B records, each for another of %d partitions"
                        .formatted(batchesPerRequest(), shape().recordsPerBatch(), RECORD_BYTES, partitions));
        settings.put(
                "semantics", Client.RAW.semantics + "; flush.messages=1 on the topic: on disk before acknowledged");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.underLoad(aims, Basis.REQUEST, Figures.P50, Figures.P99, Figures.P999);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new DurableSession(system, bed, bed.launch(this, system));
    }

    private final class DurableSession extends LoadSession {
        private final RawProducer producer;

        DurableSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            Topic topic = Topics.create(control, name, partitions, Map.of("flush.messages", "1"));
            List<ProduceRequests> requests = new ArrayList<>();
            for (int i = 0; i < PRODUCERS; i++) {
                requests.add(ProduceRequests.spread(topic, batchesPerRequest(), shape(), DISTINCT_REQUESTS, i));
            }
            producer = own(new RawProducer(broker.address(), requests));
        }

        @Override
        protected LoadResult load(double seconds) throws IOException {
            return producer.closedLoop(1, seconds);
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {
            measurement.put(RECORDS, load.requestsPerSecond() * RECORDS_PER_REQUEST);
            Figures.putLatency(measurement, "acknowledgement", load);
        }
    }
}
