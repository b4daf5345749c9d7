package barnabas.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.UnreadableMetadataException;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.TopicRecord;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LocalMetadataLogTest {
    private static final Path ROOT = Path.of("/data");
    private static final Path DIRECTORY = ROOT.resolve("__cluster_metadata-0");
    private static final Path FIRST_SEGMENT = DIRECTORY.resolve("00000000000000000000.log");

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final SimulatedDisk disk = new SimulatedDisk(1, clock);

    private LocalMetadataLog open(int segmentBytes) {
        return LocalMetadataLog.open(ROOT, 1, segmentBytes, disk, clock, Threads.SYSTEM);
    }

    private static List<Message> batch(String... names) {
        return Arrays.stream(names)
                .<Message>map(name -> new TopicRecord(name, new Uuid(1, name.hashCode())))
                .toList();
    }

    private static Appended append(MetadataLog log, String... names) {
        return log.append(log.leadership().epoch(), MetadataVersion.LATEST, batch(names));
    }

    @Test
    void aBatchIsDeliveredAsItWasAppendedAndAgainAfterARestart() throws IOException {
        var first = new RecordingListener();
        try (var log = open(1 << 20)) {
            log.start(first);
            assertThat(log.leadership()).isEqualTo(new QuorumLeader(1, 1));
            // offset 0 is the control record that begins the epoch
            assertThat(append(log, "a", "b")).isEqualTo(new Appended.Accepted(1, 2));
            assertThat(append(log, "c")).isEqualTo(new Appended.Accepted(3, 3));
            first.awaitBatches(2);
            assertThat(log.committedOffset()).isEqualTo(4);
        }
        clock.advance(Duration.ofSeconds(5));
        var second = new RecordingListener();
        try (var log = open(1 << 20)) {
            log.start(second);
            assertThat(second.batches()).isEqualTo(first.batches());
            assertThat(log.leadership()).isEqualTo(new QuorumLeader(1, 2));
            assertThat(append(log, "d")).isEqualTo(new Appended.Accepted(5, 5));
            second.awaitBatches(3);
        }
        assertThat(text("leader-epoch-checkpoint")).isEqualTo("0\n2\n1 0\n2 4\n");
        assertThat(text("partition.metadata")).isEqualTo("version: 0\ntopic_id: AAAAAAAAAAAAAAAAAAAAAQ");
    }

    private String text(String name) {
        return new String(disk.contentOf(DIRECTORY.resolve(name)), StandardCharsets.UTF_8);
    }

    @Test
    void deliveredRecordsAreOnDisk() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            var fragile = new SimulatedDisk(seed, clock);
            var listener = new RecordingListener();
            var log = LocalMetadataLog.open(ROOT, 1, 200, fragile, clock, Threads.SYSTEM);
            log.start(listener);
            for (int i = 0; i < 10; i++) append(log, "t" + i);
            listener.awaitBatches(10);
            fragile.loseFromCache();
            // the thread of the log that died has nothing left to do
            log.close();
            var after = new RecordingListener();
            try (var again = LocalMetadataLog.open(ROOT, 1, 200, fragile, clock, Threads.SYSTEM)) {
                again.start(after);
                assertThat(after.batches()).as("seed %d", seed).isEqualTo(listener.batches());
            }
        }
    }

    /// A node whose machine stops at any moment, many times over. Records that a listener received are never lost
    /// or changed; behind them there may be accepted ones, whole batches in their order.
    @Test
    void crashesAtAnyMoment() throws IOException {
        long seeds = Long.getLong("seeds", 150);
        for (long seed = 0; seed < seeds; seed++) {
            try {
                crashes(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private void crashes(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var fragile = new SimulatedDisk(seed, clock);
        var known = new ArrayList<List<Message>>();
        var accepted = new ArrayList<List<Message>>();
        int lastEpoch = 0;
        for (int life = 0; life < 6; life++) {
            var listener = new RecordingListener();
            fragile.stopAfter(1 + random.nextInt(60));
            var log = LocalMetadataLog.open(ROOT, 1, 300, fragile, clock, Threads.SYSTEM);
            boolean running = false;
            try {
                log.start(listener);
                running = true;
            } catch (barnabas.base.SimulatedCrash _) {
                // died while starting
            }
            if (running) {
                verify(known, accepted, listener);
                known.clear();
                known.add(listener.allRecords());
                accepted.clear();
                assertThat(log.leadership().epoch()).isGreaterThan(lastEpoch);
                lastEpoch = log.leadership().epoch();
                int delivered = listener.batches().size();
                for (int i = 0; i < 12; i++) {
                    List<Message> records = batch("t" + seed + "-" + life + "-" + i, "x".repeat(random.nextInt(60)));
                    if (log.append(lastEpoch, MetadataVersion.LATEST, records) instanceof Appended.Accepted)
                        accepted.add(records);
                    if (random.nextInt(3) == 0) {
                        int expected = delivered + accepted.size();
                        listener.awaitUntil(() -> listener.batches().size() >= expected);
                    }
                    if (random.nextInt(6) == 0) snapshot(log, listener);
                }
                // Nothing that is still under way gets any further, and the process is gone before the machine is back.
                fragile.stopAfter(1);
                closeDead(log);
                fragile.loseFromCache();
                List<List<Message>> heard = listener.records();
                List<List<Message>> fresh = heard.subList(Math.min(delivered, heard.size()), heard.size());
                assertThat(accepted.subList(0, fresh.size())).isEqualTo(fresh);
                known.addAll(fresh);
                accepted.subList(0, fresh.size()).clear();
            } else {
                fragile.loseFromCache();
            }
        }
        var listener = new RecordingListener();
        try (var log = LocalMetadataLog.open(ROOT, 1, 300, fragile, clock, Threads.SYSTEM)) {
            log.start(listener);
            verify(known, accepted, listener);
        }
    }

    /// A log whose disk is gone: its thread ends by itself, closing files of another time may fail.
    private static void closeDead(LocalMetadataLog log) {
        try {
            log.close();
        } catch (IOException | barnabas.base.SimulatedCrash _) {
            // it was dead already
        }
    }

    /// The snapshot holds the very records that were delivered, so that nothing has to be interpreted to compare.
    private static void snapshot(LocalMetadataLog log, RecordingListener listener) {
        List<MetadataLog.CommittedBatch> batches;
        List<Message> records;
        // What is delivered between the two would be in the snapshot and behind it.
        synchronized (listener) {
            batches = listener.batches();
            records = listener.allRecords();
        }
        if (batches.isEmpty()) return;
        var last = batches.getLast();
        try {
            log.writeSnapshot(
                    new SnapshotId(last.lastOffset() + 1, last.epoch()),
                    last.timestampMillis(),
                    MetadataVersion.LATEST,
                    List.of(records));
        } catch (IOException | barnabas.base.SimulatedCrash _) {
            // the machine stopped
        }
    }

    private static void verify(List<List<Message>> known, List<List<Message>> accepted, RecordingListener listener) {
        var expected = new ArrayList<Message>();
        known.forEach(expected::addAll);
        List<Message> found = listener.allRecords();
        assertThat(found).hasSizeGreaterThanOrEqualTo(expected.size());
        assertThat(found.subList(0, expected.size())).isEqualTo(expected);
        var rest = new ArrayList<>(found.subList(expected.size(), found.size()));
        for (List<Message> batch : accepted) {
            if (rest.isEmpty()) break;
            assertThat(rest).hasSizeGreaterThanOrEqualTo(batch.size());
            assertThat(rest.subList(0, batch.size())).isEqualTo(batch);
            rest.subList(0, batch.size()).clear();
        }
        assertThat(rest).isEmpty();
    }

    @Test
    void aTornTailIsCutAtEveryByte() throws IOException {
        try (var log = open(1 << 20)) {
            log.start(new RecordingListener());
            append(log, "a", "b");
            append(log, "c", "d");
        }
        byte[] whole = disk.contentOf(FIRST_SEGMENT);
        var starts = new ArrayList<Integer>();
        for (int at = 0;
                at < whole.length;
                at += RecordBatch.at(ByteBuffer.wrap(whole), at).sizeBytes()) {
            starts.add(at);
        }
        assertThat(starts).hasSize(3);
        for (int length = starts.get(1); length <= whole.length; length++) {
            disk.overwrite(FIRST_SEGMENT, Arrays.copyOf(whole, length));
            // a power cut, before anything said that the last batches were committed
            disk.delete(DIRECTORY.resolve("barnabas-committed-end"));
            var listener = new RecordingListener();
            try (var log = open(1 << 20)) {
                log.start(listener);
                assertThat(disk.exists(DIRECTORY.resolve(
                                FIRST_SEGMENT.getFileName() + ".cut-" + starts.get(length < starts.get(2) ? 1 : 2))))
                        .as("a copy of what is cut at %d", length)
                        .isEqualTo(!starts.contains(length) && length < whole.length);
                for (var each : disk.list(DIRECTORY)) if (each.toString().contains(".cut-")) disk.delete(each);
                int expected = length == whole.length ? 2 : length >= starts.get(2) ? 1 : 0;
                assertThat(listener.batches()).as("cut at %d", length).hasSize(expected);
                assertThat(append(log, "e")).isInstanceOf(Appended.Accepted.class);
            }
            var again = new RecordingListener();
            try (var log = open(1 << 20)) {
                log.start(again);
                assertThat(again.records()).last().isEqualTo(batch("e"));
            }
        }
    }

    @Test
    void aDamagedSegmentInTheMiddleStopsTheStart() throws IOException {
        try (var log = open(100)) {
            log.start(new RecordingListener());
            append(log, "a");
            append(log, "b");
        }
        byte[] whole = disk.contentOf(FIRST_SEGMENT);
        disk.overwrite(FIRST_SEGMENT, Arrays.copyOf(whole, whole.length - 1));
        try (var log = open(100)) {
            assertThatThrownBy(() -> log.start(new RecordingListener()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another segment follows");
        }
    }

    @Test
    void aSnapshotReplacesTheBeginningOfTheLog() throws IOException {
        var live = new RecordingListener();
        try (var log = open(150)) {
            log.start(live);
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < 5; i++) append(log, "r" + round + i);
                live.awaitBatches(round * 5);
                var last = live.batches().getLast();
                var id = new SnapshotId(last.lastOffset() + 1, last.epoch());
                assertThat(log.writeSnapshot(id, 5, MetadataVersion.LATEST, List.of(live.allRecords())))
                        .isTrue();
                assertThat(log.latestSnapshot()).contains(id);
                // older, or the same again
                assertThat(log.writeSnapshot(id, 5, MetadataVersion.LATEST, List.of()))
                        .isFalse();
            }
            append(log, "tail");
            live.awaitBatches(16);
        }
        assertThat(names()).filteredOn(name -> name.endsWith(".checkpoint")).hasSize(2);
        assertThat(names()).doesNotContain("00000000000000000000.log");
        var after = new RecordingListener();
        try (var log = open(150)) {
            log.start(after);
            assertThat(after.snapshot()).isEqualTo(new SnapshotId(16, 1));
            assertThat(after.records()).containsExactly(batch("tail"));
            assertThat(after.allRecords()).isEqualTo(live.allRecords());
        }
    }

    private List<String> names() {
        return disk.list(DIRECTORY).stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    /// Three snapshots and the records that they replace; returns the content of the log.
    private List<Message> writeThreeSnapshots() throws IOException {
        var live = new RecordingListener();
        try (var log = open(150)) {
            log.start(live);
            for (int round = 1; round <= 3; round++) {
                for (int i = 0; i < 5; i++) append(log, "r" + round + i);
                live.awaitBatches(round * 5);
                var last = live.batches().getLast();
                log.writeSnapshot(
                        new SnapshotId(last.lastOffset() + 1, last.epoch()),
                        5,
                        MetadataVersion.LATEST,
                        List.of(live.allRecords()));
            }
        }
        return live.allRecords();
    }

    @Test
    void theSnapshotBeforeTheLastIsGoodEnough() throws IOException {
        List<Message> all = writeThreeSnapshots();
        Path newest = DIRECTORY.resolve(new SnapshotId(16, 1).fileName());
        byte[] content = disk.contentOf(newest);
        disk.overwrite(newest, Arrays.copyOf(content, content.length - 1));
        var after = new RecordingListener();
        try (var log = open(150)) {
            log.start(after);
            assertThat(after.snapshot()).isEqualTo(new SnapshotId(11, 1));
            assertThat(after.allRecords()).isEqualTo(all);
        }
    }

    @Test
    void withoutTheRecordsThatASnapshotReplacedAndWithoutTheSnapshotNothingStarts() throws IOException {
        writeThreeSnapshots();
        for (String name : names()) {
            if (name.endsWith(".checkpoint")) disk.overwrite(DIRECTORY.resolve(name), new byte[0]);
        }
        try (var log = open(150)) {
            assertThatThrownBy(() -> log.start(new RecordingListener()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("but its snapshot ends at 0");
        }
    }

    @Test
    void anotherEpochsLeaderAppendsNothing() throws IOException {
        var listener = new RecordingListener();
        try (var log = open(1 << 20)) {
            assertThat(log.append(1, MetadataVersion.LATEST, batch("early"))).isInstanceOf(Appended.NotLeader.class);
            log.start(listener);
            assertThat(log.append(7, MetadataVersion.LATEST, batch("a")))
                    .isEqualTo(new Appended.NotLeader(new QuorumLeader(1, 1)));
            append(log, "a");
            log.resign(1);
            assertThat(log.append(1, MetadataVersion.LATEST, batch("b"))).isInstanceOf(Appended.NotLeader.class);
            listener.awaitLeaderships(3);
            assertThat(listener.leaderships())
                    .containsExactly(new QuorumLeader(1, 1), new QuorumLeader(-1, 1), new QuorumLeader(1, 2));
            assertThat(append(log, "c")).isEqualTo(new Appended.Accepted(3, 3));
            listener.awaitBatches(2);
            assertThat(listener.records()).containsExactly(batch("a"), batch("c"));
        }
        var after = new RecordingListener();
        try (var log = open(1 << 20)) {
            log.start(after);
            assertThat(after.records()).containsExactly(batch("a"), batch("c"));
            assertThat(log.append(3, MetadataVersion.LATEST, batch("d"))).isInstanceOf(Appended.Accepted.class);
        }
        var closed = open(1 << 20);
        closed.start(new RecordingListener());
        closed.close();
        assertThat(append(closed, "e")).isInstanceOf(Appended.Closed.class);
    }

    @Test
    void aBatchThatIsTooLargeIsRefused() throws IOException {
        String large = "x".repeat(30_000);
        List<Message> records = new ArrayList<>();
        for (int i = 0; i < 300; i++) records.add(new ConfigRecord((byte) 2, "t", "c" + i, large));
        try (var log = open(1 << 20)) {
            var listener = new RecordingListener();
            log.start(listener);
            assertThat(log.append(1, MetadataVersion.LATEST, records)).isInstanceOf(Appended.TooLarge.class);
            // larger than a segment, but not too large
            assertThat(log.append(1, MetadataVersion.LATEST, records.subList(0, 200)))
                    .isInstanceOf(Appended.Accepted.class);
            append(log, "after");
            listener.awaitBatches(2);
        }
        var after = new RecordingListener();
        try (var log = open(1 << 20)) {
            log.start(after);
            assertThat(after.allRecords()).hasSize(201);
        }
    }

    @Test
    void afterAFailedForceNothingIsEverAcknowledged() throws IOException {
        var listener = new RecordingListener();
        var log = open(1 << 20);
        log.start(listener);
        append(log, "a");
        listener.awaitBatches(1);
        // the note of the committed end may be forced first, which is not needed
        disk.failForces(2);
        append(log, "b");
        listener.awaitFailure();
        assertThat(listener.failure()).isInstanceOf(IOException.class);
        assertThat(append(log, "c")).isInstanceOf(Appended.Closed.class);
        assertThat(listener.records()).containsExactly(batch("a"));
        log.close();
    }

    @Test
    void aListenerThatThrowsEndsTheLog() throws IOException {
        var failures = new RecordingListener();
        MetadataLog.Listener throwing = new MetadataLog.Listener() {
            @Override
            public void snapshotLoaded(MetadataLog.Snapshot snapshot) {}

            @Override
            public void committed(MetadataLog.CommittedBatch batch) {
                throw new UnreadableMetadataException("no");
            }

            @Override
            public void leaderChanged(QuorumLeader leadership) {}

            @Override
            public void dropped(IOException shortage, Runnable goOn) {}

            @Override
            public void failed(Throwable cause) {
                failures.failed(cause);
            }
        };
        try (var log = open(1 << 20)) {
            log.start(throwing);
            append(log, "a");
            failures.awaitFailure();
            assertThat(failures.failure()).hasMessage("no");
            assertThat(append(log, "b")).isInstanceOf(Appended.Closed.class);
        }
    }

    @Test
    void batchesThatWaitTogetherShareAForce() throws IOException {
        var listener = new RecordingListener();
        try (var log = open(1 << 20)) {
            log.start(listener);
            long before = disk.forces();
            int batches = 2_000;
            for (int i = 0; i < batches; i++) append(log, "t" + i);
            listener.awaitBatches(batches);
            assertThat(disk.forces() - before).isLessThan(batches);
        }
    }
}
