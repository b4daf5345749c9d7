package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.figure.Figures.Basis;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Producer;
import barnabas.bench.load.Topics;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Produce at a fixed rate: what it costs the broker, and how long an acknowledgement takes.
///
/// @param shape the records of each request
/// @param connections how many send in turn; each to a partition of its own
/// @param requestsPerSecond over all connections
/// @param aims the figures with targets, which come first in the table
record ProduceScenario(
        String name,
        String title,
        Client client,
        Shape shape,
        int connections,
        double requestsPerSecond,
        List<Figure> aims)
        implements Scenario {

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("load", "%s, open loop, %,.0f requests/s".formatted(client.title, requestsPerSecond));
        settings.put("request", client.request(shape));
        settings.put("semantics", client.semantics + "; flush left to the operating system");
        settings.put("connections", "%d, each to its own partition".formatted(connections));
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        Basis basis = shape.recordsPerBatch() > 1 ? Basis.GIGABYTE : Basis.REQUEST;
        return Figures.underLoad(aims, basis, Figures.P50, Figures.P99, Figures.P999);
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        return new ProduceSession(system, bed, client.reachable(bed.launch(this, system), bed));
    }

    private final class ProduceSession extends LoadSession {
        private final Producer producer;

        ProduceSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            producer = own(client.producer(broker, Topics.create(control, name, connections, Map.of()), shape));
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
