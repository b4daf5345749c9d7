package barnabas.log.directory;

import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Disk;
import barnabas.base.ForwardingDisk;
import barnabas.base.Threads;
import barnabas.log.LogFixture;
import barnabas.log.TopicPartition;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Logs that are created together.
class CreatedLogsTest {
    private static final Uuid TOPIC_ID = new Uuid(3, 4);
    private static final int LOGS = 50;

    private final LogFixture fixture = new LogFixture(SMALL);
    private final CountingDisk disk = new CountingDisk(fixture.disk);

    /// Counts the forces of names in the log directory, and fails some.
    private static final class CountingDisk extends ForwardingDisk {
        private final AtomicInteger forces = new AtomicInteger();
        private volatile boolean fails;

        CountingDisk(Disk real) {
            super(real);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            if (directory.equals(ROOT)) {
                if (fails) throw new FileSystemException(ROOT.toString(), null, "Too many open files");
                forces.incrementAndGet();
            }
            super.forceDirectory(directory);
        }
    }

    private LogDirectory openDirectory() {
        return LogFixture.open(ROOT, fixture.on(disk));
    }

    private Map<TopicPartition, LogOpening> create(LogDirectory directory) {
        var openings = new LogOpenings(2, fixture.clock, Threads.SYSTEM);
        for (int i = 0; i < LOGS; i++) openings.add(directory, new TopicPartition("new", i), TOPIC_ID, SMALL);
        return openings.open();
    }

    @Test
    void theirNamesAreForcedTogether() throws Exception {
        var directory = openDirectory();
        int before = disk.forces.get();
        assertThat(create(directory).values()).hasSize(LOGS).allMatch(LogOpening.Opened.class::isInstance);
        assertThat(disk.forces.get() - before).isEqualTo(1);
        assertThat(directory.logs()).hasSize(LOGS);
        append(directory.log(new TopicPartition("new", 7)).orElseThrow(), "x");
        fixture.disk.loseFromCache();
        assertThat(fixture.openDirectory().partitions()).hasSize(LOGS);
    }

    @Test
    void noneIsThereWhenTheForceOfTheirNamesFails() throws Exception {
        openDirectory().close();
        var directory = openDirectory();
        disk.fails = true;
        assertThat(create(directory).values())
                .hasSize(LOGS)
                .allMatch(each -> each instanceof LogOpening.Failed failed && failed.passes());
        assertThat(directory.logs()).isEmpty();
        disk.fails = false;
        directory.checkpoint();
        for (int i = 0; i < LOGS; i++) opened(directory.openLog(new TopicPartition("new", i), TOPIC_ID, SMALL));
        assertThat(directory.logs()).hasSize(LOGS);
        fixture.disk.loseFromCache();
        assertThat(fixture.openDirectory().partitions()).hasSize(LOGS);
    }
}
