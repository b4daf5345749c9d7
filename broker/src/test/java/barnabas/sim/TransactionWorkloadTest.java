package barnabas.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Nothing that a transactional log must never show, whatever clients and brokers do. A short run by default;
/// `-Dbarnabas.sim.seeds=50 -Dbarnabas.sim.transactions=1000 -Dbarnabas.sim.kills=5` is the long one, and
/// `-Dbarnabas.sim.version=1` runs the protocol of older clients (docs/transactions.md says what it allows).
@Timeout(value = 4, unit = TimeUnit.HOURS)
class TransactionWorkloadTest {
    private static final int SEEDS = Integer.getInteger("barnabas.sim.seeds", 1);
    private static final int TRANSACTIONS = Integer.getInteger("barnabas.sim.transactions", 150);
    private static final int KILLS = Integer.getInteger("barnabas.sim.kills", 1);
    private static final short VERSION =
            Integer.getInteger("barnabas.sim.version", 2).shortValue();
    private static final long FIRST_SEED = Long.getLong("barnabas.sim.seed", 1);

    @TempDir
    Path directory;

    @Test
    void noAnomalies() throws Exception {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            try (var broker = new BrokerProcess(directory.resolve("seed-" + seed))) {
                History history = Workload.run(new Workload.Plan(seed, TRANSACTIONS, KILLS, VERSION), broker);
                assertThat(Checker.anomalies(history)).as("seed %d", seed).isEmpty();
                assertThat(history.transactions()).hasSize(TRANSACTIONS);
                long committed = history.transactions().stream()
                        .filter(each -> each.outcome() == History.Outcome.COMMITTED)
                        .count();
                assertThat(committed).as("seed %d", seed).isGreaterThan(TRANSACTIONS / 2);
                if (SEEDS > 1) System.out.println("seed " + seed + ": " + committed + " committed, no anomalies");
            }
        }
    }

    /// Were a marker forgotten, the checker would see it. Not every time: when the client's next transaction on that
    /// partition is aborted too, its marker ends both and nothing shows.
    @Test
    void aForgottenMarkerIsFound() throws Exception {
        List<String> anomalies = List.of();
        for (int skipped = 1; anomalies.isEmpty() && skipped <= 10; skipped++) {
            var data = directory.resolve("forgets-" + skipped);
            try (var broker = new BrokerProcess(data, Integer.toString(skipped))) {
                anomalies = Checker.anomalies(Workload.run(new Workload.Plan(skipped, 60, 0), broker));
            }
        }
        assertThat(anomalies).isNotEmpty();
    }
}
