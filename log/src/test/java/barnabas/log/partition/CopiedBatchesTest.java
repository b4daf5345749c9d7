package barnabas.log.partition;

import static barnabas.log.LogFixture.batch;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Batches of producers beside those that a mirror has copied from another cluster.
class CopiedBatchesTest {
    private static final int OWN_EPOCH = 10;

    private static ByteBuffer copied() {
        ByteBuffer batch = batchOf(7, 0, 0, false, "a");
        RecordBatch.at(batch, 0).rewriteLeaderEpoch(3);
        return batch;
    }

    private static AppendResult append(PartitionLog log, ByteBuffer batch) {
        return log.append(batch, AppendOrigin.CLIENT, OWN_EPOCH);
    }

    /// While a disk takes its time over the copied batch, other producers write.
    @Test
    void copiedBatchIsReadWithoutTheLock() throws Exception {
        var log = new AtomicReference<@Nullable PartitionLog>();
        var reads = new AtomicBoolean();
        var fixture = new LogFixture(LogFixture.SMALL);
        var disk = new ForwardingDisk(fixture.disk) {
            @Override
            public DiskFile open(Path file) throws IOException {
                return slow(super.open(file));
            }

            @Override
            public DiskFile openExisting(Path file) throws IOException {
                return slow(super.openExisting(file));
            }

            private DiskFile slow(DiskFile file) {
                return new ForwardingFile(file) {
                    @Override
                    public int read(ByteBuffer target, long position) throws IOException {
                        if (reads.compareAndSet(true, false)) anotherProducerAppends(log.get());
                        return super.read(target, position);
                    }
                };
            }
        };
        PartitionLog opened = fixture.openLog(LogFixture.open(LogFixture.ROOT, fixture.on(disk)));
        log.set(opened);
        LogFixture.appended(opened.append(copied(), AppendOrigin.REPLICATION, 5));
        opened.reconfigure(LogFixture.SMALL.withMirror(new LogConfig.Mirror(false, false, OWN_EPOCH)));
        reads.set(true);
        assertThat(append(opened, batchOf(7, 0, 0, false, "a"))).isInstanceOf(AppendResult.Duplicate.class);
        assertThat(reads).as("the copied batch was read").isFalse();
        assertThat(LogFixture.valuesFrom(opened, 0)).containsExactly("a", "other");
        assertThat(append(opened, batchOf(7, 0, 0, false, "b")))
                .as("the same sequence with other records")
                .isInstanceOf(AppendResult.OutOfOrderSequence.class);
    }

    private static void anotherProducerAppends(@Nullable PartitionLog log) {
        try {
            var _ = CompletableFuture.supplyAsync(() -> append(log, batch("other")))
                    .get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("another producer waits for the read", e);
        }
    }
}
