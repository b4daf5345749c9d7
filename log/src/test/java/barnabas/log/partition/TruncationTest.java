package barnabas.log.partition;

import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batch;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.SimulatedCrash;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogFixture;
import barnabas.log.directory.LogDirectory;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A truncation that an error, a shortage or the end of the process interrupts.
class TruncationTest {
    private static final int CHANGES_MAX = 40;
    private static final List<String> KEPT = List.of("0", "1", "2", "3");

    /// A log of three segments, cut inside the first.
    private static PartitionLog filled(LogFixture fixture, LogDirectory directory) throws IOException {
        var log = fixture.openLog(directory);
        for (int i = 0; i < 8; i++) append(log, Integer.toString(i));
        while (log.segmentCount() < 3) append(log, "x".repeat(300));
        log.flush();
        directory.checkpoint();
        return log;
    }

    @Test
    void anErrorLeavesNoLogHalfCut() throws IOException {
        int errors = 0;
        for (int change = 1; change <= CHANGES_MAX; change++) {
            var fixture = new LogFixture(LogFixture.SMALL);
            var directory = fixture.openDirectory();
            var log = filled(fixture, directory);
            fixture.disk.errAfter(change);
            try {
                log.truncateTo(4);
            } catch (OutOfMemoryError expected) {
                errors++;
            }
            fixture.disk.errAfter(Long.MAX_VALUE);
            if (log.logEndOffset() > 4) continue;
            append(log, "new");
            fixture.disk.keepCache();
            var again = fixture.openLog(fixture.openDirectory());
            assertThat(valuesFrom(again, 0).subList(0, 5))
                    .as("error at change %d", change)
                    .containsExactly("0", "1", "2", "3", "new");
            assertThat(again.logEndOffset()).isEqualTo(5);
        }
        assertThat(errors).isGreaterThan(10);
    }

    @Test
    void withoutDescriptorsATruncationIsDoneLater() throws IOException {
        var fixture = new LogFixture(LogFixture.SMALL);
        var directory = fixture.openDirectory();
        var log = filled(fixture, directory);
        long end = log.logEndOffset();
        int refused = 0;
        for (int free = 0; free < 8; free++) {
            log.releaseFiles();
            fixture.disk.descriptors(fixture.disk.openFiles() + free);
            try {
                log.truncateTo(4);
            } catch (IOException tooMany) {
                refused++;
            }
            assertThat(log.logEndOffset()).isIn(4L, end);
            if (log.logEndOffset() == 4)
                assertThat(log.append(batch("early"), AppendOrigin.CLIENT, 0))
                        .satisfiesAnyOf(
                                result -> assertThat(result).isInstanceOf(AppendResult.StorageFailed.class),
                                result -> assertThat(result).isInstanceOf(AppendResult.Appended.class));
        }
        fixture.disk.descriptors(Integer.MAX_VALUE);
        log.truncateTo(4);
        append(log, "new");
        assertThat(refused).isPositive();
        assertThat(directory.failure()).isEmpty();
        assertThat(valuesFrom(log, 0)).containsExactly("0", "1", "2", "3", "new");
    }

    /// The process is killed on its way, another one goes on, and then the machine loses power: nothing that was cut
    /// comes back.
    @Test
    void recordsCutByAKilledProcessStayAway() throws IOException {
        int cuts = 0;
        for (int seed = 0; seed < 20; seed++) {
            for (int change = 1; change < CHANGES_MAX; change++) {
                var fixture = new LogFixture(seed, LogFixture.SMALL);
                var log = filled(fixture, fixture.openDirectory());
                fixture.disk.stopAfter(change);
                try {
                    log.truncateTo(4);
                } catch (SimulatedCrash killed) {
                    assertThat(fixture.disk.stopped()).isTrue();
                }
                fixture.disk.keepCache();
                log = fixture.openLog(fixture.openDirectory());
                if (log.logEndOffset() != 4) continue;
                cuts++;
                appended(log.append(batch("new"), AppendOrigin.CLIENT, 1));
                fixture.disk.loseFromCache();
                var values = valuesFrom(fixture.openLog(fixture.openDirectory()), 0);
                assertThat(values).as("seed %d, change %d", seed, change).startsWith(KEPT.toArray(new String[0]));
                assertThat(values.subList(4, values.size())).isSubsetOf("new");
            }
        }
        assertThat(cuts).isGreaterThan(50);
    }
}
