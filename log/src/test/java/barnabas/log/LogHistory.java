package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.SimulatedCrash;
import barnabas.base.SimulatedDisk;
import barnabas.log.AppendResult.Appended;
import barnabas.log.compaction.CompactionEnvironment;
import barnabas.log.compaction.CompactionResult;
import barnabas.log.compaction.KeyHash;
import barnabas.log.compaction.LatestOffsets;
import barnabas.log.compaction.RateLimit;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A random history of one log with a model beside it: appends, transactions, truncation, retention, orderly ends,
/// compaction, killed processes, power cuts in the middle of any disk operation, writes that fail, clients that lie.
/// After every end the log must be the model again, short of nothing but what no flush had covered.
final class LogHistory {
    private static final int STEPS = 120;

    /// Troubles besides crashes and failing writes.
    enum Trouble {
        /// Clients send batches that say something wrong.
        LIES,
        /// Space or descriptors run out at any call.
        SHORTAGES,
        /// Errors at any change of the disk; until the process has ended, other threads go on with the log.
        ERRORS
    }

    /// A bug to be found.
    enum Plant {
        NOTHING,
        FORCES_NOTHING,
        COMPACTS_UNDECIDED,
        BELIEVES_HEADERS,
        /// A write that was not made counts as made.
        HIDES_FAILURES
    }

    private final SplittableRandom random;
    /// For troubles: the other steps stay what they are when those change.
    private final SplittableRandom lies;
    private final Set<Trouble> troubles;
    private final LogFixture fixture;
    private LogModel model = new LogModel();
    /// The log before a truncation that the machine did not survive: until the next force it may come back.
    private Optional<LogModel> uncut = Optional.empty();
    /// The log before a truncation that has failed on its way and is not finished yet.
    private Optional<LogModel> halfCut = Optional.empty();
    private LogDirectory directory;
    private PartitionLog log;
    /// Everything below was on disk when a flush returned.
    private long flushed;
    /// The start offset as last checkpointed, at least.
    private long checkpointedStart;
    private long highWatermark;
    private int leaderEpoch;
    private int step;
    private final RandomBatches batches;
    private long refusedLies;
    private long correctedLies;
    private final boolean compacting;
    private final Plant plant;
    /// Below this offset a compaction may have removed what it should.
    private long compactedUpTo;
    /// Everything that the last compaction knew of was committed, whatever the checkpoint says after a crash.
    private long compactedBelow;
    private final Map<String, Long> lostShadows = new HashMap<>();
    /// When the first compaction that saw a tombstone ran, by its offset.
    private final TreeMap<Long, Long> tombstonesClean = new TreeMap<>();
    /// The machine stopped inside a truncation.
    private boolean cutShort;
    private long startingOverAt = -1;
    /// An append without a known result.
    private Optional<LogModel.Batch> inFlight = Optional.empty();

    LogHistory(long seed, Set<Trouble> troubles, Plant plant) {
        this.troubles = troubles;
        this.plant = plant;
        random = new SplittableRandom(seed);
        lies = new SplittableRandom(~seed);
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
        batches = new RandomBatches(fixture.clock, compacting);
        directory = fixture.openDirectory();
        log = fixture.openLog(directory);
        if (plant == Plant.FORCES_NOTHING) fixture.disk.forceNothing();
        if (plant == Plant.HIDES_FAILURES) fixture.disk.hideFailures();
    }

    void run() throws IOException {
        checkpoint();
        for (step = 0; step < STEPS; step++) {
            if (random.nextInt(12) == 0) fixture.disk.stopAfter(1 + random.nextInt(40));
            try {
                act();
                if (troubles.contains(Trouble.LIES) && lies.nextInt(12) == 0) lie();
                if (troubles.contains(Trouble.SHORTAGES) && lies.nextInt(10) == 0) runShort();
                if (troubles.contains(Trouble.ERRORS) && lies.nextInt(15) == 0) err();
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
            case 7 -> checkpoint();
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
        if (random.nextInt(4) == 0) directory.removeDeletedFiles(fixture.clock.nanos());
    }

    /// Lies that the log has refused, and those that it has put right.
    record Told(long refused, long corrected) {}

    Told told() {
        return new Told(refusedLies, correctedLies);
    }

    private void append() {
        var bytes = batches.any(random, model, step);
        var batch = expecting(bytes, bytes);
        settle(batch, log.append(bytes, AppendOrigin.CLIENT, leaderEpoch));
    }

    /// A client says what is not so: the log refuses it, or keeps what an honest client would have sent.
    private void lie() throws IOException {
        var honest = batches.uncompressed(lies, model, step);
        var lie = CraftedBatches.lie(honest, lies);
        var batch = expecting(honest, lie);
        long end = log.logEndOffset();
        // the other origin that assigns offsets, and the one whose records are not looked at
        var origin = plant == Plant.BELIEVES_HEADERS ? AppendOrigin.COORDINATOR : AppendOrigin.CLIENT;
        switch (log.append(lie, origin, leaderEpoch)) {
            case Appended appended -> {
                settle(batch, appended);
                correctedLies++;
                CraftedBatches.assertHonest(log, batch.baseOffset(), batch.nextOffset());
            }
            case AppendResult.InvalidRecord _, AppendResult.InvalidTimestamp _, AppendResult.UnsupportedCodec _ -> {
                inFlight = Optional.empty();
                refusedLies++;
                assertThat(log.logEndOffset()).isEqualTo(end);
            }
            case AppendResult unexpected -> throw new AssertionError("step " + step + ": " + unexpected);
        }
    }

    private void runShort() throws IOException {
        fixture.disk.runShort(200);
        try {
            for (int i = 0; i < 4; i++) change();
        } finally {
            fixture.disk.runShort(0);
        }
        // what a shortage has kept from its end is carried out
        if (halfCut.isPresent()) flush();
        assertThat(directory.failure())
                .as("step %d: a shortage is no failure", step)
                .isEmpty();
    }

    /// Any change of the log, which a shortage may refuse.
    private void change() throws IOException {
        int kind = lies.nextInt(9);
        if (kind > 4) {
            var bytes = batches.uncompressed(lies, model, step);
            var batch = expecting(bytes, bytes);
            long end = log.logEndOffset();
            var result = log.append(bytes, AppendOrigin.CLIENT, leaderEpoch);
            if (result instanceof AppendResult.StorageFailed) {
                inFlight = Optional.empty();
                assertThat(log.logEndOffset()).isEqualTo(end);
            } else settle(batch, result);
            return;
        }
        try {
            switch (kind) {
                case 0 -> flush();
                case 1 -> checkpoint();
                case 2 -> truncate();
                case 3 -> retain();
                default -> {
                    if (compacting) compact();
                }
            }
        } catch (IOException refused) {
            assertThat(refused).hasMessageMatching(SimulatedDisk.SHORTAGE);
        }
    }

    private void err() throws IOException {
        fixture.disk.errAfter(1 + lies.nextInt(12));
        try {
            for (int i = 0; i < 4; i++) change();
            fixture.disk.errAfter(Long.MAX_VALUE);
            return;
        } catch (OutOfMemoryError expected) {
            if (inFlight.isPresent() && log.logEndOffset() == inFlight.get().nextOffset()) model.add(inFlight.get());
            inFlight = Optional.empty();
        }
        for (int i = 0; i < 3; i++) change();
        compareAll();
        restart(lies.nextBoolean());
    }

    /// The batch that the log holds when it takes `sent`, which stands for the `honest` one.
    private LogModel.Batch expecting(ByteBuffer honest, ByteBuffer sent) {
        var header = RecordBatch.at(honest, 0);
        var copy = ByteBuffer.allocate(sent.limit()).put(sent.duplicate()).flip();
        var batch = new LogModel.Batch(
                model.endOffset(),
                batches.keys(),
                batches.values(),
                header.producerId(),
                header.producerEpoch(),
                header.baseSequence(),
                header.isTransactional(),
                false,
                false,
                leaderEpoch,
                copy);
        inFlight = Optional.of(batch);
        return batch;
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
        settle(marker, log.endTransaction(new TransactionMarker(producerId, (short) epoch, 0, commit, 2), leaderEpoch));
    }

    private void settle(LogModel.Batch batch, AppendResult result) {
        inFlight = Optional.empty();
        assertThat(result).as("step %d", step).isInstanceOf(Appended.class);
        halfCut = Optional.empty();
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
            batches.choose("lost", "lost ".repeat(20));
            var lost = LogFixture.batchOfKeys("lost", "lost ".repeat(20));
            // should the machine stop in the middle of the write, all of it may be there
            var _ = expecting(lost, lost);
            assertThat(log.append(lost, AppendOrigin.CLIENT, leaderEpoch))
                    .isInstanceOf(AppendResult.StorageFailed.class);
            inFlight = Optional.empty();
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
        boolean forces = log.recoveryPoint() < end;
        log.flush();
        // not before: the machine may stop in the middle of the force
        if (forces || halfCut.isPresent()) uncut = Optional.empty();
        halfCut = Optional.empty();
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
            cutShortFrom(halfCut.orElse(model));
            throw crash;
        } catch (IOException | OutOfMemoryError failed) {
            cutInPart(whole ? offset + 10 : offset, whole);
            throw failed;
        }
        halfCut = Optional.empty();
        // an earlier one that was cut short stays unforced: this one forces the file that it cuts itself
        cutModel(whole ? offset + 10 : offset, whole);
        assertThat(log.logEndOffset()).as("after truncation").isEqualTo(model.endOffset());
    }

    private void cutShortFrom(LogModel before) {
        model = before;
        uncut = Optional.of(model.copy());
        halfCut = Optional.empty();
    }

    private void cutModel(long offset, boolean whole) {
        if (whole) model.startOver(offset);
        else model.cut(offset);
        flushed = Math.min(flushed, model.endOffset());
        checkpointedStart = Math.min(checkpointedStart, model.startOffset());
        highWatermark = Math.min(highWatermark, model.endOffset());
    }

    /// A truncation has failed: nothing has happened, or the log ends where it was to be cut and the rest is to come.
    private void cutInPart(long offset, boolean whole) {
        var before = halfCut.orElse(model.copy());
        var cut = model.copy();
        if (whole) cut.startOver(offset);
        else cut.cut(offset);
        if (log.logEndOffset() == model.endOffset() && log.logStartOffset() == model.startOffset()) return;
        assertThat(log.logEndOffset()).as("cut in part, step %d", step).isEqualTo(cut.endOffset());
        halfCut = Optional.of(before);
        startingOverAt = whole ? offset : -1;
        cutModel(offset, whole);
    }

    private void retain() throws IOException {
        highWatermark = Math.max(highWatermark, model.boundaryAtOrBelow(model.endOffset() - random.nextInt(6)));
        if (random.nextBoolean() && highWatermark > model.startOffset())
            log.advanceLogStartOffset(model.startOffset() + random.nextLong(highWatermark - model.startOffset()));
        model.startAt(Math.max(model.startOffset(), log.logStartOffset()));
        try {
            // segments go only when all of the log is on disk
            if (log.applyRetention(fixture.clock.millis(), highWatermark) > 0) flushed = model.endOffset();
        } catch (IOException | OutOfMemoryError failed) {
            model.startAt(log.logStartOffset());
            throw failed;
        }
        assertThat(log.logStartOffset()).isBetween(model.startOffset(), Math.max(model.startOffset(), highWatermark));
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
        boolean forces = log.recoveryPoint() < model.endOffset();
        directory.close();
        if (forces) uncut = Optional.empty();
        flushed = model.endOffset();
        checkpointedStart = model.startOffset();
        directory = fixture.openDirectory();
        assertThat(directory.lastRun().closedCleanly()).isTrue();
        var opened = LogFixture.opened(directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, fixture.config));
        assertThat(opened.recovery().scannedBytes()).as("nothing to scan").isZero();
        log = opened.log();
        assertThat(log.logEndOffset()).isEqualTo(model.endOffset());
        assertThat(log.logStartOffset()).isEqualTo(model.startOffset());
        // after a loss the checkpoint may name more than was committed since: replica and log believe it
        highWatermark = Math.max(highWatermark, checkpointedHighWatermark());
    }

    private long checkpointedHighWatermark() throws IOException {
        long checkpointed = directory.highWatermarks().getOrDefault(LogFixture.PARTITION, 0L);
        return model.boundaryAtOrBelow(Math.min(checkpointed, model.endOffset()));
    }

    /// The process dies; the machine too, unless `killed`.
    private void restart(boolean killed) throws IOException {
        fixture.background.clear();
        if (halfCut.isPresent()) {
            cutShort = true;
            cutShortFrom(halfCut.get());
        }
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
        if (!killed && uncut.isPresent() && !model.begins(log)) model = uncut.get();
        // a start forces what a truncation has cut
        uncut = Optional.empty();
        assertThat(end)
                .as(
                        "end after %s, promised %d, %s",
                        killed ? "a kill" : "a power cut", promised, fixture.disk.listing())
                .isBetween(cutShort ? 0 : promised, model.endOffset());
        // a replica that was to start over and did not come to it lacks what shadows, and markers: its leader has them
        if (cutShort) loseShadows();
        boolean startsOver = cutShort && startingOverAt >= 0 && end != startingOverAt && compactedUpTo > 0;
        boolean losesAll = cutShort && startingOverAt >= 0;
        cutShort = false;
        model.cut(end);
        // a log that lost everything begins where the checkpoint says; an empty one may still have its producers
        boolean lost = log.sizeBytes() == 0 && log.activeProducers().isEmpty();
        if (lost && (losesAll || (promised < end && !killed))) model.startOver(end);
        assertThat(model.endOffset()).as("whole batches only").isEqualTo(end);
        assertThat(log.logStartOffset()).as("start offset").isLessThanOrEqualTo(Math.max(model.startOffset(), end));
        model.startAt(log.logStartOffset());
        flushed = Math.min(flushed, end);
        compactedUpTo = Math.min(compactedUpTo, end);
        compactedBelow = Math.min(compactedBelow, end);
        tombstonesClean.tailMap(end).clear();
        highWatermark = checkpointedHighWatermark();
        leaderEpoch = Math.max(leaderEpoch, log.latestLeaderEpoch().orElse(0));
        // compaction kept of a producer what came last, which is gone: such a replica comes to start over once more
        if (startsOver) startOver(startingOverAt);
        repeat();
        compareAll();
    }

    private void startOver(long offset) throws IOException {
        compareAll();
        log.truncateFullyAndStartAt(offset);
        model.startOver(offset);
        flushed = 0;
        checkpointedStart = Math.min(checkpointedStart, offset);
        highWatermark = Math.min(highWatermark, offset);
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
        if (compactedUpTo == 0 && halfCut.isEmpty())
            assertThat(log.lastStableOffset(bound))
                    .as("last stable offset at step %d", step)
                    .isEqualTo(stable);
        if (stable > start)
            assertThat(CommittedValues.unpadded(CommittedValues.of(log, start, stable)))
                    .as("committed values at step %d", step)
                    .isEqualTo(CommittedValues.unpadded(model.committedValuesFrom(start, stable, survivors)));
        for (long offset : survivors)
            assertThat(log.leaderEpochAt(offset))
                    .as("leader epoch of offset %d at step %d", offset, step)
                    .hasValue(model.leaderEpochAt(offset));
    }

    private void loseShadows() {
        lostShadows.putAll(shadows());
        model.entries().headMap(compactedUpTo).forEach((at, each) -> {
            if (each.aborted()) lostShadows.merge(each.key(), at + 1, Math::max);
        });
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
            assertThat(entry).as("record at %d, step %d", record.offset(), step).isNotNull();
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
}
