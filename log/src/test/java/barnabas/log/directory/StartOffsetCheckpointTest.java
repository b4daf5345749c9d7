package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.TOPIC_ID;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.LogFixture;
import barnabas.log.TopicPartition;
import barnabas.log.recovery.LogOpening;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Start offsets that DeleteRecords moved, with damage of their checkpoint: no record is hidden by it, none comes back.
class StartOffsetCheckpointTest {
    private static final Path STARTS = ROOT.resolve("log-start-offset-checkpoint");
    private static final Path KNOWN = ROOT.resolve(KnownLogs.NAME);
    private static final TopicPartition OTHER = new TopicPartition("u", 0);
    private static final long RECORDS = 40;
    private static final long START = 12;

    /// Two logs of which one has a start offset.
    private static LogFixture withDeletedRecords(boolean orderly) throws IOException {
        var fixture = new LogFixture(SMALL);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        var other = opened(directory.openLog(OTHER, TOPIC_ID, SMALL)).log();
        for (int i = 0; i < RECORDS; i++) {
            append(log, "v" + i);
            append(other, "v" + i);
        }
        assertThat(log.advanceLogStartOffset(START)).isTrue();
        if (orderly) {
            directory.close();
        } else {
            directory.checkpoint();
            fixture.disk.keepCache();
        }
        return fixture;
    }

    private static void flip(LogFixture fixture, Path file, int bit) throws IOException {
        try (var opened = fixture.disk.open(file)) {
            var bytes = ByteBuffer.allocate(1);
            opened.read(bytes, bit / 8);
            bytes.put(0, (byte) (bytes.get(0) ^ 1 << bit % 8));
            opened.write(bytes.rewind(), bit / 8);
        }
    }

    private static void assertStarts(LogFixture fixture) {
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        assertThat(log.logStartOffset()).isEqualTo(START);
        assertThat(log.logEndOffset()).isEqualTo(RECORDS);
        var other = opened(directory.openLog(OTHER, TOPIC_ID, SMALL)).log();
        assertThat(other.logStartOffset()).isZero();
        assertThat(other.logEndOffset()).isEqualTo(RECORDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFlippedBitChangesNoStartOffset(boolean orderly) throws Exception {
        int bits = (int) withDeletedRecords(orderly).disk.sizeBytes(STARTS) * 8;
        assertThat(bits).isPositive();
        for (int bit = 0; bit < bits; bit++) {
            var fixture = withDeletedRecords(orderly);
            flip(fixture, STARTS, bit);
            assertStarts(fixture);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aMissingFileChangesNoStartOffset(boolean orderly) throws Exception {
        var fixture = withDeletedRecords(orderly);
        fixture.disk.delete(STARTS);
        assertStarts(fixture);
    }

    /// An earlier version wrote the other file without start offsets; a damaged one does not count.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutTheOtherFileTheCheckpointCounts(boolean orderly) throws Exception {
        var fixture = withDeletedRecords(orderly);
        fixture.disk.delete(KNOWN);
        assertStarts(fixture);
    }

    /// The two files are not written in one step.
    @Test
    void aStartOffsetBehindTheEndAfterAnOrderlyStopIsDamage() throws Exception {
        var fixture = withDeletedRecords(true);
        fixture.disk.delete(KNOWN);
        fixture.disk.delete(STARTS);
        try (var file = fixture.disk.open(STARTS)) {
            file.write(ByteBuffer.wrap("0\n1\nt 0 92\n".getBytes(StandardCharsets.US_ASCII)), 0);
        }
        for (int start = 0; start < 2; start++) {
            var directory = fixture.openDirectory();
            assertThat(directory.openLog(PARTITION, TOPIC_ID, SMALL))
                    .isInstanceOfSatisfying(
                            LogOpening.Damaged.class,
                            damaged -> assertThat(damaged.reason()).contains("its start offset is 92"));
            directory.close();
        }
    }

    @Test
    void aTruncationForgetsAStartOffsetBehindIt() throws Exception {
        var fixture = withDeletedRecords(true);
        var directory = fixture.openDirectory();
        fixture.openLog(directory).truncateTo(START - 2);
        fixture.disk.keepCache();
        var log = fixture.openLog(fixture.openDirectory());
        assertThat(log.logStartOffset()).isLessThanOrEqualTo(START - 2);
        assertThat(log.logEndOffset()).isEqualTo(START - 2);
    }
}
