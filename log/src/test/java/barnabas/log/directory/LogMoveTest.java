package barnabas.log.directory;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.SimulatedCrash;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogFixture;
import barnabas.log.partition.PartitionLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A log moves to another directory and the machine stops at any point: one valid log is left, with everything in it
/// that was written before (process killed) or forced before (power cut).
class LogMoveTest {
    private static final int SEEDS = 150;
    private static final int FORCED = 40;
    private static final int RECORDS = 60;

    private record Directories(LogDirectory a, LogDirectory b) {
        List<LogDirectory> both() {
            return List.of(a, b);
        }
    }

    private static LogDirectory open(LogFixture fixture, String path) {
        var identity = new LogDirectory.Identity(Optional.of("cluster"), 1);
        return switch (LogDirectory.open(Path.of(path), identity, fixture.environment)) {
            case LogDirectory.Opening.Opened(var directory) -> directory;
            case LogDirectory.Opening.Refused(var refused, var reason) -> throw new AssertionError(reason);
        };
    }

    private static Directories open(LogFixture fixture) throws IOException {
        var opened = new Directories(open(fixture, "/a"), open(fixture, "/b"));
        LogMove.settle(opened.both());
        return opened;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCrashAtAnyPointLeavesOneValidLog(boolean powerCut) throws Exception {
        int moved = 0;
        int stayed = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var fixture = new LogFixture(seed, LogFixture.SMALL);
            var random = new SplittableRandom(seed);
            var before = open(fixture);
            var log = fixture.openLog(before.a());
            var values = new ArrayList<String>();
            for (int i = 0; i < RECORDS; i++) {
                if (i == FORCED) {
                    log.flush();
                    before.a().checkpoint();
                }
                LogFixture.append(log, "v" + i);
                fixture.runBackground();
                values.add("v" + i);
            }
            fixture.disk.stopAfter(random.nextInt(150));
            try {
                move(fixture, before, log, values);
            } catch (SimulatedCrash | IOException stopped) {
                // the machine stops in the middle of the move
                assertThat(fixture.disk.stopped())
                        .as("seed %d: %s", seed, stopped)
                        .isTrue();
            }
            if (powerCut) fixture.disk.loseFromCache();
            else fixture.disk.keepCache();
            fixture.background.clear();

            var after = open(fixture);
            var holders = after.both().stream()
                    .filter(each -> each.holds(LogFixture.PARTITION))
                    .toList();
            assertThat(holders).as("seed %d", seed).hasSize(1);
            if (holders.getFirst() == after.b()) moved++;
            else stayed++;
            var found = LogFixture.valuesFrom(fixture.openLog(holders.getFirst()), 0);
            if (powerCut) assertThat(found).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(FORCED);
            else assertThat(found).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(values.size());
            for (int i = 0; i < Math.min(found.size(), values.size()); i++)
                assertThat(found.get(i)).as("seed %d", seed).isEqualTo(values.get(i));
        }
        assertThat(moved).as("crashes after the swap").isPositive();
        assertThat(stayed).as("crashes before the swap").isPositive();
    }

    /// Moves, with an append between the pieces and one after the swap.
    private static void move(LogFixture fixture, Directories directories, PartitionLog log, List<String> values)
            throws IOException {
        var move = LogMove.begin(directories.a(), directories.b(), log);
        while (move.copy() > 0) {
            if (values.size() < RECORDS + 3) add(log, values);
            fixture.runBackground();
        }
        var used = new ArrayList<PartitionLog>();
        assertThat(move.isNear()).isTrue();
        assertThat(move.swap(used::add)).isTrue();
        assertThat(log.append(LogFixture.batch("late"), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.Closed.class);
        add(used.getFirst(), values);
        directories.b().checkpoint();
        directories.a().checkpoint();
    }

    private static void add(PartitionLog log, List<String> values) {
        String value = "v" + values.size();
        if (log.append(LogFixture.batch(value), AppendOrigin.CLIENT, 0) instanceof AppendResult.Appended)
            values.add(value);
    }
}
