package barnabas.log.partition;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.LogFixture;
import barnabas.log.ReadResult;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// A damaged place that readers meet is logged once, with file and offset.
class ReadFailuresTest {
    private static final Path FIRST = LogFixture.ROOT.resolve("t-0/00000000000000000000.log");
    private static final int MAGIC_AT = 16;

    @Test
    void damageThatReadersMeetIsLoggedOnce() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        while (log.segmentCount() < 3) LogFixture.append(log, "x".repeat(100));
        directory.close();
        var bytes = fixture.disk.contentOf(FIRST);
        bytes[MAGIC_AT] ^= 4;
        fixture.disk.overwrite(FIRST, bytes);
        var damaged = fixture.openLog(fixture.openDirectory());

        for (int i = 0; i < 3; i++) {
            var result = damaged.read(0, 1000, true, damaged.logEndOffset());
            assertThat(result).isInstanceOfSatisfying(ReadResult.StorageFailed.class, failed -> {
                assertThat(failed.cause()).hasMessageStartingWith(FIRST + " is damaged at byte 0, offset 0");
                assertThat(damaged.readFailures().report(LogFixture.PARTITION, failed.cause()))
                        .as("not yet logged")
                        .isFalse();
            });
        }
    }

    @Test
    void theNumberOfLinesIsBounded() {
        var failures = new ReadFailures();
        int logged = 0;
        for (int i = 0; i < 1000; i++)
            if (failures.report(LogFixture.PARTITION, new IOException("failure " + i))) logged++;
        assertThat(logged).isEqualTo(32);
    }
}
