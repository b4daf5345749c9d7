package barnabas.log.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.log.LogFixture;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
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
            assertThat(result).isInstanceOfSatisfying(ReadResult.Damaged.class, failed -> {
                assertThat(failed.cause()).hasMessageStartingWith(FIRST + " is damaged at byte 0, offset 0");
                assertThat(damaged.readFailures().report(LogFixture.PARTITION, failed.cause()))
                        .as("not yet logged")
                        .isFalse();
            });
        }
    }

    /// As after an orderly stop, when a start does not look at the sizes of closed segments.
    @Test
    void aSegmentThatEndsEarlyIsNamedOnce() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        while (log.segmentCount() < 3) LogFixture.append(log, "x".repeat(100));
        var bytes = fixture.disk.contentOf(FIRST);
        try (var file = fixture.disk.open(FIRST)) {
            file.truncate(bytes.length - 50);
        }

        for (int bytesMax : new int[] {bytes.length, bytes.length - 10}) {
            var result = log.read(0, bytesMax, true, log.logEndOffset());
            assertThat(result).isInstanceOf(LogSlice.class);
            try (var read = (LogSlice) result) {
                assertThatThrownBy(() -> read.load(ByteBuffer.allocate(64)))
                        .isInstanceOfSatisfying(EOFException.class, failed -> {
                            assertThat(failed).hasMessage(FIRST + " ends early, before byte " + bytes.length);
                            log.readFailed(failed);
                            assertThat(log.readFailures().report(LogFixture.PARTITION, failed))
                                    .as("not yet logged")
                                    .isFalse();
                        });
            }
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
