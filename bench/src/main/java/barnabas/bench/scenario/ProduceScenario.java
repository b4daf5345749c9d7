package barnabas.bench.scenario;

import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests;
import barnabas.bench.load.RawProducer;
import barnabas.bench.load.Topics;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Cpus;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Produce at a fixed rate: what it costs the broker, and how long an acknowledgement takes.
///
/// @param shape the records of each request
/// @param connections how many send in turn; each to a partition of its own
/// @param requestsPerSecond over all connections
/// @param aims the figures with targets, which come first in the table
public record ProduceScenario(
        String name,
        String title,
        ProduceRequests.Shape shape,
        int connections,
        double requestsPerSecond,
        List<Figure> aims)
        implements Scenario {
    private static final int DISTINCT_REQUESTS = 256;

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("load", "raw generator, open loop, %,.0f requests/s".formatted(requestsPerSecond));
        settings.put(
                "request",
                "1 batch of %d x %,d B records, compression %s"
                        .formatted(shape.recordsPerBatch(), shape.recordBytes(), shape.compression().name));
        settings.put("semantics", "acks=all, one replica, no producer id, flush left to the operating system");
        settings.put("connections", "%d, each to its own partition".formatted(connections));
        settings.put("placement", "broker on all CPUs, generator on the last; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        List<Figure> figures = new ArrayList<>(aims);
        for (Figure figure :
                List.of(Figures.CPU_PER_GB, Figures.CPU_PER_REQUEST, Figures.P50, Figures.P99, Figures.P999)) {
            if (aims.stream().noneMatch(aim -> aim.name().equals(figure.name()))) {
                figures.add(figure);
            }
        }
        figures.addAll(Figures.COUNTS);
        return figures;
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        Launch launch = new Launch(bed.freshDirectory(this, system), Cpus.all(), Map.of());
        return new ProduceSession(system, bed, launch);
    }

    private final class ProduceSession extends LoadSession {
        private final RawProducer producer;

        ProduceSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            Topic topic = Topics.create(control, name, connections, Map.of());
            List<ProduceRequests> requests = new ArrayList<>();
            int distinct = Math.max(4, DISTINCT_REQUESTS / connections);
            for (int partition = 0; partition < connections; partition++) {
                requests.add(ProduceRequests.encode(topic, partition, shape, distinct, partition));
            }
            producer = new RawProducer(broker.address(), requests);
        }

        @Override
        protected LoadResult load(double seconds) throws IOException, InterruptedException {
            return producer.openLoop(requestsPerSecond, seconds);
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {
            Figures.putLatency(measurement, "acknowledgement", load);
        }

        @Override
        public void close() throws IOException {
            producer.close();
            super.close();
        }
    }
}
