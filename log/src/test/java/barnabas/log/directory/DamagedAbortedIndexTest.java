package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.SMALL;
import static barnabas.log.LogFixture.START_MILLIS;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AbortedTransaction;
import barnabas.log.AppendOrigin;
import barnabas.log.LogFixture;
import barnabas.log.partition.LogState;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// An index of aborted transactions that changed after an orderly stop: no aborted record is shown as committed.
class DamagedAbortedIndexTest {
    private static final Path HOME = ROOT.resolve(PARTITION.toString());
    private static final long PRODUCER = 7;

    @FunctionalInterface
    private interface Damage {
        void apply(LogFixture fixture, Path file) throws IOException;
    }

    /// A log with aborted transactions in several segments, one of which reaches over two.
    private static LogFixture withAborted() throws IOException {
        var fixture = new LogFixture(SMALL);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        for (int i = 0; i < 6; i++) {
            write(log, batchOf(PRODUCER, i, 0, true, "aborted"));
            for (int n = 0; n < 3; n++) append(log, "x".repeat(200));
            write(log, ControlRecord.endTransaction(i % 3 == 2, PRODUCER, (short) (i + 1), 0, START_MILLIS));
        }
        assertThat(log.segmentCount()).isGreaterThan(2);
        assertThat(aborted(log)).hasSize(4);
        directory.checkpointHighWatermarks(Map.of(PARTITION, log.logEndOffset()));
        directory.close();
        return fixture;
    }

    private static void write(PartitionLog log, ByteBuffer batch) {
        RecordBatch.at(batch, 0).rewriteBaseOffset(log.logEndOffset());
        appended(log.append(batch, AppendOrigin.REPLICATION, LogState.ANY_EPOCH));
    }

    private static List<AbortedTransaction> aborted(PartitionLog log) throws IOException {
        return log.abortedTransactions(0, log.logEndOffset());
    }

    private static List<Path> indexes(LogFixture fixture) throws IOException {
        return fixture.disk.list(HOME).stream()
                .filter(each -> each.toString().endsWith(".txnindex"))
                .toList();
    }

    /// The same after this start, a crash and an orderly stop.
    private static void assertBuiltAgain(int index, Damage damage) throws IOException {
        var whole = withAborted();
        var expected = aborted(whole.openLog(whole.openDirectory()));
        var fixture = withAborted();
        damage.apply(fixture, indexes(fixture).get(index));
        assertThat(aborted(fixture.openLog(fixture.openDirectory()))).isEqualTo(expected);
        fixture.disk.keepCache();
        var directory = fixture.openDirectory();
        assertThat(aborted(fixture.openLog(directory))).isEqualTo(expected);
        directory.close();
        assertThat(aborted(fixture.openLog(fixture.openDirectory()))).isEqualTo(expected);
    }

    private static Damage flip(int bit) {
        return (fixture, file) -> {
            try (var opened = fixture.disk.open(file)) {
                var bytes = ByteBuffer.allocate(1);
                opened.read(bytes, bit / 8);
                bytes.put(0, (byte) (bytes.get(0) ^ 1 << bit % 8));
                opened.write(bytes.rewind(), bit / 8);
            }
        };
    }

    @Test
    void aFlippedBit() throws Exception {
        var sample = withAborted();
        var indexes = indexes(sample);
        assertThat(indexes).hasSizeGreaterThan(1);
        for (int index = 0; index < indexes.size(); index++)
            for (int bit = 0; bit < sample.disk.sizeBytes(indexes.get(index)) * 8; bit++)
                assertBuiltAgain(index, flip(bit));
    }

    @Test
    void aMissingOrShortenedFile() throws Exception {
        for (int index = 0; index < indexes(withAborted()).size(); index++) {
            assertBuiltAgain(index, (fixture, file) -> fixture.disk.delete(file));
            assertBuiltAgain(index, (fixture, file) -> {
                try (var opened = fixture.disk.open(file)) {
                    opened.truncate(opened.sizeBytes() - 34);
                }
            });
        }
    }
}
