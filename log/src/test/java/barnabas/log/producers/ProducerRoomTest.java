package barnabas.log.producers;

import static barnabas.log.LogFixture.appended;
import static barnabas.log.LogFixture.batchOf;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.LogFixture;
import barnabas.log.ProducerRoom;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Producers that all partitions of a broker together remember.
final class ProducerRoomTest {
    private static final int MAX = 1_000;
    private static final int PARTITIONS = 40;
    private static final long FLOOD = 1_000_000;
    private static final long QUIET = 7;

    private final ProducerRoom room = new ProducerRoom(MAX);
    private final LogFixture fixture = new LogFixture(LogConfig.DEFAULTS);
    private final LogEnvironment environment = new LogEnvironment(
            fixture.environment.disk(),
            fixture.environment.clock(),
            fixture.environment.threads(),
            fixture.environment.random(),
            fixture.environment.background(),
            fixture.environment.openFilesMax(),
            new LogEnvironment.ProducerLimits(Long.MAX_VALUE, room),
            fixture.environment.durability());

    /// Each id fits well into what one partition may remember.
    @Test
    void floodOfFreshIdsInManyPartitionsIsBounded() throws Exception {
        LogDirectory directory = LogFixture.open(LogFixture.ROOT, environment);
        List<PartitionLog> logs = logs(directory);
        for (int id = 0; id < 500; id++) for (PartitionLog log : logs) append(log, FLOOD + id, 0);
        assertThat(counted(logs)).isEqualTo(room.taken()).isLessThanOrEqualTo(MAX);
        for (PartitionLog log : logs) assertThat(log.activeProducers()).hasSizeGreaterThanOrEqualTo(MAX / 50);
        directory.close();
        assertThat(room.taken()).isZero();
    }

    /// A flood leaves places for partitions that it does not reach.
    @Test
    void floodInSomePartitionsLeavesRoomForAnother() throws Exception {
        LogDirectory directory = LogFixture.open(LogFixture.ROOT, environment);
        List<PartitionLog> logs = logs(directory);
        for (int id = 0; id < 2_000; id++) for (PartitionLog log : logs.subList(0, 3)) append(log, FLOOD + id, 0);
        PartitionLog quiet = logs.getLast();
        for (int id = 0; id < 100; id++) append(quiet, QUIET + id, 0);
        assertThat(quiet.activeProducers()).hasSize(100);
        assertThat(quiet.append(batchOf(QUIET, 0, 0, false, "a"), AppendOrigin.CLIENT, 0))
                .isInstanceOf(AppendResult.Duplicate.class);
    }

    /// Ids of one batch do not put out those that came back, and all are there again after a restart that has room.
    @Test
    void returningProducersOutliveTheFlood() throws Exception {
        LogDirectory directory = LogFixture.open(LogFixture.ROOT, environment);
        List<PartitionLog> logs = logs(directory);
        for (PartitionLog log : logs) for (int sequence = 0; sequence < 2; sequence++) append(log, QUIET, sequence);
        for (int id = 0; id < 500; id++) for (PartitionLog log : logs) append(log, FLOOD + id, 0);
        assertDuplicates(logs);
        fixture.runBackground();
        directory.close();
        List<PartitionLog> reopened = logs(LogFixture.open(LogFixture.ROOT, environment));
        assertDuplicates(reopened);
        assertThat(counted(reopened)).isEqualTo(room.taken()).isLessThanOrEqualTo(MAX);
    }

    /// Transactions that never begin: their coordinator says no, or nothing.
    @Test
    void verificationsOfManyPartitionsAreBounded() throws Exception {
        LogDirectory directory = LogFixture.open(LogFixture.ROOT, environment);
        List<PartitionLog> logs = logs(directory);
        for (int id = 0; id < 500; id++)
            for (PartitionLog log : logs)
                assertThat(log.startVerification(FLOOD + id, (short) 0, true)).isPresent();
        assertThat(room.taken()).isBetween(MAX / 2, MAX);
        for (PartitionLog log : logs) append(log, QUIET, 0);
        assertThat(counted(logs)).isEqualTo(PARTITIONS);
        directory.close();
        assertThat(room.taken()).isZero();
    }

    /// Random changes of a few partitions: what is counted is what they hold. A failure names its seed.
    @Test
    void countIsThatOfThePartitions() {
        for (long seed = 1; seed <= 100; seed++) {
            var random = new SplittableRandom(seed);
            var shared = new ProducerRoom(60);
            var all = new ArrayList<Producers>();
            for (int i = 0; i < 4; i++) all.add(new Producers(LogFixture.PARTITION, new OpenTransactions(), 50, 40));
            for (Producers each : all) each.enter(shared);
            for (int step = 0; step < 500; step++) {
                Producers producers = all.get(random.nextInt(4));
                switch (random.nextInt(40)) {
                    case 0 -> producers.startOver(0);
                    case 1 -> producers.expire(step / 2);
                    case 2 -> {
                        producers.leave();
                        producers.enter(shared);
                    }
                    default -> producers.restore(new ProducerEntry(random.nextInt(500)), step);
                }
                int held = all.stream().mapToInt(Producers::count).sum();
                assertThat(shared.taken()).as("seed %d step %d", seed, step).isEqualTo(held);
                assertThat(held).as("seed %d step %d", seed, step).isLessThanOrEqualTo(60 + 4 * ProducerRoom.FLOOR);
            }
        }
    }

    private List<PartitionLog> logs(LogDirectory directory) throws Exception {
        var logs = new ArrayList<PartitionLog>();
        for (int i = 0; i < PARTITIONS; i++)
            logs.add(LogFixture.opened(directory.openLog(
                            new TopicPartition(LogFixture.PARTITION.topic(), i), LogFixture.TOPIC_ID, fixture.config))
                    .log());
        return logs;
    }

    private static void assertDuplicates(List<PartitionLog> logs) throws Exception {
        for (PartitionLog log : logs)
            assertThat(log.append(batchOf(QUIET, 0, 1, false, "a"), AppendOrigin.CLIENT, 0))
                    .isInstanceOf(AppendResult.Duplicate.class);
    }

    private static int counted(List<PartitionLog> logs) {
        return logs.stream().mapToInt(log -> log.activeProducers().size()).sum();
    }

    private static void append(PartitionLog log, long producerId, int sequence) throws Exception {
        appended(log.append(batchOf(producerId, 0, sequence, false, "a"), AppendOrigin.CLIENT, 0));
    }
}
