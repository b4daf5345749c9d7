package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.FirstRecord;
import barnabas.bench.load.Topics;
import barnabas.bench.load.WireConnection;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.measure.ProcessSample;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.RunningBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// From the start of the process until it has acknowledged a record.
///
/// @param partitions how many the broker has from before, each with a record, after a clean stop; 0 for an empty
///     directory, on which the topic is created first
record StartScenario(String name, String title, int partitions, List<Figure> aims) implements Scenario {
    static final Figure FIRST_RECORD = Figure.cost("start to first acknowledged record", "ms");
    static final Figure FIRST_ANSWER = Figure.cost("start to first metadata answer", "ms");
    static final Figure CPU = Figure.cost("CPU until then", "ms");
    private static final String TOPIC = "first";

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(
                "from",
                "the harness starting the process: java for Kafka (its shell scripts are not counted), bin/barnabas for"
                        + " Barnabas (its script is counted)");
        settings.put("to", "an acknowledged record of 1 KB, acks=all; tried again every millisecond");
        settings.put(
                "directory",
                partitions == 0
                        ? "empty; Kafka's is formatted beforehand, not counted; one topic is created, which is counted"
                        : "one topic of %,d partitions with a record in each, stopped cleanly; page cache warm"
                                .formatted(partitions));
        settings.put("placement", Client.ALL_CPUS);
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(aims, List.of(FIRST_ANSWER, CPU, Figures.RESIDENT));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException {
        return new StartSession(system, bed, bed.freshDirectory(this, system));
    }

    private final class StartSession extends FreshProcessSession {
        private final int partitionsHere;

        StartSession(BrokerSystem system, Bed bed, Path directory) {
            super(system, bed, directory);
            this.partitionsHere = partitions == 0 ? 0 : bed.count(partitions, 20);
        }

        /// One start that is not counted; it fills the directory if there is something to be in it.
        @Override
        public void warmUp() throws IOException, InterruptedException {
            try (RunningBroker broker = launchFresh()) {
                if (partitionsHere > 0) {
                    try (WireConnection control = WireConnection.open(broker.address())) {
                        FirstRecord.toEveryPartition(control, Topics.create(control, TOPIC, partitionsHere, Map.of()));
                    }
                }
                broker.stop();
            }
        }

        @Override
        public Measurement measure(int round) throws IOException, InterruptedException {
            if (partitionsHere == 0) {
                clear();
            }
            try (RunningBroker broker = launch()) {
                long deadline = broker.startedNanos() + TimeUnit.MINUTES.toNanos(2);
                Topics.awaitServing(broker, deadline);
                long answered = System.nanoTime();
                FirstRecord.acknowledge(broker, TOPIC, partitionsHere > 0, deadline);
                long acknowledged = System.nanoTime();
                Measurement measurement = new Measurement()
                        .put(FIRST_RECORD, (acknowledged - broker.startedNanos()) / 1e6)
                        .put(FIRST_ANSWER, (answered - broker.startedNanos()) / 1e6)
                        .put(CPU, ProcessSample.of(broker.pid()).cpuNanos() / 1e6)
                        .put(Figures.RESIDENT, ProcessSample.residentBytes(broker.pid()) / 1e6);
                noteOptions(broker);
                broker.stop();
                return measurement;
            }
        }
    }
}
