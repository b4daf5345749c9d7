package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.IdleConnections;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Producer;
import barnabas.bench.load.Topics;
import barnabas.bench.load.WireConnection;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.JvmHeap;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Many connections that do nothing: what they cost in memory, and whether the one that works notices.
///
/// A fresh process in every round, because memory that connections have taken does not go back.
record IdleConnectionsScenario(
        String name, String title, Shape shape, int connections, double requestsPerSecond, List<Figure> aims)
        implements Scenario {
    static final Figure RESIDENT = Figure.cost("RSS with the connections", "MB");
    static final Figure RESIDENT_WITHOUT = Figure.cost("RSS before them", "MB");
    static final Figure ADDED_EACH = Figure.cost("live heap added by each", "KB");
    static final Figure P99_RATIO = Figure.cost("p99 with them / p99 without", "");
    static final Figure P99_WITHOUT = Figure.cost("p99 without", "µs");
    static final Figure P99_WITH = Figure.cost("p99 with", "µs");
    private static final int CLOSED_MILLIS = 3_000;
    private static final double WARM_UP_REQUESTS_PER_SECOND = 5_000;

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("idle", "%,d connections, each with one ApiVersions request, then silent".formatted(connections));
        settings.put(
                "the rest",
                "raw generator, open loop, %,.0f requests/s on one connection, %s, %s"
                        .formatted(requestsPerSecond, Client.RAW.request(shape), Client.RAW.semantics));
        settings.put("RSS with the connections", "VmRSS at the end of the load with them");
        settings.put(
                "live heap added by each",
                "heap in use after a collection with them, less the same after they were closed, divided by their number");
        settings.put("process", "fresh in every round, warmed up for 5 s at 5,000 requests/s");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(aims, List.of(ADDED_EACH, RESIDENT_WITHOUT, P99_WITHOUT, P99_WITH));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new ConnectionsSession(system, bed, bed.freshDirectory(this, system));
    }

    private final class ConnectionsSession extends FreshProcessSession {
        ConnectionsSession(BrokerSystem system, Bed bed, Path directory) {
            super(system, bed, directory);
        }

        @Override
        public void warmUp() {
            // Each round warms up its own process.
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            try (RunningBroker broker = launchFresh();
                    WireConnection control = WireConnection.open(broker.address());
                    Producer producer = Client.RAW.producer(broker, Topics.create(control, name, 1, Map.of()), shape)) {
                producer.openLoop(WARM_UP_REQUESTS_PER_SECOND, Math.min(5, bed.warmUpSeconds()));
                LoadResult without = producer.openLoop(requestsPerSecond, bed.measureSeconds());
                long residentBefore = ProcessSample.residentBytes(broker.pid());
                int count = bed.count(connections, 200);
                try (IdleConnections idle = IdleConnections.open(broker.address(), count)) {
                    LoadResult with = producer.openLoop(requestsPerSecond, bed.measureSeconds());
                    long residentWith = ProcessSample.residentBytes(broker.pid());
                    double liveAdded = liveBytesOf(idle, broker);
                    double p99Without = without.latencyNanos().getValueAtPercentile(99) / 1e3;
                    double p99With = with.latencyNanos().getValueAtPercentile(99) / 1e3;
                    return new Measurement()
                            .put(RESIDENT, residentWith / 1e6)
                            .put(RESIDENT_WITHOUT, residentBefore / 1e6)
                            .put(ADDED_EACH, liveAdded / 1e3 / count)
                            .put(P99_RATIO, p99With / p99Without)
                            .put(P99_WITHOUT, p99Without)
                            .put(P99_WITH, p99With)
                            .latency("without idle connections", without.latencyNanos())
                            .latency("with idle connections", with.latencyNanos());
                }
            }
        }

        /// Live heap that goes away with the connections.
        private long liveBytesOf(IdleConnections idle, RunningBroker broker) throws IOException, InterruptedException {
            long with = JvmHeap.liveBytes(broker.pid());
            idle.close();
            Thread.sleep(bed.count(CLOSED_MILLIS, 200));
            return with - JvmHeap.liveBytes(broker.pid());
        }
    }
}
