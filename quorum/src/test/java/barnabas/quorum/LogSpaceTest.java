package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.SimulatedDisk;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataReserve;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogSpaceTest {
    private static final Path ROOT = QuorumNodes.ROOT;

    /// Offsets are asked for by any thread, while the Raft thread waits for descriptors.
    @Test
    void looksOfOtherThreadsDoNotEndAShortage() throws Exception {
        var disk = new SimulatedDisk(1, Clock.SYSTEM);
        var reserve = new MetadataReserve(disk, ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME), 1 << 10);
        var space = new LogSpace(ROOT, reserve, Clock.SYSTEM);
        try (var log = new RaftSegmentLog(ROOT, 1 << 20, space, disk, Clock.SYSTEM)) {
            reserve.refill();
            var enough = new AtomicBoolean();
            var waiting = CompletableFuture.supplyAsync(() -> waitFor(enough, space));
            QuorumNodes.await(() -> "short", space::isShort);
            for (int look = 0; look < 1_000; look++) {
                assertThat(log.endOffset().offset()).isZero();
                assertThat(log.highWatermark().offset()).isZero();
                assertThat(space.isShort()).isTrue();
            }
            enough.set(true);
            assertThat(waiting.get()).isTrue();
            assertThat(space.isShort()).isFalse();
        }
    }

    private static boolean waitFor(AtomicBoolean enough, LogSpace space) {
        try {
            return space.await(() -> {
                if (!enough.get()) throw new FileSystemException("file", null, "Too many open files");
                return true;
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
