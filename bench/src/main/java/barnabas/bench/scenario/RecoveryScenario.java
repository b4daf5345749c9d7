package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.FirstRecord;
import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Topics;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.load.WireConnection;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// From the start of the process after a kill -9 until every partition serves again, with everything that was
/// acknowledged.
///
/// @param shape of the batches that the partitions are filled with
record RecoveryScenario(String name, String title, int partitions, Shape shape, List<Figure> aims) implements Scenario {
    static final Figure ALL_ANSWER = Figure.cost("start after kill -9 until every partition answers", "s");
    static final Figure FIRST_ANSWER = Figure.cost("start to first metadata answer", "s");
    static final Figure CPU = Figure.cost("CPU until every partition answers", "s");
    private static final String TOPIC = "recovered";
    private static final int BATCHES_PER_REQUEST = 20;

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "directory",
                "one topic of %,d partitions, filled one after the other with batches of %d x %,d B until killed with"
                                .formatted(partitions, shape.recordsPerBatch(), shape.recordBytes())
                        + " SIGKILL right after the last acknowledgement; every round starts on a copy of it; page"
                        + " cache warm");
        settings.put("size", "--gigabytes (10^9 bytes of record values); what was used is the row \"data\"");
        settings.put(
                "to",
                "every partition answers ListOffsets (latest) without an error, and the sum is every acknowledged"
                        + " record; asked every 2 ms");
        settings.put(
                "session",
                FreshProcessSession.CONFIG + ", the default of both: Kafka's controller lets a broker that was killed"
                        + " register again when its old session has ended");
        settings.put("placement", Client.ALL_CPUS);
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(aims, List.of(FIRST_ANSWER, CPU, Figures.RESIDENT, Figures.DATA));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new RecoverySession(system, bed, bed.freshDirectory(this, system));
    }

    private final class RecoverySession extends FreshProcessSession {
        private final Path directory;
        private final Path crashed;
        private long acknowledged;

        RecoverySession(BrokerSystem system, Bed bed, Path directory) {
            super(system, bed, directory);
            this.directory = directory;
            this.crashed = directory.resolveSibling(directory.getFileName() + "-crashed");
        }

        /// Fills a directory, kills the broker, and keeps what it left.
        @Override
        public void warmUp() throws IOException, InterruptedException {
            try (RunningBroker broker = launchFresh()) {
                try (WireConnection control = WireConnection.open(broker.address())) {
                    Topic topic = Topics.create(control, TOPIC, bed.count(partitions, 20), Map.of());
                    acknowledged = FirstRecord.fill(control, topic, shape, BATCHES_PER_REQUEST, bed.gigabytes() * 1e9);
                }
                broker.kill();
            }
            Workspace.deleteTree(crashed);
            Workspace.copyTree(directory, crashed);
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            clear();
            Workspace.copyTree(crashed, directory);
            try (RunningBroker broker = launch()) {
                long deadline = broker.startedNanos() + TimeUnit.MINUTES.toNanos(5);
                Topics.awaitServing(broker, deadline);
                long answered = System.nanoTime();
                long found = Topics.awaitRecords(broker, TOPIC, deadline);
                long recovered = System.nanoTime();
                if (found != acknowledged) {
                    throw new IOException("%,d records were acknowledged, %,d are there after the kill"
                            .formatted(acknowledged, found));
                }
                Measurement measurement = new Measurement()
                        .put(ALL_ANSWER, (recovered - broker.startedNanos()) / 1e9)
                        .put(FIRST_ANSWER, (answered - broker.startedNanos()) / 1e9)
                        .put(CPU, ProcessSample.of(broker.pid()).cpuNanos() / 1e9)
                        .put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6)
                        .put(Figures.DATA, (double) acknowledged * shape.recordBytes() / 1e9);
                noteOptions(broker);
                broker.kill();
                return measurement;
            }
        }

        @Override
        public void close() throws IOException {
            Workspace.deleteTree(crashed);
            super.close();
        }
    }
}
