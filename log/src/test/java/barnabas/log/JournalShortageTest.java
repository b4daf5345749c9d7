package barnabas.log;

import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.log.directory.LogDirectory;
import barnabas.log.journal.Journal;
import barnabas.log.partition.PartitionLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// A commit of the journal that finds no file descriptors is made later, and only then acknowledged.
class JournalShortageTest {
    private final ManualClock clock = new ManualClock(LogFixture.START_MILLIS);
    private SimulatedDisk disk = new SimulatedDisk(1, clock);
    private final List<Journal> journals = new ArrayList<>();

    private LogDirectory start() {
        journals.clear();
        return LogFixture.open(LogFixture.ROOT, LogFixture.journaled(disk, clock, new Random(1), journals));
    }

    private static PartitionLog open(LogDirectory directory, LogConfig config) {
        return LogFixture.opened(directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, config))
                .log();
    }

    @Test
    void aRefusedCommitIsMadeLater() throws Exception {
        var directory = start();
        // records before the journal, so that the first commit has to force the log's own file
        var log = open(directory, LogFixture.SMALL);
        append(log, "one");
        log.reconfigure(durable());
        append(log, "two");
        log.releaseFiles();
        disk.descriptors(disk.openFiles());
        journals.getFirst().commit();
        assertThat(log.durableEndOffset()).isZero();
        assertThat(directory.failure()).isEmpty();
        journals.getFirst().commit();
        assertThat(log.durableEndOffset()).isZero();

        assertThat(log.append(LogFixture.batch("early"), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.StorageFailed.class);

        disk.descriptors(Integer.MAX_VALUE);
        journals.getFirst().commit();
        assertThat(log.durableEndOffset()).isEqualTo(2);
        append(log, "three");
        journals.getFirst().commit();
        assertThat(log.durableEndOffset()).isEqualTo(3);
        disk.loseFromCache();
        assertThat(valuesFrom(open(start(), durable()), 0)).containsExactly("one", "two", "three");
    }

    /// A shortage may meet the header of a file's next generation, whose loss would hide all groups behind it.
    @Test
    void aCommitThatAShortageInterruptedAnywhereIsOnDiskOnceAcknowledged() throws Exception {
        for (int seed = 1; seed <= 200; seed++) {
            disk = new SimulatedDisk(seed, clock);
            var log = open(start(), durable());
            disk.runShort(400);
            int appended = 0;
            for (int i = 0; i < 30; i++) {
                var result = log.append(LogFixture.batch("value " + i), AppendOrigin.CLIENT, 0);
                if (result instanceof AppendResult.Appended) appended++;
                journals.getFirst().commit();
            }
            disk.runShort(0);
            for (int i = 0; i < 2; i++) journals.getFirst().commit();
            assertThat(log.durableEndOffset()).isEqualTo(appended);
            disk.loseFromCache();
            assertThat(valuesFrom(open(start(), durable()), 0))
                    .as("seed " + seed)
                    .hasSize(appended);
        }
    }

    @Test
    void aJournalThatAShortageKeptFromOpeningIsOpenedLater() throws Exception {
        for (int seed = 1; seed <= 50; seed++) {
            disk = new SimulatedDisk(seed, clock);
            var directory = start();
            var log = open(directory, LogFixture.SMALL);
            disk.runShort(600);
            log.reconfigure(durable());
            disk.runShort(0);
            clock.advance(Duration.ofSeconds(1));
            append(log, "one");
            journals.getFirst().commit();
            assertThat(log.durableEndOffset()).isEqualTo(1);
            assertThat(directory.failure()).isEmpty();
            disk.loseFromCache();
            assertThat(valuesFrom(open(start(), durable()), 0)).containsExactly("one");
        }
    }

    @Test
    void aCommitThatIsStillRefusedAtTheEndIsNotAcknowledged() throws Exception {
        var directory = start();
        var log = open(directory, LogFixture.SMALL);
        append(log, "one");
        log.reconfigure(durable());
        append(log, "two");
        log.releaseFiles();
        disk.descriptors(disk.openFiles());
        journals.getFirst().commit();
        journals.getFirst().abandon();
        assertThat(log.durableEndOffset()).isZero();
        assertThat(directory.failure()).isPresent();
    }

    private static LogConfig durable() {
        return LogFixture.SMALL.withFlush(new LogConfig.Flush(Long.MAX_VALUE, Long.MAX_VALUE, true));
    }
}
