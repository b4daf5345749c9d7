package barnabas.bench.scenario;

import barnabas.bench.figure.Figures;
import barnabas.bench.load.JavaTransactions;
import barnabas.bench.load.LoadResult;
import barnabas.bench.load.Topics;
import barnabas.bench.measure.Figure;
import barnabas.bench.measure.Measurement;
import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Launch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Committing transactions, one after the other: what each costs the broker, and how long it takes.
///
/// @param transactions in each round
/// @param records in each transaction, dealt around the partitions
/// @param aims the figures with targets, which come first in the table
record TransactionsScenario(
        String name, String title, int transactions, int records, int partitions, int recordBytes, List<Figure> aims)
        implements Scenario {
    static final Figure CPU = Figure.cost("CPU per transaction", "µs");

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("load", "%s, one producer, %,d transactions in a row".formatted(Client.JAVA.title, transactions));
        settings.put(
                "transaction",
                "%d records of %,d B on %d partitions, committed".formatted(records, recordBytes, partitions));
        settings.put("semantics", "acks=all, one replica, transaction.version 2; flush left to the operating system");
        settings.put("latency", "from beginTransaction until commitTransaction has returned");
        settings.put("placement", Client.ALL_CPUS + "; data on disk");
        return settings;
    }

    @Override
    public List<Figure> figures() {
        return Figures.aimsFirst(aims, List.of(CPU, Figures.P50, Figures.P99, Figures.SYSTEM_SHARE, Figures.RESIDENT));
    }

    @Override
    public Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException {
        var launch = bed.launch(this, system);
        return new TransactionsSession(system, bed, launch);
    }

    private final class TransactionsSession extends LoadSession {
        private final JavaTransactions producer;
        private final int inARow;

        TransactionsSession(BrokerSystem system, Bed bed, Launch launch) throws IOException, InterruptedException {
            super(system, bed, launch);
            inARow = bed.count(transactions, 50);
            producer = own(new JavaTransactions(
                    broker.bootstrap(), Topics.create(control, name, partitions, Map.of()), records, recordBytes));
        }

        @Override
        public void warmUp() {
            long end = System.nanoTime() + (long) (warmUpSeconds() * 1e9);
            producer.inARow(count -> System.nanoTime() < end);
        }

        @Override
        protected LoadResult load(double seconds) {
            return producer.inARow(count -> count < inARow);
        }

        @Override
        protected void describe(Measurement measurement, LoadResult load) {
            measurement.put(CPU, measurement.value(Figures.CPU_PER_REQUEST));
            Figures.putLatency(measurement, "transaction", load);
        }
    }
}
