package barnabas.log.producers;

import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.ControlRecord.EndTransaction;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.TimestampType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Which producers a partition forgets when there are too many.
final class ProducersTest {
    private static final long VICTIM = 7;
    private static final long FLOOD = 1_000_000;

    @Test
    void aProducerOfTwoBatchesOutlivesAFloodOfFreshIds() throws Exception {
        var fixture = new LogFixture(LogConfig.DEFAULTS);
        var directory = fixture.openDirectory();
        PartitionLog log = fixture.openLog(directory);
        appended(log.append(batchOf(VICTIM, 0, 0, false, "a"), AppendOrigin.CLIENT, 0));
        appended(log.append(batchOf(VICTIM, 0, 1, false, "b"), AppendOrigin.CLIENT, 0));
        for (int i = 0; i < 100_100; i++)
            appended(log.append(batchOf(FLOOD + i, 0, 0, false, "x"), AppendOrigin.CLIENT, 0));
        assertThat(log.activeProducers()).hasSize(Producers.PRODUCERS_MAX);
        assertDuplicate(log);
        fixture.runBackground();
        directory.close();
        PartitionLog reopened = fixture.openLog(fixture.openDirectory());
        for (int i = 0; i < 1_000; i++)
            appended(reopened.append(batchOf(2 * FLOOD + i, 0, 0, false, "x"), AppendOrigin.CLIENT, 0));
        assertDuplicate(reopened);
    }

    /// A leader that moved while a producer had batches unanswered elsewhere gets these behind the next ones.
    @Test
    void anOldBatchThatIsInTheLogIsADuplicate() throws Exception {
        var fixture = new LogFixture(LogConfig.DEFAULTS);
        var directory = fixture.openDirectory();
        PartitionLog log = fixture.openLog(directory);
        for (int sequence = 3; sequence < 12; sequence++)
            appended(log.append(batchOf(VICTIM, 0, sequence, false, "v"), AppendOrigin.CLIENT, 0));
        // offsets 0 to 8; kept are the batches of sequences 7 to 11
        for (int sequence = 3; sequence < 7; sequence++)
            assertThat(log.append(batchOf(VICTIM, 0, sequence, false, "v"), AppendOrigin.CLIENT, 0))
                    .isInstanceOfSatisfying(
                            AppendResult.OldDuplicate.class,
                            old -> assertThat(old.lastOffset()).isEqualTo(3));
        assertThat(log.append(batchOf(VICTIM, 0, 5, false, "v", "w"), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.OldDuplicate.class);
        // one that this log has never had, one that only begins before what is kept, one that leaves a gap
        for (var each : List.of(
                batchOf(VICTIM, 0, 2, false, "v"),
                batchOf(VICTIM, 0, 6, false, "v", "w"),
                batchOf(VICTIM, 0, 13, false, "v")))
            assertThat(log.append(each, AppendOrigin.CLIENT, 0)).isInstanceOf(AppendResult.OutOfOrderSequence.class);
        appended(log.append(batchOf(VICTIM, 1, 0, false, "v"), AppendOrigin.CLIENT, 0));
        assertThat(log.append(batchOf(VICTIM, 1, 5, false, "v"), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.OutOfOrderSequence.class);
        assertThat(log.logEndOffset()).isEqualTo(10);
        directory.close();

        PartitionLog reopened = fixture.openLog(fixture.openDirectory());
        for (int sequence = 1; sequence < 7; sequence++)
            appended(reopened.append(batchOf(VICTIM, 1, sequence, false, "v"), AppendOrigin.CLIENT, 0));
        assertThat(reopened.append(batchOf(VICTIM, 1, 0, false, "v"), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.OldDuplicate.class);
    }

    /// Producers of two clusters may have the same id: only the records tell a copied batch that comes again from a new
    /// one. Their times may be equal, as clients set them.
    @Test
    void aBatchOfAnotherClusterIsNoDuplicateOfACopiedOne() throws Exception {
        var fixture = new LogFixture(LogConfig.DEFAULTS.withMirror(new LogConfig.Mirror(false, false, 100)));
        PartitionLog log = fixture.openLog(fixture.openDirectory());
        for (int sequence = 0; sequence < 7; sequence++)
            appended(log.append(batchOf(VICTIM, 0, sequence, false, "copied"), AppendOrigin.CLIENT, 0));
        log.startLeaderEpoch(100);
        for (int sequence : new int[] {0, 6}) {
            ByteBuffer own = new RecordBatchBuilder(Compression.NONE)
                    .producer(VICTIM, (short) 0, sequence)
                    .append(LogFixture.START_MILLIS, null, "other.".getBytes(StandardCharsets.UTF_8))
                    .build();
            assertThat(own.remaining())
                    .isEqualTo(batchOf(VICTIM, 0, sequence, false, "copied").remaining());
            assertThat(log.append(own, AppendOrigin.CLIENT, 100))
                    .as("sequence " + sequence)
                    .isInstanceOf(AppendResult.OutOfOrderSequence.class);
        }
        // an event loop does not read files
        assertThat(log.append(batchOf(VICTIM, 0, 6, false, "copied"), AppendOrigin.CLIENT_ON_LOOP, 100))
                .isInstanceOf(AppendResult.TakesLong.class);
        // one that was in flight when its producer came over, and its next one
        assertThat(log.append(batchOf(VICTIM, 0, 6, false, "copied"), AppendOrigin.CLIENT, 100))
                .isInstanceOf(AppendResult.Duplicate.class);
        appended(log.append(batchOf(VICTIM, 0, 7, false, "own"), AppendOrigin.CLIENT, 100));
        // an own batch comes again
        assertThat(log.append(batchOf(VICTIM, 0, 7, false, "own"), AppendOrigin.CLIENT, 100))
                .isInstanceOf(AppendResult.Duplicate.class);
        // what producers do with that error: another epoch
        appended(log.append(batchOf(VICTIM, 1, 0, false, "own"), AppendOrigin.CLIENT, 100));
    }

    /// A broker that gives a batch its own time changes the header only: the producer's batch, which comes again, has
    /// another one.
    @Test
    void aCopiedBatchWithTheTimeOfItsAppendIsADuplicate() throws Exception {
        var fixture = new LogFixture(LogConfig.DEFAULTS.withMirror(new LogConfig.Mirror(false, false, 100)));
        PartitionLog log = fixture.openLog(fixture.openDirectory());
        ByteBuffer copied = batchOf(VICTIM, 0, 0, false, "a", "b");
        RecordBatch.at(copied, 0).rewriteTimestamp(TimestampType.LOG_APPEND_TIME, LogFixture.START_MILLIS + 77);
        appended(log.append(copied, AppendOrigin.REPLICATION, 0));
        log.startLeaderEpoch(100);
        assertThat(log.append(batchOf(VICTIM, 0, 0, false, "a", "b"), AppendOrigin.CLIENT, 100))
                .isInstanceOfSatisfying(
                        AppendResult.Duplicate.class,
                        duplicate -> assertThat(duplicate.lastOffset()).isEqualTo(1));
        assertThat(log.append(batchOf(VICTIM, 0, 0, false, "a", "c"), AppendOrigin.CLIENT, 100))
                .isInstanceOf(AppendResult.OutOfOrderSequence.class);
    }

    private static void assertDuplicate(PartitionLog log) {
        for (int sequence = 0; sequence < 2; sequence++) {
            long offset = sequence;
            assertThat(log.append(batchOf(VICTIM, 0, sequence, false, "a"), AppendOrigin.CLIENT, 0))
                    .isInstanceOfSatisfying(
                            AppendResult.Duplicate.class,
                            duplicate -> assertThat(duplicate.baseOffset()).isEqualTo(offset));
        }
    }

    /// Two batches of every id of a flood: newcomers still have their time, and the bound holds.
    @Test
    void aFloodOfReturningIdsLeavesRoomForNewcomers() {
        var producers = new Producers(LogFixture.PARTITION, new OpenTransactions(), 10, 8);
        for (int i = 0; i < 100; i++)
            for (int sequence = 0; sequence < 2; sequence++) append(producers, FLOOD + i, sequence, false, i);
        append(producers, VICTIM, 0, false, 1000);
        append(producers, FLOOD, 0, false, 1001);
        append(producers, VICTIM, 1, false, 1002);
        assertThat(producers.isProtected(VICTIM)).isTrue();
        assertThat(producers.count()).isEqualTo(10);
    }

    /// Random histories; a failure names its seed.
    @Test
    void aProtectedIdIsNeverEvictedWhileAnUnprotectedOneExists() {
        for (long seed = 1; seed <= 300; seed++) {
            try {
                history(new SplittableRandom(seed));
            } catch (RuntimeException | AssertionError failed) {
                throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
            }
        }
    }

    private static void history(SplittableRandom random) {
        int max = 5 + random.nextInt(20);
        int returnedMax = 1 + random.nextInt(max - 1);
        int ids = max * 3;
        var producers = new Producers(LogFixture.PARTITION, new OpenTransactions(), max, returnedMax);
        Map<Long, Integer> sequences = new HashMap<>();
        Set<Long> open = new HashSet<>();
        for (int step = 0; step < 600; step++) {
            Set<Long> before = producers.ids();
            List<Long> unprotected =
                    before.stream().filter(id -> !producers.isProtected(id)).toList();
            Set<Long> protectedBefore = new HashSet<>(before);
            unprotected.forEach(protectedBefore::remove);
            long id = random.nextInt(3) == 0 ? random.nextInt(3) : random.nextInt(ids);
            boolean ends = open.contains(id) && random.nextBoolean();
            if (ends) {
                end(producers, id, step);
                open.remove(id);
            } else {
                boolean begins = open.size() < max / 2 && random.nextInt(8) == 0;
                if (begins) open.add(id);
                int sequence = before.contains(id) ? sequences.getOrDefault(id, 0) : 0;
                append(producers, id, sequence, open.contains(id), step);
                sequences.put(id, sequence + 1);
            }
            Set<Long> gone = new HashSet<>(before);
            gone.removeAll(producers.ids());
            assertThat(gone).as("step %d", step).noneMatch(open::contains);
            if (!unprotected.isEmpty()) assertThat(gone).as("step %d", step).noneMatch(protectedBefore::contains);
            assertThat(producers.ids()).as("step %d", step).contains(id).containsAll(open);
            assertThat(producers.count()).isLessThanOrEqualTo(max);
            assertThat(producers.entries()).hasSize(producers.count());
            if (random.nextInt(50) == 0) assertSnapshotKeepsTheOrder(producers, max, returnedMax);
        }
        producers.expire(Long.MAX_VALUE);
        assertThat(producers.ids()).isEqualTo(open);
    }

    private static void assertSnapshotKeepsTheOrder(Producers producers, int max, int returnedMax) {
        var restored = new Producers(LogFixture.PARTITION, new OpenTransactions(), max, returnedMax);
        var entries = ProducerSnapshot.decode(ProducerSnapshot.encode(producers.entries()))
                .orElseThrow();
        for (var entry : entries) restored.restore(entry, 0);
        assertThat(restored.ids()).isEqualTo(producers.ids());
        assertThat(idsOf(restored.entries()))
                .filteredOn(id -> producers.isProtected(id) && restored.isProtected(id))
                .isEqualTo(idsOf(producers.entries()).stream()
                        .filter(id -> producers.isProtected(id) && restored.isProtected(id))
                        .toList());
    }

    private static List<Long> idsOf(List<ProducerEntry> entries) {
        var ids = new ArrayList<Long>();
        for (var entry : entries) ids.add(entry.producerId());
        return ids;
    }

    private static void append(Producers producers, long id, int sequence, boolean transactional, long now) {
        ByteBuffer bytes = batchOf(id, 0, sequence, transactional, "v");
        RecordBatch batch = RecordBatch.at(bytes, 0);
        batch.rewriteBaseOffset(now);
        producers.appended(batch, now);
    }

    private static void end(Producers producers, long id, long now) {
        RecordBatch batch = RecordBatch.at(ControlRecord.endTransaction(true, id, (short) 0, 0, now), 0);
        batch.rewriteBaseOffset(now);
        var _ = producers.ended(batch, new EndTransaction(true, 0), now);
    }
}
