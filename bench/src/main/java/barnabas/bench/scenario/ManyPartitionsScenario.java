package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.FirstRecord;
import barnabas.bench.load.Topics;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.load.WireConnection;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Cost of idle partitions: to create, to keep, to stop and to start with.
///
/// @param topics how many of them, as Kafka's controller takes no creation of 10,000 partitions in one request
/// @param partitionsEach of each topic
record ManyPartitionsScenario(String name, String title, int topics, int partitionsEach, List<Figure> aims)
        implements Scenario {
    static final Figure CREATION = Figure.cost("creation", "s");
    static final Figure CREATION_CPU = Figure.cost("CPU of the creation", "s");
    static final Figure MEMORY = Figure.cost("RSS with all of them idle", "MB");
    static final Figure MEMORY_EACH = Figure.cost("RSS per partition", "KB");
    static final Figure HANDLES = Figure.cost("open file handles", "");
    static final Figure HANDLES_USED = Figure.cost("open file handles after a record in each", "");
    static final Figure MEMORY_USED = Figure.cost("RSS after a record in each", "MB");
    static final Figure MAPPINGS_USED = Figure.cost("memory mappings after a record in each", "");
    static final Figure STOP = Figure.cost("clean stop", "s");
    static final Figure START = Figure.cost("start until every partition answers", "s");
    static final Figure MEMORY_STARTED = Figure.cost("RSS after this start", "MB");

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "load",
                "%d topics of %,d partitions, one replica, one CreateTopics request after the other"
                        .formatted(topics, partitionsEach));
        settings.put("creation", "from the first request until every partition answers ListOffsets without an error");
        settings.put("idle", "ten seconds after that, no client");
        settings.put(
                "stop and start",
                "after a record of 1 KB in every partition; SIGTERM until the process has ended; from the start of the"
                        + " process until every partition answers; page cache warm");
        settings.put("placement", Client.ALL_CPUS);
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(
                aims, List.of(CREATION_CPU, MEMORY_EACH, MEMORY_USED, HANDLES_USED, MAPPINGS_USED, MEMORY_STARTED));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new ManySession(system, bed, bed.freshDirectory(this, system));
    }

    private final class ManySession extends FreshProcessSession {
        private final int partitionsHere;

        ManySession(BrokerSystem system, Bed bed, Path directory) {
            super(system, bed, directory);
            this.partitionsHere = bed.count(partitionsEach, 5);
        }

        @Override
        public void warmUp() throws IOException, InterruptedException {
            try (RunningBroker broker = launchFresh()) {
                broker.stop();
            }
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            Measurement measurement = new Measurement();
            try (RunningBroker broker = launchFresh()) {
                try (WireConnection control = WireConnection.open(broker.address())) {
                    List<Topic> created = create(broker, control, measurement);
                    for (Topic topic : created) {
                        FirstRecord.toEveryPartition(control, topic);
                    }
                }
                measurement
                        .put(MEMORY_USED, ProcessSample.residentBytes(broker.pid()) / 1e6)
                        .put(HANDLES_USED, ProcessSample.openHandles(broker.pid()))
                        .put(MAPPINGS_USED, ProcessSample.mappings(broker.pid()));
                long stopping = System.nanoTime();
                if (!broker.stop(600)) {
                    throw new IOException("the broker does not stop within ten minutes");
                }
                measurement.put(STOP, (System.nanoTime() - stopping) / 1e9);
            }
            start(measurement);
            return measurement;
        }

        private List<Topic> create(RunningBroker broker, WireConnection control, Measurement measurement)
                throws IOException, InterruptedException {
            long residentBefore = ProcessSample.residentBytes(broker.pid());
            ProcessSample before = ProcessSample.of(broker.pid());
            long from = System.nanoTime();
            for (int i = 0; i < topics; i++) {
                Topics.requestCreation(control, topic(i), partitionsHere, 1, Map.of());
            }
            List<Topic> created = new ArrayList<>();
            for (int i = 0; i < topics; i++) {
                created.add(Topics.awaitLeaders(control, topic(i), partitionsHere));
            }
            measurement.put(CREATION, (System.nanoTime() - from) / 1e9);
            long cpuNanos = ProcessSample.of(broker.pid()).minus(before).cpuNanos();
            Thread.sleep(bed.count(10_000, 200));
            long resident = ProcessSample.residentBytes(broker.pid());
            measurement
                    .put(CREATION_CPU, cpuNanos / 1e9)
                    .put(MEMORY, resident / 1e6)
                    .put(MEMORY_EACH, (resident - residentBefore) / 1e3 / topics / partitionsHere)
                    .put(HANDLES, ProcessSample.openHandles(broker.pid()));
            return created;
        }

        private void start(Measurement measurement) throws IOException, InterruptedException {
            try (RunningBroker broker = launch()) {
                long deadline = broker.startedNanos() + TimeUnit.MINUTES.toNanos(10);
                for (int i = 0; i < topics; i++) {
                    long records = Topics.awaitRecords(broker, topic(i), deadline);
                    if (records != partitionsHere) {
                        throw new IOException(
                                "%d records in %s instead of %d".formatted(records, topic(i), partitionsHere));
                    }
                }
                measurement
                        .put(START, (System.nanoTime() - broker.startedNanos()) / 1e9)
                        .put(MEMORY_STARTED, ProcessSample.residentBytes(broker.pid()) / 1e6);
                broker.kill();
            }
        }

        private static String topic(int index) {
            return "many-" + index;
        }
    }
}
