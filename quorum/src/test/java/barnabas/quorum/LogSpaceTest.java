package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.SimulatedDisk;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataDirectory;
import barnabas.metadata.log.MetadataReserve;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.apache.kafka.snapshot.RawSnapshotWriter;
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

    /// Any file that the Raft thread opens, writes or renames may find a shortage, those of snapshots too.
    @Test
    void aSnapshotIsReceivedAndSentDuringAShortage() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("snapshots: seed " + seed);
        var disk = new SimulatedDisk(seed, Clock.SYSTEM);
        var reserve = new MetadataReserve(disk, ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME), 1 << 10);
        var space = new LogSpace(ROOT, reserve, Clock.SYSTEM);
        var id = new OffsetAndEpoch(7, 1);
        ByteBuffer content = ByteBuffer.wrap("what a leader sent".getBytes(StandardCharsets.UTF_8));
        try (var log = new RaftSegmentLog(ROOT, 1 << 20, space, disk, Clock.SYSTEM)) {
            reserve.refill();
            disk.runShort(400);
            try (RawSnapshotWriter received = log.createNewSnapshotUnchecked(id).orElseThrow()) {
                received.append(new UnalignedMemoryRecords(content.duplicate()));
                received.freeze();
            }
            assertThat(log.truncateToLatestSnapshot()).isTrue();
            RawSnapshotReader sent = log.readSnapshot(id).orElseThrow();
            for (int part = 0; part < 8; part++) {
                var records = (UnalignedMemoryRecords) sent.slice(0, content.remaining());
                assertThat(records.buffer()).isEqualTo(content);
            }
            disk.runShort(0);
        }
    }

    /// A newest snapshot that no descriptor is left for is not a damaged one: with the one before it, records would be
    /// missing.
    @Test
    void aSnapshotIsNotTakenForDamagedDuringAShortage() throws Exception {
        var disk = new SimulatedDisk(1, Clock.SYSTEM);
        Path path = ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME);
        var space = new LogSpace(ROOT, new MetadataReserve(disk, path, 1 << 10), Clock.SYSTEM);
        try (var log = new RaftSegmentLog(ROOT, 1 << 20, space, disk, Clock.SYSTEM);
                RawSnapshotWriter newest =
                        log.createNewSnapshotUnchecked(new OffsetAndEpoch(7, 1)).orElseThrow()) {
            newest.freeze();
        }
        disk.descriptors(0);
        assertThatThrownBy(() -> new MetadataDirectory(disk, path).newestSnapshot())
                .hasMessageMatching(SimulatedDisk.SHORTAGE);
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
