package barnabas.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.RemoveTopicRecord;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Space and descriptors that are short: what cannot be written is dropped, the log goes on, and a restart reads what
/// was delivered.
@Timeout(60)
class FullMetadataLogTest {
    private static final Path ROOT = Path.of("/data");
    private static final Path RESERVE = ROOT.resolve("__cluster_metadata-0").resolve(MetadataReserve.FILE_NAME);
    private static final int RESERVE_BYTES = 8_192;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);

    private LocalMetadataLog open(SimulatedDisk disk, int segmentBytes) {
        return new LocalMetadataLog(1, ROOT, segmentBytes, RESERVE_BYTES, disk, clock, Threads.SYSTEM);
    }

    private static Appended append(MetadataLog log, Message record) {
        return log.append(log.leadership().epoch(), MetadataVersion.LATEST, List.of(record));
    }

    private static TopicRecord topic(String name) {
        return new TopicRecord(name, new Uuid(1, name.hashCode()));
    }

    private static RemoveTopicRecord removal(int n) {
        return new RemoveTopicRecord(new Uuid(1, n));
    }

    @Test
    void aFullDiskRefusesABatchAndTakesLaterOnes() throws IOException {
        var disk = new SimulatedDisk(1, clock);
        var listener = new RecordingListener();
        try (var log = open(disk, 1 << 20)) {
            log.start(listener);
            append(log, topic("before"));
            listener.awaitBatches(1);
            disk.capacity(0);
            for (int n = 1; n <= 3; n++) {
                assertThat(append(log, topic("refused" + n))).isInstanceOf(Appended.Accepted.class);
                listener.awaitDrops(n);
                assertThat(log.endOffset()).isEqualTo(2);
            }
            disk.capacity(Long.MAX_VALUE);
            assertThat(append(log, topic("after"))).isEqualTo(new Appended.Accepted(2, 2));
            listener.awaitBatches(2);
            assertThat(listener.failure()).isNull();
        }
        disk.keepCache();
        var again = new RecordingListener();
        try (var log = open(disk, 1 << 20)) {
            log.start(again);
            assertThat(again.records()).containsExactly(List.of(topic("before")), List.of(topic("after")));
        }
    }

    @Test
    void topicsAreDeletedOnAFullDiskAndTheReserveIsTakenAgain() throws IOException {
        var disk = new SimulatedDisk(1, clock);
        var listener = new RecordingListener();
        try (var log = open(disk, 1 << 20)) {
            log.start(listener);
            append(log, topic("before"));
            listener.awaitBatches(1);
            assertThat(disk.sizeBytes(RESERVE)).isEqualTo(RESERVE_BYTES);

            disk.capacity(disk.bytes());
            append(log, topic("refused"));
            listener.awaitDrops(1);
            for (int n = 0; n < 50; n++) append(log, removal(n));
            listener.awaitBatches(51);
            assertThat(disk.sizeBytes(RESERVE)).isLessThan(RESERVE_BYTES).isPositive();

            disk.capacity(Long.MAX_VALUE);
            clock.advance(Duration.ofSeconds(6));
            append(log, topic("after"));
            append(log, topic("later"));
            listener.awaitBatches(53);
            assertThat(listener.drops()).isEqualTo(1);
        }
        assertThat(disk.sizeBytes(RESERVE)).isEqualTo(RESERVE_BYTES);
    }

    @Test
    void aNodeStartsOnAFullDisk() throws IOException {
        var disk = new SimulatedDisk(1, clock);
        var first = new RecordingListener();
        try (var log = open(disk, 1 << 20)) {
            log.start(first);
            append(log, topic("before"));
            first.awaitBatches(1);
        }
        disk.capacity(disk.bytes());
        for (int start = 0; start < 4; start++) {
            var listener = new RecordingListener();
            try (var log = open(disk, 1 << 20)) {
                log.start(listener);
                assertThat(listener.records()).containsExactly(List.of(topic("before")));
                assertThat(log.leadership().isLedBy(1)).isTrue();
            }
        }
    }

    /// Something is short at any call, many times over.
    @Test
    void shortagesAtAnyCall() throws IOException {
        long seeds = Long.getLong("seeds", 150);
        for (long seed = 1; seed <= seeds; seed++) {
            var random = new SplittableRandom(seed);
            var disk = new SimulatedDisk(seed, clock);
            var listener = new RecordingListener();
            int accepted = 0;
            try (var log = open(disk, 400)) {
                log.start(listener);
                disk.runShort(100 + random.nextInt(400));
                for (int i = 0; i < 40; i++) {
                    Message record =
                            random.nextInt(4) == 0 ? removal(i) : topic("t".repeat(1 + random.nextInt(90)) + i);
                    if (append(log, record) instanceof Appended.Accepted) accepted++;
                    if (random.nextBoolean()) settle(log, listener);
                }
                disk.runShort(0);
                settle(log, listener);
                assertThat(append(log, topic("last"))).as("seed %d", seed).isInstanceOf(Appended.Accepted.class);
                settle(log, listener);
                assertThat(listener.failure()).as("seed %d", seed).isNull();
                assertThat(listener.records()).as("seed %d", seed).contains(List.of(topic("last")));
                assertThat(listener.drops()).as("seed %d", seed).isPositive();
                assertThat(listener.records().size()).as("seed %d", seed).isLessThanOrEqualTo(accepted + 1);
            }
            assertWhole(listener, seed);
            disk.loseFromCache();
            var again = new RecordingListener();
            try (var log = open(disk, 400)) {
                log.start(again);
                assertThat(again.batches()).as("seed %d", seed).isEqualTo(listener.batches());
            }
        }
    }

    /// Until everything that the log holds is delivered or dropped.
    private static void settle(MetadataLog log, RecordingListener listener) {
        listener.awaitUntil(() -> log.committedOffset() == log.endOffset());
        // between a drop and the listener's consent nothing leads
        while (!log.leadership().isLedBy(1) && listener.failure() == null) Thread.onSpinWait();
        listener.awaitUntil(() -> listener.batches().isEmpty()
                || listener.batches().getLast().lastOffset() == log.committedOffset() - 1
                || log.committedOffset() != log.endOffset());
    }

    /// Offsets are given out again after a drop, and never twice to what was delivered.
    private static void assertWhole(RecordingListener listener, long seed) {
        var offsets = new ArrayList<Long>();
        for (var each : listener.batches()) offsets.add(each.baseOffset());
        for (int i = 0; i < offsets.size(); i++)
            assertThat(offsets.get(i)).as("seed %d", seed).isEqualTo(i + 1);
    }

    @Test
    void withoutDescriptorsTheNextSegmentWaits() throws IOException {
        var disk = new SimulatedDisk(1, clock);
        var listener = new RecordingListener();
        try (var log = open(disk, 200)) {
            log.start(listener);
            append(log, topic("a".repeat(150)));
            listener.awaitBatches(1);
            disk.descriptors(disk.openFiles());
            append(log, topic("b".repeat(150)));
            listener.awaitDrops(1);
            disk.descriptors(Integer.MAX_VALUE);
            append(log, topic("c".repeat(150)));
            listener.awaitBatches(2);
            assertThat(listener.failure()).isNull();
        }
    }
}
