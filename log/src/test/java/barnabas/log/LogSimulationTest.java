package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.base.SimulatedCrash;
import barnabas.log.AppendResult.Appended;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.CompactionResult;
import barnabas.log.compaction.KeyHash;
import barnabas.log.compaction.LatestOffsets;
import barnabas.log.compaction.RateLimit;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random histories of one log with a model beside it: appends, transactions, truncation, retention, orderly ends,
/// compaction, killed processes, power cuts in the middle of any disk operation, writes that fail. After every end the
/// log must be the model again, short of nothing but what no flush had covered. More seeds:
/// `-Dbarnabas.simulation.seeds=1000`.
class LogSimulationTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 100);
    private static final long FIRST_SEED = Long.getLong("barnabas.simulation.first", 1);
    private static final int STEPS = 120;

    @Test
    void theLogIsWhatTheModelSays() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            try {
                new History(seed, Plant.NOTHING).run();
            } catch (Throwable failed) {
                throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
            }
        }
    }

    /// The test can fail: a disk that forces nothing must be found out.
    @Test
    void aDiskThatLiesIsFoundOut() {
        long caught = 0;
        for (long seed = 1; seed <= 20; seed++) {
            var history = new History(seed, Plant.FORCES_NOTHING);
            if (catchThrowable(history::run) instanceof AssertionError) caught++;
        }
        assertThat(caught).isPositive();
    }

    /// So must compaction that does not wait until a transaction is decided.
    @Test
    void compactionThatDecidesForOthersIsFoundOut() {
        long caught = 0;
        for (long seed = 1; seed <= 40; seed++) {
            var history = new History(seed, Plant.COMPACTS_UNDECIDED);
            if (catchThrowable(history::run) instanceof AssertionError) caught++;
        }
        assertThat(caught).isPositive();
    }

    /// A bug to be found.
    private enum Plant {
        NOTHING,
        FORCES_NOTHING,
        COMPACTS_UNDECIDED
    }

    private static final class History {
        private final SplittableRandom random;
        private final LogFixture fixture;
        private LogModel model = new LogModel();
        /// What the log was before a truncation that the machine did not survive: until the next force it may come
        /// back.
        private Optional<LogModel> uncut = Optional.empty();
        private LogDirectory directory;
        private PartitionLog log;

        /// Everything below was on disk when a flush returned.
        private long flushed;
        /// The start offset as last checkpointed, at least.
        private long checkpointedStart;
        private long highWatermark;
        private int leaderEpoch;
        private int step;
        private final boolean compacting;
        private final Plant plant;
        /// Below this offset a compaction may have removed what it should.
        private long compactedUpTo;
        /// Everything that the last compaction knew of was committed, whatever the checkpoint says after a crash.
        private long compactedBelow;
        private final Map<String, Long> lostShadows = new HashMap<>();
        /// When the first compaction that saw a tombstone ran, by its offset.
        private final TreeMap<Long, Long> tombstonesClean = new TreeMap<>();

        /// An append whose result nobody has seen.
        private Optional<LogModel.Batch> inFlight = Optional.empty();

        History(long seed, Plant plant) {
            this.plant = plant;
            random = new SplittableRandom(seed);
            compacting = seed % 2 == 0;
            fixture = new LogFixture(
                    seed,
                    LogConfig.DEFAULTS
                            .withSegments(new LogConfig.Segments(
                                    700 + random.nextInt(3000),
                                    604_800_000,
                                    0,
                                    random.nextInt(500),
                                    random.nextBoolean() ? 10_485_760 : 64,
                                    false))
                            .withCompaction(new LogConfig.Compaction(
                                    compacting,
                                    0,
                                    random.nextInt(20_000),
                                    random.nextBoolean() ? 0 : random.nextInt(5000),
                                    Long.MAX_VALUE))
                            .withRetention(new LogConfig.Retention(
                                    !compacting || random.nextInt(3) == 0, -1, random.nextInt(8000), 1000)));
            directory = fixture.openDirectory();
            log = fixture.openLog(directory);
            if (plant == Plant.FORCES_NOTHING) fixture.disk.forceNothing();
        }

        void run() throws IOException {
            checkpoint();
            for (step = 0; step < STEPS; step++) {
                if (random.nextInt(12) == 0) fixture.disk.stopAfter(1 + random.nextInt(40));
                try {
                    act();
                    compare();
                } catch (SimulatedCrash crash) {
                    restart(random.nextBoolean());
                }
            }
        }

        private void act() throws IOException {
            switch (random.nextInt(24)) {
                case 0 -> flush();
                case 1 -> fixture.runBackground();
                case 2 -> truncate();
                case 3 -> retain();
                case 4 -> closeAndOpen();
                case 5 -> restart(true);
                case 6 -> restart(false);
                case 7 -> {
                    checkpoint();
                }
                case 8 -> failingWrite();
                case 9 -> {
                    leaderEpoch += random.nextInt(3);
                    log.startLeaderEpoch(leaderEpoch);
                }
                case 10, 11 -> endTransaction();
                case 12 -> repeat();
                case 13, 14 -> {
                    if (compacting) compact();
                    else append();
                }
                default -> append();
            }
            fixture.clock.advance(Duration.ofMillis(random.nextInt(2000)));
            if (random.nextInt(4) == 0) directory.removeDeletedFiles(fixture.clock.millis());
        }

        private void append() {
            long producerId = random.nextInt(5) - 1;
            var keys = new ArrayList<String>();
            var values = new ArrayList<String>();
            for (int i = 0; i <= random.nextInt(4); i++) {
                keys.add("key " + random.nextInt(12));
                boolean tombstone = compacting && random.nextInt(6) == 0;
                values.add(tombstone ? "null" : "step " + step + " " + i + "x".repeat(random.nextInt(120)));
            }
            int epoch = producerId < 0 ? -1 : model.epochOf(producerId);
            int sequence = producerId < 0 ? -1 : model.nextSequenceOf(producerId);
            boolean transactional = producerId >= 2;
            var codec = compacting && random.nextInt(4) == 0 ? CompressionCodec.LZ4 : CompressionCodec.NONE;
            var builder = new RecordBatchBuilder(Compression.of(codec));
            if (producerId >= 0) builder.producer(producerId, (short) epoch, sequence);
            if (transactional) builder.transactional();
            for (int i = 0; i < values.size(); i++) {
                var key = compacting ? keys.get(i).getBytes(StandardCharsets.UTF_8) : null;
                var value = values.get(i).equals("null") ? null : values.get(i).getBytes(StandardCharsets.UTF_8);
                builder.append(fixture.clock.millis(), key, value);
            }
            var bytes = builder.build();
            var sent = ByteBuffer.allocate(bytes.limit()).put(bytes.duplicate()).flip();
            var batch = new LogModel.Batch(
                    model.endOffset(),
                    keys,
                    values,
                    producerId,
                    epoch,
                    sequence,
                    transactional,
                    false,
                    false,
                    leaderEpoch,
                    sent);
            inFlight = Optional.of(batch);
            settle(batch, log.append(bytes, AppendOrigin.CLIENT, leaderEpoch));
        }

        private void endTransaction() {
            var open = model.openTransactions();
            if (open.isEmpty()) return;
            long producerId = open.keySet().iterator().next();
            boolean commit = random.nextBoolean();
            int epoch = model.epochOf(producerId) + 1;
            var marker = new LogModel.Batch(
                    model.endOffset(),
                    List.of(),
                    List.of(),
                    producerId,
                    epoch,
                    -1,
                    true,
                    true,
                    commit,
                    leaderEpoch,
                    ByteBuffer.allocate(0));
            inFlight = Optional.of(marker);
            settle(
                    marker,
                    log.endTransaction(new TransactionMarker(producerId, (short) epoch, 0, commit, 2), leaderEpoch));
        }

        private void settle(LogModel.Batch batch, AppendResult result) {
            inFlight = Optional.empty();
            assertThat(result).as("step %d", step).isInstanceOf(Appended.class);
            assertThat(((Appended) result).baseOffset()).isEqualTo(batch.baseOffset());
            model.add(batch);
        }

        /// An idempotent producer that saw no answer sends one of its last batches again.
        private void repeat() {
            for (long producerId = 0; producerId < 4; producerId++) {
                for (var batch : model.lastOf(producerId)) {
                    var copy = ByteBuffer.allocate(batch.sent().limit())
                            .put(batch.sent().duplicate())
                            .flip();
                    assertThat(log.append(copy, AppendOrigin.CLIENT, leaderEpoch))
                            .as("step %d, %s again", step, batch)
                            .isInstanceOfSatisfying(AppendResult.Duplicate.class, duplicate -> {
                                assertThat(duplicate.baseOffset()).isEqualTo(batch.baseOffset());
                                assertThat(duplicate.lastOffset()).isEqualTo(batch.nextOffset() - 1);
                            });
                }
            }
        }

        private void failingWrite() {
            long end = log.logEndOffset();
            // a full disk, so that the directory goes on
            fixture.disk.capacity(fixture.disk.bytes() + random.nextInt(60));
            try {
                var lost = LogFixture.batchOfKeys("lost", "lost ".repeat(20));
                assertThat(log.append(lost, AppendOrigin.CLIENT, leaderEpoch))
                        .isInstanceOf(AppendResult.StorageFailed.class);
            } finally {
                fixture.disk.capacity(Long.MAX_VALUE);
            }
            assertThat(log.logEndOffset()).isEqualTo(end);
        }

        private void checkpoint() throws IOException {
            directory.checkpoint();
            checkpointedStart = model.startOffset();
            directory.checkpointHighWatermarks(Map.of(LogFixture.PARTITION, highWatermark));
        }

        private void flush() throws IOException {
            long end = model.endOffset();
            if (log.recoveryPoint() < end) uncut = Optional.empty();
            log.flush();
            flushed = end;
        }

        private void truncate() throws IOException {
            // a follower never truncates what is committed
            long from = Math.max(highWatermark, Math.max(compactedBelow, model.startOffset()));
            if (model.endOffset() <= from) return;
            long offset = from + random.nextLong(model.endOffset() - from);
            boolean whole = random.nextInt(12) == 0;
            // whatever happens on the way, this much is not promised any more
            flushed = whole ? 0 : Math.min(flushed, offset);
            try {
                if (whole) log.truncateFullyAndStartAt(offset + 10);
                else log.truncateTo(offset);
            } catch (SimulatedCrash crash) {
                cutShort = true;
                startingOverAt = whole ? offset + 10 : -1;
                uncut = Optional.of(model.copy());
                throw crash;
            }
            // which forces the file that was cut before, but no names of files that were removed
            if (startingOverAt < 0) uncut = Optional.empty();
            if (whole) model.startOver(offset + 10);
            else model.cut(offset);
            flushed = Math.min(flushed, model.endOffset());
            checkpointedStart = Math.min(checkpointedStart, model.startOffset());
            highWatermark = Math.min(highWatermark, model.endOffset());
            assertThat(log.logEndOffset()).as("after truncation").isEqualTo(model.endOffset());
        }

        /// The machine stopped inside a truncation.
        private boolean cutShort;

        private long startingOverAt = -1;

        private void retain() throws IOException {
            highWatermark = Math.max(highWatermark, model.boundaryAtOrBelow(model.endOffset() - random.nextInt(6)));
            if (random.nextBoolean() && highWatermark > model.startOffset())
                log.advanceLogStartOffset(model.startOffset() + random.nextLong(highWatermark - model.startOffset()));
            model.startAt(Math.max(model.startOffset(), log.logStartOffset()));
            // segments go only when all of the log is on disk
            if (log.applyRetention(fixture.clock.millis(), highWatermark) > 0) flushed = model.endOffset();
            assertThat(log.logStartOffset())
                    .isBetween(model.startOffset(), Math.max(model.startOffset(), highWatermark));
            model.startAt(log.logStartOffset());
        }

        private void compact() throws IOException {
            long now = fixture.clock.millis();
            highWatermark = Math.max(highWatermark, model.boundaryAtOrBelow(model.endOffset() - random.nextInt(6)));
            long stable = plant == Plant.COMPACTS_UNDECIDED ? log.logEndOffset() : log.decidedUpTo(highWatermark);
            long cleaned = directory.cleanedOffsets().of(LogFixture.PARTITION);
            var plan = log.planCompaction(cleaned, stable, now);
            if (plan.dirtyBytes() == 0) return;
            // from here on it may have happened, whatever becomes of it
            compactedUpTo = Math.max(compactedUpTo, plan.firstUncleanableOffset());
            compactedBelow = Math.max(compactedBelow, highWatermark);
            model.entries().headMap(compactedUpTo).forEach((offset, entry) -> {
                if (entry.value().equals("null")) tombstonesClean.putIfAbsent(offset, now);
            });
            var keys = new LatestOffsets(random.nextInt(3) == 0 ? 0 : 1 << 20, 0.9);
            var rate = new RateLimit(Double.MAX_VALUE, fixture.clock);
            var means = new CompactionEnvironment(keys, new KeyHash(new Random(step)), rate, 1024);
            long end = model.endOffset();
            var result = log.compact(plan, means, now);
            assertThat(result).isInstanceOf(CompactionResult.Compacted.class);
            flushed = end;
            uncut = Optional.empty();
            long upTo = ((CompactionResult.Compacted) result).cleanedUpTo();
            directory.cleanedOffsets().put(LogFixture.PARTITION, upTo);
            long boundary = Math.max(plan.firstDirtyOffset(), model.boundaryAtOrBelow(plan.firstUncleanableOffset()));
            assertThat(upTo).as("everything that could be").isBetween(boundary, plan.firstUncleanableOffset());
            assertNothingLeftToCompact(upTo);
        }

        private void assertNothingLeftToCompact(long upTo) throws IOException {
            var entries = model.entries();
            var seen = new HashSet<String>();
            for (var record : LogFixture.recordsFrom(log, log.logStartOffset(), Math.max(upTo, log.logStartOffset()))) {
                if (record.offset() >= upTo) break;
                var entry = entries.get(record.offset());
                assertThat(entry.aborted()).as("aborted at %d", record.offset()).isFalse();
                assertThat(seen.add(entry.key()))
                        .as("%s twice, again at %d", entry.key(), record.offset())
                        .isTrue();
            }
        }

        private void closeAndOpen() throws IOException {
            fixture.runBackground();
            if (log.recoveryPoint() < model.endOffset()) uncut = Optional.empty();
            directory.close();
            flushed = model.endOffset();
            checkpointedStart = model.startOffset();
            directory = fixture.openDirectory();
            assertThat(directory.wasClosedCleanly()).isTrue();
            var opened =
                    LogFixture.opened(directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, fixture.config));
            assertThat(opened.recovery().scannedBytes()).as("nothing to scan").isZero();
            log = opened.log();
            assertThat(log.logEndOffset()).isEqualTo(model.endOffset());
            assertThat(log.logStartOffset()).isEqualTo(model.startOffset());
        }

        /// The process dies; the machine too, unless `killed`.
        private void restart(boolean killed) throws IOException {
            fixture.background.clear();
            if (killed) fixture.disk.keepCache();
            else fixture.disk.loseFromCache();
            long promised = killed ? model.endOffset() : flushed;
            while (true) {
                try {
                    if (random.nextInt(5) == 0) fixture.disk.stopAfter(1 + random.nextInt(20));
                    directory = fixture.openDirectory();
                    log = open(killed, promised);
                    break;
                } catch (SimulatedCrash whileOpening) {
                    if (killed) fixture.disk.keepCache();
                    else fixture.disk.loseFromCache();
                }
            }
            fixture.disk.stopAfter(Long.MAX_VALUE);
            adopt(killed, promised);
        }

        private PartitionLog open(boolean killed, long promised) {
            var opening = directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, fixture.config);
            if (opening instanceof LogOpening.Damaged damaged) {
                assertThat(killed)
                        .as("a killed process loses nothing, but %s", damaged)
                        .isFalse();
                assertThat(damaged.offset())
                        .as("flushed data is damaged: %s", damaged)
                        .isGreaterThanOrEqualTo(promised);
                opening = directory.repairLog(LogFixture.PARTITION, fixture.config);
            }
            return LogFixture.opened(opening).log();
        }

        /// The log may have lost what was not promised, and may have kept what was in flight.
        private void adopt(boolean killed, long promised) throws IOException {
            long end = log.logEndOffset();
            if (cutShort && end == startingOverAt && log.sizeBytes() == 0) model.startOver(end);
            if (inFlight.isPresent() && end == inFlight.get().nextOffset()) model.add(inFlight.get());
            inFlight = Optional.empty();
            if (!killed && uncut.isPresent() && !isPartOf(model)) model = uncut.get();
            if (!killed) uncut = Optional.empty();
            assertThat(end)
                    .as(
                            "end after %s, promised %d, %s",
                            killed ? "a kill" : "a power cut", promised, fixture.disk.listing())
                    .isBetween(cutShort ? 0 : promised, model.endOffset());
            // a replica that was to start over and did not come to it lacks what shadows: its leader has it
            if (cutShort) lostShadows.putAll(shadows());
            cutShort = false;
            model.cut(end);
            // a log that lost everything begins where the checkpoint says; an empty one need not have lost its
            // producers
            boolean lost = log.sizeBytes() == 0 && log.activeProducers().isEmpty();
            if (lost && promised < end && !killed) model.startOver(end);
            assertThat(model.endOffset()).as("whole batches only").isEqualTo(end);
            assertThat(log.logStartOffset()).as("start offset").isLessThanOrEqualTo(Math.max(model.startOffset(), end));
            model.startAt(log.logStartOffset());
            flushed = Math.min(flushed, end);
            compactedUpTo = Math.min(compactedUpTo, end);
            compactedBelow = Math.min(compactedBelow, end);
            tombstonesClean.tailMap(end).clear();
            long checkpointed = directory.highWatermarks().getOrDefault(LogFixture.PARTITION, 0L);
            highWatermark = model.boundaryAtOrBelow(Math.min(checkpointed, end));
            leaderEpoch = Math.max(leaderEpoch, log.latestLeaderEpoch().orElse(0));
            repeat();
            compareAll();
        }

        /// True when the log is a beginning of this history.
        private boolean isPartOf(LogModel whole) throws IOException {
            var entries = whole.entries();
            for (var record : LogFixture.recordsFrom(log, log.logStartOffset(), log.logEndOffset())) {
                var entry = entries.get(record.offset());
                if (entry == null || !entry.value().equals(LogFixture.text(record))) return false;
            }
            return log.logEndOffset() <= whole.endOffset();
        }

        private void compare() throws IOException {
            assertThat(log.logEndOffset()).as("end at step %d", step).isEqualTo(model.endOffset());
            if (random.nextInt(8) == 0) compareAll();
        }

        private void compareAll() throws IOException {
            long start = model.startOffset();
            var survivors = compareRecords(start);
            long bound = Math.max(highWatermark, start);
            long stable = model.lastStableOffset(bound);
            if (compactedUpTo == 0)
                assertThat(log.lastStableOffset(bound))
                        .as("last stable offset at step %d", step)
                        .isEqualTo(stable);
            if (stable > start)
                assertThat(unpadded(committedValuesFrom(start, stable)))
                        .as("committed values at step %d", step)
                        .isEqualTo(unpadded(model.committedValuesFrom(start, stable, survivors)));
            for (long offset : survivors)
                assertThat(log.leaderEpochAt(offset))
                        .as("leader epoch of offset %d at step %d", offset, step)
                        .hasValue(model.leaderEpochAt(offset));
        }

        /// The newest decided record of each key that a compaction has seen.
        private Map<String, Long> shadows() {
            var found = new HashMap<String, Long>();
            for (var each : model.entries().headMap(compactedUpTo).entrySet())
                if (each.getValue().decided() && !each.getValue().aborted())
                    found.put(each.getValue().key(), each.getKey());
            return found;
        }

        /// Every record that is there is right, and every one that is not has a reason.
        private Set<Long> compareRecords(long start) throws IOException {
            var entries = model.entries();
            var survivors = new HashSet<Long>();
            for (var record : LogFixture.recordsFrom(log, start, log.logEndOffset())) {
                var entry = entries.get(record.offset());
                assertThat(entry)
                        .as("record at %d, step %d", record.offset(), step)
                        .isNotNull();
                assertThat(LogFixture.text(record))
                        .as("value at %d", record.offset())
                        .isEqualTo(entry.value());
                survivors.add(record.offset());
            }
            var shadowed = shadows();
            lostShadows.forEach((key, offset) -> shadowed.merge(key, offset, Math::max));
            long retention = fixture.config.compaction().deleteRetentionMillis();
            for (var each : entries.tailMap(start).entrySet()) {
                long offset = each.getKey();
                if (survivors.contains(offset)) continue;
                var entry = each.getValue();
                boolean old = compactedUpTo > offset && shadowed.getOrDefault(entry.key(), -1L) > offset;
                long clean = tombstonesClean.getOrDefault(offset, Long.MAX_VALUE / 2);
                boolean expired = clean + retention <= fixture.clock.millis();
                boolean aborted = entry.aborted() && offset < compactedUpTo;
                assertThat(old || expired || aborted)
                        .as("%s at %d is missing, step %d, compacted up to %d", entry, offset, step, compactedUpTo)
                        .isTrue();
            }
            return survivors;
        }

        /// Without the padding, for messages that can be read.
        private static List<String> unpadded(List<String> values) {
            return values.stream().map(value -> value.replace("x", "")).toList();
        }

        /// As a consumer filters: a producer's records are dropped from the first offset of an aborted transaction to
        /// its marker.
        private List<String> committedValuesFrom(long start, long stable) throws IOException {
            var found = new ArrayList<String>();
            long next = start;
            while (next < stable) {
                try (var slice = (LogSlice) log.read(next, 400, true, stable)) {
                    var aborted = new ArrayList<>(log.abortedTransactions(slice));
                    var dropped = new HashSet<Long>();
                    var batches = new BatchCursor(slice.copy());
                    long before = next;
                    while (batches.next()) {
                        var batch = batches.batch();
                        next = batch.nextOffset();
                        aborted.removeIf(
                                each -> each.firstOffset() <= batch.lastOffset() && dropped.add(each.producerId()));
                        if (batch.isControl()) dropped.remove(batch.producerId());
                        else if (!batch.isTransactional() || !dropped.contains(batch.producerId()))
                            addValues(batch, start, stable, found);
                    }
                    if (next == before) break;
                }
            }
            return found;
        }

        private static void addValues(RecordBatch batch, long from, long to, List<String> target) {
            try (var records = RecordCursor.over(batch, Long.MAX_VALUE)) {
                while (records.next())
                    if (records.offset() >= from && records.offset() < to)
                        target.add(LogFixture.text(records.record()));
            } catch (InvalidRecordsException damaged) {
                throw new AssertionError(damaged);
            }
        }
    }

    @Test
    void aFailedFlushEndsTheDirectory() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        var directory = fixture.openDirectory();
        var log = fixture.openLog(directory);
        LogFixture.append(log, "a");
        fixture.disk.failForces(1);
        assertThat(catchThrowable(log::flush)).isInstanceOf(IOException.class);
        assertThat(log.append(LogFixture.batch("b"), AppendOrigin.CLIENT, 0))
                .as("nobody knows which writes the disk has dropped")
                .isInstanceOf(AppendResult.StorageFailed.class);
        assertThat(directory.failure()).isPresent();
        assertThat(LogFixture.valuesFrom(log, 0)).as("reads go on").containsExactly("a");
        assertThat(log.recoveryPoint()).isZero();
    }
}
