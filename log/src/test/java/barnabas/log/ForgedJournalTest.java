package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.log.directory.LogDirectory;
import barnabas.log.journal.ForgedGroups;
import barnabas.log.journal.Journal;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// A client writes the bytes of journal groups into the value of a record. They lie on pages of the journal's file,
/// also behind the last group of a file that is used again, and a replay must never take them.
class ForgedJournalTest {
    private static final TopicPartition ATTACKER = new TopicPartition("atk", 0);
    private static final TopicPartition VICTIM = new TopicPartition("victim", 0);
    private static final Uuid ATTACKER_ID = new Uuid(7, 1);
    private static final Uuid VICTIM_ID = new Uuid(7, 2);
    private static final int VALUE_BYTES = 200_000;
    private static final LogConfig DURABLE =
            LogConfig.DEFAULTS.withFlush(new LogConfig.Flush(Long.MAX_VALUE, Long.MAX_VALUE, true));

    private final SimulatedDisk disk = new SimulatedDisk(1, new ManualClock(LogFixture.START_MILLIS));
    private final List<Journal> journals = new ArrayList<>();
    private LogDirectory directory;
    private PartitionLog attacker;
    private PartitionLog victim;

    private LogDirectory.Opening open(RandomGenerator random) {
        journals.clear();
        var environment = LogFixture.journaled(disk, new ManualClock(LogFixture.START_MILLIS), random, journals);
        return LogDirectory.open(LogFixture.ROOT, new LogDirectory.Identity(Optional.of("cluster"), 1), environment);
    }

    private void start(RandomGenerator random) {
        directory = switch (open(random)) {
            case LogDirectory.Opening.Opened(var opened) -> opened;
            case LogDirectory.Opening.Refused(var path, var reason) -> throw new AssertionError(path + ": " + reason);
        };
        attacker = LogFixture.opened(directory.openLog(ATTACKER, ATTACKER_ID, DURABLE))
                .log();
        victim =
                LogFixture.opened(directory.openLog(VICTIM, VICTIM_ID, DURABLE)).log();
    }

    private void killAndStart() {
        disk.keepCache();
        start(new Random(3));
    }

    private void commit() {
        for (var journal : journals) journal.commit();
    }

    /// A value with a forged group on every page, in the first version of the format and in the present one.
    private static byte[] forged(byte[] entry) {
        var value = new byte[VALUE_BYTES];
        Arrays.fill(value, 0, 64, (byte) 'a');
        int before = ForgedGroups.bytesBefore(value, batchOf(value));
        for (int page = 0; page < 24; page++) {
            long generation = 2 + page;
            ForgedGroups.put(
                    value,
                    ForgedGroups.BEFORE_BATCHES_FIRST_VERSION,
                    before,
                    2 * page,
                    ForgedGroups.ofFirstVersion(generation, 1000, entry));
            ForgedGroups.put(
                    value,
                    ForgedGroups.BEFORE_BATCHES,
                    before,
                    2 * page + 1,
                    ForgedGroups.of(0, 0, 1000 + page, entry));
        }
        return value;
    }

    private static ByteBuffer batchOf(byte[] value) {
        return new RecordBatchBuilder(Compression.NONE)
                .append(LogFixture.START_MILLIS, null, value)
                .build();
    }

    private static byte[] recordsForVictim(long baseOffset) {
        var batch = LogFixture.batch("forged");
        RecordBatch.at(batch, 0).rewriteBaseOffset(baseOffset);
        return ForgedGroups.batches(VICTIM_ID, 0, batch);
    }

    private void append(PartitionLog log, String... values) {
        LogFixture.append(log, values);
        commit();
    }

    @Test
    void recordsInForgedGroupsAreNotReplayed() throws Exception {
        start(new Random(2));
        append(victim, "1", "2", "3");
        LogFixture.appended(attacker.append(batchOf(forged(recordsForVictim(3))), AppendOrigin.CLIENT, 0));
        commit();
        killAndStart();
        append(attacker, "small");
        killAndStart();
        assertThat(LogFixture.valuesFrom(victim, 0)).containsExactly("1", "2", "3");
        assertThat(directory.journalProblems()).isEmpty();
    }

    @Test
    void forgedTruncationTakesNothingAway() throws Exception {
        start(new Random(2));
        LogFixture.appended(
                attacker.append(batchOf(forged(ForgedGroups.truncation(VICTIM_ID, 0, 0))), AppendOrigin.CLIENT, 0));
        commit();
        killAndStart();
        append(victim, "1", "2", "3");
        assertThat(victim.durableEndOffset()).isEqualTo(3);
        // a power cut: nothing of the victim's own file had been forced
        disk.keepCache();
        disk.overwrite(LogFixture.ROOT.resolve("victim-0").resolve("00000000000000000000.log"), new byte[0]);
        start(new Random(4));
        assertThat(LogFixture.valuesFrom(victim, 0)).containsExactly("1", "2", "3");
        assertThat(directory.journalProblems()).isEmpty();
    }

    @Test
    void journalOfTheFirstVersionIsRefusedWithTheWayOut() {
        start(new Random(2));
        disk.keepCache();
        disk.overwrite(LogFixture.ROOT.resolve("barnabas-journal-0"), ForgedGroups.headerOfFirstVersion());
        assertThat(open(new Random(2)))
                .isInstanceOfSatisfying(
                        LogDirectory.Opening.Refused.class,
                        refused -> assertThat(refused.reason())
                                .contains("barnabas-journal-0", "journal format 1", "stop it in order"));
    }

    /// Shows that the salt is what keeps forged groups out: with one that a client knows, they are taken.
    @Test
    void knownSaltLetsForgedGroupsIn() throws Exception {
        RandomGenerator zeros = () -> 0;
        start(zeros);
        append(victim, "1", "2", "3");
        LogFixture.appended(attacker.append(batchOf(forged(recordsForVictim(3))), AppendOrigin.CLIENT, 0));
        commit();
        disk.keepCache();
        start(zeros);
        // over the start of the group that carried the forged ones, so that they lie behind the last group
        append(attacker, "small");
        append(attacker, "small");
        disk.keepCache();
        start(zeros);
        assertThat(LogFixture.valuesFrom(victim, 0)).containsExactly("1", "2", "3", "forged");
    }
}
