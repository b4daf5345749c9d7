package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.SimulatedDisk;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.LogState;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// An aborted transaction stays one when the power goes after its log was forced. Its index is created long after
/// its segment, and a start cannot detect that it is missing.
class AbortedAfterPowerCutTest {
    private static final int SEEDS = 20;
    private static final long PRODUCER = 7;

    private interface Ending {
        void end(LogDirectory directory, PartitionLog log) throws Exception;
    }

    @Test
    void flushedLogKeepsIt() throws Exception {
        keepsIt((directory, log) -> {
            log.flush();
            directory.checkpoint();
        });
    }

    @Test
    void closedLogKeepsIt() throws Exception {
        keepsIt((directory, log) -> directory.close());
    }

    private static void keepsIt(Ending ending) throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            var fixture = new LogFixture(seed, LogFixture.SMALL);
            LogDirectory directory = fixture.openDirectory();
            PartitionLog log = fixture.openLog(directory);
            LogFixture.append(log, "before");
            log.flush();
            abort(log);
            ending.end(directory, log);
            SimulatedDisk disk = fixture.disk;
            disk.loseFromCache();

            PartitionLog again = fixture.openLog(fixture.openDirectory());
            assertThat(again.logEndOffset()).as("seed " + seed).isEqualTo(3);
            assertThat(again.abortedTransactions(0, 3)).as("seed " + seed).hasSize(1);
        }
    }

    private static void abort(PartitionLog log) {
        append(log, LogFixture.batchOf(PRODUCER, 0, 0, true, "aborted"));
        append(log, ControlRecord.endTransaction(false, PRODUCER, (short) 1, 0, LogFixture.START_MILLIS));
    }

    private static void append(PartitionLog log, ByteBuffer batch) {
        RecordBatch.at(batch, 0).rewriteBaseOffset(log.logEndOffset());
        LogFixture.appended(log.append(batch, AppendOrigin.REPLICATION, LogState.ANY_EPOCH));
    }
}
