package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.base.SimulatedCrash;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.log.directory.LogDirectory;
import barnabas.log.journal.ForgedGroups;
import barnabas.log.journal.Journal;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Durable mode on a disk that keeps nothing but what was forced: several logs of one directory, one journal, random
/// histories with power cuts in the middle of any operation. No acknowledged record is ever missing or another one,
/// also when clients write what looks like the journal's own groups into their records.
/// More seeds: `-Dbarnabas.simulation.seeds=1000`.
class JournalPowerCutTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 100);
    private static final long FIRST_SEED = Long.getLong("barnabas.simulation.first", 1);
    private static final int STEPS = 150;
    /// Seeds that found faults.
    private static final List<Long> TELLING_SEEDS = List.of(184L, 819L);

    @Test
    void acknowledgedRecordsSurviveEveryPowerCut() {
        long replayed = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) replayed += replayedIn(seed);
        // a test in which the journal is never needed would prove nothing
        if (SEEDS >= 50) assertThat(replayed).isGreaterThan(SEEDS);
    }

    @Test
    void seedsThatFoundFaultsFindNoneNow() {
        for (long seed : TELLING_SEEDS) replayedIn(seed);
    }

    private static long replayedIn(long seed) {
        try {
            var history = new History(seed, Planted.NOTHING);
            history.run();
            return history.replayed;
        } catch (Throwable failed) {
            throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
        }
    }

    @Test
    void anAcknowledgementBeforeTheForceIsNoticed() {
        var noticed = catchThrowable(() -> {
            for (long seed = 1; seed <= 50; seed++) new History(seed, Planted.EARLY_ACKNOWLEDGEMENT).run();
        });
        assertThat(noticed).isInstanceOf(AssertionError.class).hasMessageMatching("(?s).*(acknowledged|are missing).*");
    }

    @Test
    void aSaltThatClientsCanGuessIsNoticed() {
        var noticed = catchThrowable(() -> {
            for (long seed = 1; seed <= 200; seed++) new History(seed, Planted.SALT_OF_ZEROS).run();
        });
        assertThat(noticed).isInstanceOf(AssertionError.class);
    }

    /// Bugs that the histories must find.
    private enum Planted {
        NOTHING,
        /// Groups are acknowledged without being forced.
        EARLY_ACKNOWLEDGEMENT,
        /// Checksums of groups have nothing in them that clients do not know.
        SALT_OF_ZEROS
    }

    /// One partition as its producers and readers know it.
    private static final class Known {
        private final TopicPartition name;
        private Uuid id;
        private PartitionLog log;
        /// Every value that was ever appended at its offset and may be there, the newest last.
        private final TreeMap<Long, List<String>> appended = new TreeMap<>();
        private long acknowledged;
        private boolean journaled = true;

        private Known(int index, Uuid id, PartitionLog log) {
            this.name = new TopicPartition("t", index);
            this.id = id;
            this.log = log;
        }

        private void observe() {
            if (journaled) acknowledged = Math.max(acknowledged, log.durableEndOffset());
        }
    }

    private static final class History {
        private final SplittableRandom random;
        private final Planted planted;
        private final LogFixture fixture;
        private final LogEnvironment environment;
        private final List<Journal> journals = new ArrayList<>();
        private final List<Known> partitions = new ArrayList<>();
        private LogDirectory directory;
        private int step;
        private long ids;
        private long replayed;
        private boolean isShort;

        History(long seed, Planted planted) {
            this.planted = planted;
            random = new SplittableRandom(seed);
            fixture = new LogFixture(
                    seed,
                    LogConfig.DEFAULTS
                            .withSegments(new LogConfig.Segments(
                                    700 + random.nextInt(9000), 604_800_000, 0, random.nextInt(500), 10_485_760, false))
                            .withRetention(new LogConfig.Retention(true, -1, random.nextInt(20_000), 1000)));
            environment = new LogEnvironment(
                    planted == Planted.EARLY_ACKNOWLEDGEMENT ? new UnforcedJournalDisk(fixture.disk) : fixture.disk,
                    fixture.clock,
                    Threads.SYSTEM,
                    planted == Planted.SALT_OF_ZEROS ? () -> 0 : new Random(seed),
                    fixture.background::add,
                    1000,
                    LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                    new LogEnvironment.Durability(64 << 10, 1, (journal, _) -> {
                        journals.add(journal);
                        return () -> {};
                    }));
            directory = open();
            for (int i = 0; i < 3; i++) {
                var name = new TopicPartition("t", i);
                var id = new Uuid(7, ++ids);
                partitions.add(new Known(i, id, opened(name, id, true)));
            }
        }

        private LogDirectory open() {
            var identity = new LogDirectory.Identity(Optional.of("cluster"), 1);
            return switch (LogDirectory.open(LogFixture.ROOT, identity, environment)) {
                case LogDirectory.Opening.Opened(var opened) -> opened;
                case LogDirectory.Opening.Refused(var path, var reason) ->
                    throw new AssertionError(path + ": " + reason);
            };
        }

        private LogConfig config(boolean journaled) {
            return fixture.config.withFlush(new LogConfig.Flush(Long.MAX_VALUE, Long.MAX_VALUE, journaled));
        }

        private PartitionLog opened(TopicPartition name, Uuid id, boolean journaled) {
            return LogFixture.opened(directory.openLog(name, id, config(journaled)))
                    .log();
        }

        void run() throws IOException {
            for (step = 0; step < STEPS; step++) {
                if (random.nextInt(10) == 0) fixture.disk.stopAfter(1 + random.nextInt(30));
                try {
                    act();
                } catch (SimulatedCrash crash) {
                    restart(random.nextInt(4) == 0);
                }
            }
            restart(false);
        }

        /// The disk runs full, or space, descriptors and memory run out at any call, and it is made room again;
        /// whatever is refused meanwhile, nothing acknowledged may go.
        private void act() throws IOException {
            int trouble = random.nextInt(36);
            if (trouble < 3) fixture.disk.capacity(fixture.disk.bytes() + random.nextInt(3000));
            else if (trouble < 6) runShort(1 + random.nextInt(400));
            else if (trouble < 14) endShortages();
            boolean full = isShort || fixture.disk.usableBytes(LogFixture.ROOT) < Integer.MAX_VALUE;
            try {
                change();
            } catch (IOException refused) {
                assertThat(full).as("step %d: %s", step, refused).isTrue();
                assertThat(refused).hasMessageMatching(SimulatedDisk.SHORTAGE);
            }
            assertThat(directory.failure())
                    .as("step %d: a full disk is no broken one", step)
                    .isEmpty();
            for (var each : partitions) each.observe();
            fixture.clock.advance(Duration.ofMillis(random.nextInt(2000)));
        }

        private void runShort(int perMille) {
            fixture.disk.runShort(perMille);
            isShort = true;
        }

        private void endShortages() {
            fixture.disk.capacity(Long.MAX_VALUE);
            fixture.disk.runShort(0);
            isShort = false;
        }

        private void change() throws IOException {
            var partition = partitions.get(random.nextInt(partitions.size()));
            switch (random.nextInt(28)) {
                case 0 -> partition.log.flush();
                case 1 -> runBackground();
                case 2 -> truncate(partition);
                case 3 -> retain(partition);
                case 4 -> closeAndOpen();
                case 5 -> restart(true);
                case 6, 7 -> restart(false);
                case 8 -> directory.checkpoint();
                case 9 -> switchMode(partition);
                case 10 -> recreate(partition);
                case 11, 12, 13, 14, 15 -> commit();
                case 16 -> forge(partition);
                case 17 -> damage(partition);
                default -> append(partition);
            }
            if (random.nextInt(4) == 0) directory.removeDeletedFiles(fixture.clock.nanos());
        }

        private void runBackground() {
            fixture.runBackground();
        }

        private void commit() {
            for (var journal : journals) journal.commit();
        }

        private void append(Known partition) {
            var values = new ArrayList<String>();
            int length = random.nextInt(20) == 0 ? 4000 : random.nextInt(200);
            for (int i = 0; i <= random.nextInt(4); i++) values.add("step " + step + "." + i + "x".repeat(length));
            long base = partition.log.logEndOffset();
            for (int i = 0; i < values.size(); i++)
                partition
                        .appended
                        .computeIfAbsent(base + i, _ -> new ArrayList<>())
                        .add(values.get(i));
            if (LogFixture.batch(values.toArray(String[]::new)).limit()
                    > fixture.config.segments().bytes()) return;
            var result = partition.log.append(LogFixture.batch(values.toArray(String[]::new)), AppendOrigin.CLIENT, 0);
            if (result instanceof AppendResult.StorageFailed(var cause)) {
                assertThat(cause).hasMessageMatching(SimulatedDisk.SHORTAGE);
                for (int i = 0; i < values.size(); i++)
                    partition.appended.get(base + i).removeLast();
            } else {
                LogFixture.appended(result);
            }
        }

        /// A client writes a record with a group of the journal on each page: one that puts a record into another
        /// partition or cuts it.
        private void forge(Known partition) {
            int bytes = fixture.config.segments().bytes() - 200;
            if (bytes < ForgedGroups.PAGE_BYTES + 300) return;
            commit();
            var victim = partitions.get(random.nextInt(partitions.size()));
            var forged = LogFixture.batch("forged");
            RecordBatch.at(forged, 0).rewriteBaseOffset(victim.log.logEndOffset());
            var entry = random.nextBoolean()
                    ? ForgedGroups.batches(victim.id, victim.name.partition(), forged)
                    : ForgedGroups.truncation(victim.id, victim.name.partition(), 0);
            var value = new byte[bytes];
            Arrays.fill(value, 0, 64, (byte) 'a');
            int before = ForgedGroups.bytesBefore(value, batchOf(value));
            for (int page = 0; page < bytes / ForgedGroups.PAGE_BYTES; page++)
                ForgedGroups.put(
                        value,
                        ForgedGroups.BEFORE_BATCHES,
                        before,
                        page,
                        ForgedGroups.of(0, 0, journals.size() + random.nextInt(200), entry));
            long base = partition.log.logEndOffset();
            var known = partition.appended.computeIfAbsent(base, _ -> new ArrayList<>());
            known.add(StandardCharsets.UTF_8.decode(ByteBuffer.wrap(value)).toString());
            if (partition.log.append(batchOf(value), AppendOrigin.CLIENT, 0)
                    instanceof AppendResult.StorageFailed(var cause)) {
                assertThat(cause).hasMessageMatching(SimulatedDisk.SHORTAGE);
                known.removeLast();
            }
            commit();
        }

        private static ByteBuffer batchOf(byte[] value) {
            return new RecordBatchBuilder(Compression.NONE)
                    .append(LogFixture.START_MILLIS, null, value)
                    .build();
        }

        /// A follower never cuts what is acknowledged.
        private void truncate(Known partition) throws IOException {
            endShortages();
            long from = Math.max(partition.acknowledged, partition.log.logStartOffset());
            long end = partition.log.logEndOffset();
            if (end > from) partition.log.truncateTo(from + random.nextLong(end - from));
        }

        private void retain(Known partition) throws IOException {
            long start = partition.log.logStartOffset();
            long bound = partition.acknowledged;
            if (random.nextBoolean() && bound > start)
                partition.log.advanceLogStartOffset(start + random.nextLong(bound - start));
            partition.log.applyRetention(fixture.clock.millis(), bound);
        }

        private void switchMode(Known partition) {
            partition.journaled = !partition.journaled;
            partition.log.reconfigure(config(partition.journaled));
        }

        private void recreate(Known partition) throws IOException {
            endShortages();
            // the names of deleted directories are random too
            if (random.nextInt(3) != 0 || planted == Planted.SALT_OF_ZEROS) return;
            // whatever happens on the way: nothing of the old topic is promised, and nothing may appear in the new one
            partition.acknowledged = 0;
            directory.deleteLog(partition.name);
            partition.appended.clear();
            partition.id = new Uuid(7, ++ids);
            partition.log = opened(partition.name, partition.id, partition.journaled);
        }

        private void close() throws IOException {
            endShortages();
            runBackground();
            directory.close();
            for (var each : partitions) each.acknowledged = each.log.logEndOffset();
        }

        private void closeAndOpen() throws IOException {
            close();
            journals.clear();
            directory = open();
            assertThat(directory.lastRun().closedCleanly()).isTrue();
            assertThat(directory.batchesReplayed()).isZero();
            for (var each : partitions) {
                each.log = opened(each.name, each.id, each.journaled);
                check(each);
            }
        }

        /// The process dies; the machine too, unless `killed`.
        private void restart(boolean killed) throws IOException {
            crash(killed);
            while (true) {
                try {
                    if (random.nextInt(4) == 0) fixture.disk.stopAfter(1 + random.nextInt(25));
                    directory = open();
                    replayed += directory.batchesReplayed();
                    assertThat(directory.journalProblems()).isEmpty();
                    for (var each : partitions) each.log = reopened(each);
                    break;
                } catch (SimulatedCrash whileOpening) {
                    crash(killed);
                }
            }
            fixture.disk.stopAfter(Long.MAX_VALUE);
            for (var each : partitions) check(each);
        }

        /// A bit changes between an orderly stop and a start that does not notice it, and is put right after a power
        /// cut
        /// and starts that may refuse the log for it. What the power cut took from the log must be there then.
        private void damage(Known damaged) throws IOException {
            if (random.nextInt(4) != 0) return;
            close();
            fixture.disk.stopAfter(Long.MAX_VALUE);
            var flipped = new FlippedBit(fixture.disk, directoryOf(damaged), random);
            journals.clear();
            directory = open();
            for (var each : partitions) {
                var opening = directory.openLog(each.name, each.id, config(each.journaled));
                if (opening instanceof LogOpening.Opened opened) each.log = opened.log();
                else flipped.mend();
            }
            if (flipped.isThere()) appendSome();
            crash(false);
            for (int starts = random.nextInt(3); starts > 0; starts--) {
                if (random.nextInt(4) == 0) fixture.disk.stopAfter(1 + random.nextInt(25));
                startDamaged();
                crash(false);
            }
            flipped.mend();
            restart(false);
        }

        private void appendSome() throws IOException {
            for (int left = random.nextInt(12); left > 0; left--) {
                if (random.nextInt(3) == 0) commit();
                else append(partitions.get(random.nextInt(partitions.size())));
                if (random.nextInt(12) == 0) directory.checkpoint();
                for (var each : partitions) each.observe();
            }
        }

        private void startDamaged() throws IOException {
            try {
                directory = open();
                for (var each : partitions) {
                    var _ = directory.openLog(each.name, each.id, config(each.journaled));
                }
                if (random.nextBoolean()) directory.close();
            } catch (SimulatedCrash whileOpening) {
                assertThat(fixture.disk.stopped()).isTrue();
            }
        }

        private static Path directoryOf(Known partition) {
            return LogFixture.ROOT.resolve(partition.name.toString());
        }

        private void crash(boolean killed) {
            fixture.background.clear();
            endShortages();
            journals.clear();
            if (killed) fixture.disk.keepCache();
            else fixture.disk.loseFromCache();
        }

        private PartitionLog reopened(Known known) {
            var opening = directory.openLog(known.name, known.id, config(known.journaled));
            if (opening instanceof LogOpening.Damaged damaged) {
                // unforced segments of a log that is not journaled may be torn anywhere
                assertThat(damaged.offset())
                        .as("step %d: acknowledged data is damaged: %s", step, damaged)
                        .isGreaterThanOrEqualTo(known.acknowledged);
                opening = directory.repairLog(known.name, config(known.journaled));
            }
            return LogFixture.opened(opening).log();
        }

        private void check(Known known) throws IOException {
            assertThat(known.log.logEndOffset())
                    .as("step %d: end of %s, whose acknowledged end is %d", step, known.name, known.acknowledged)
                    .isGreaterThanOrEqualTo(known.acknowledged);
            long offset = known.log.logStartOffset();
            for (var value : LogFixture.valuesFrom(known.log, offset)) {
                var candidates = known.appended.getOrDefault(offset, List.of());
                assertThat(candidates)
                        .as("step %d: %s at %d", step, known.name, offset)
                        .isNotEmpty();
                if (offset < known.acknowledged)
                    assertThat(value)
                            .as("step %d: acknowledged record of %s at %d", step, known.name, offset)
                            .isEqualTo(candidates.getLast());
                else
                    assertThat(candidates)
                            .as("step %d: %s at %d", step, known.name, offset)
                            .contains(value);
                offset++;
            }
            assertThat(offset).as("step %d: records of %s", step, known.name).isEqualTo(known.log.logEndOffset());
            // a durable log is on disk once it is open; another may find again what a truncation took away unforced
            if (known.journaled) known.appended.tailMap(offset).clear();
            adopt(known, known.journaled);
            known.observe();
        }

        /// Of several values that could have been at an offset, the one that is comes last, or alone.
        private static void adopt(Known known, boolean alone) throws IOException {
            long offset = known.log.logStartOffset();
            for (var value : LogFixture.valuesFrom(known.log, offset)) {
                var candidates = known.appended.computeIfAbsent(offset++, _ -> new ArrayList<>());
                if (alone) candidates.clear();
                else candidates.remove(value);
                candidates.add(value);
            }
        }
    }
}
