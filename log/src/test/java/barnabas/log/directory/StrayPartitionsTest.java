package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.TOPIC_ID;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.opened;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.SimulatedCrash;
import barnabas.log.AppendOrigin;
import barnabas.log.Belonging;
import barnabas.log.LogFixture;
import barnabas.log.TopicPartition;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A directory in a log directory belongs to a topic by its id, whatever its name is.
class StrayPartitionsTest {
    private static final Uuid OTHER = new Uuid(7, 8);
    private static final int SEEDS = 400;
    private static final int STEPS = 40;
    private static final int TOPICS = 3;

    private final LogFixture fixture = new LogFixture(LogFixture.SMALL);

    private List<String> strays() {
        return fixture.disk.list(ROOT).stream()
                .map(Path::getFileName)
                .map(String::valueOf)
                .filter(name -> name.endsWith("-stray"))
                .toList();
    }

    @Test
    void anotherTopicOfTheSameNameBeginsEmpty() throws Exception {
        for (boolean cleanly : new boolean[] {false, true}) {
            var directory = fixture.openDirectory();
            append(
                    opened(directory.openLog(PARTITION, TOPIC_ID, LogFixture.SMALL))
                            .log(),
                    "old");
            if (cleanly) directory.close();
            else fixture.disk.keepCache();
            var again = fixture.openDirectory();
            var log = opened(again.openLog(PARTITION, OTHER, LogFixture.SMALL)).log();
            assertThat(log.logEndOffset()).isZero();
            assertThat(log.topicId()).contains(OTHER);
            assertThat(strays()).hasSize(1).allMatch(name -> name.matches("t-0\\.[0-9a-f]{32}-stray"));
            again.deleteLog(PARTITION);
            again.close();
            fixture.disk.delete(ROOT.resolve("nothing"));
            for (var stray : strays()) {
                for (var file : fixture.disk.list(ROOT.resolve(stray))) fixture.disk.delete(file);
                fixture.disk.delete(ROOT.resolve(stray));
            }
        }
    }

    @Test
    void unknownPartitionsAreSetAsideAndDeletedOnesGo() throws Exception {
        var kept = new TopicPartition("kept", 0);
        var deleted = new TopicPartition("deleted", 0);
        var unknown = new TopicPartition("unknown", 0);
        var directory = fixture.openDirectory();
        for (var each : List.of(kept, deleted, unknown))
            append(
                    opened(directory.openLog(each, new Uuid(1, each.topic().length()), LogFixture.SMALL))
                            .log(),
                    "x");
        fixture.disk.keepCache();
        var again = fixture.openDirectory();
        again.matchWith((partition, topicId) -> {
            assertThat(topicId).contains(new Uuid(1, partition.topic().length()));
            return partition.equals(kept)
                    ? Belonging.HERE
                    : partition.equals(deleted) ? Belonging.DELETED : Belonging.NOWHERE;
        });
        again.removeDeletedFiles(fixture.clock.nanos());
        assertThat(again.partitions()).containsExactly(kept);
        assertThat(strays()).hasSize(1).allMatch(name -> name.startsWith("unknown-0."));
        assertThat(fixture.disk.listing()).noneMatch(line -> line.contains("deleted-0"));
    }

    @Test
    void aDamagedPartitionCanBeDeletedAndCreatedAgain() throws Exception {
        var directory = fixture.openDirectory();
        var log =
                opened(directory.openLog(PARTITION, TOPIC_ID, LogFixture.SMALL)).log();
        while (log.segmentCount() < 3) append(log, "x".repeat(100));
        directory.close();
        fixture.disk.delete(ROOT.resolve("t-0/00000000000000000000.log"));
        var again = fixture.openDirectory();
        again.deleteLogs(List.of(PARTITION), OTHER);
        assertThat(again.holds(PARTITION)).as("another topic's").isTrue();
        again.deleteLogs(List.of(PARTITION), TOPIC_ID);
        assertThat(again.holds(PARTITION)).isFalse();
        assertThat(opened(again.openLog(PARTITION, OTHER, LogFixture.SMALL))
                        .log()
                        .logEndOffset())
                .isZero();
    }

    @Test
    void directoriesWithOddNamesAreNoPartitions() throws Exception {
        fixture.disk.createDirectories(ROOT.resolve("t-00"));
        fixture.disk.createDirectories(ROOT.resolve("t-01"));
        fixture.disk.createDirectories(ROOT.resolve("t-10"));
        assertThat(fixture.openDirectory().partitions()).containsExactly(new TopicPartition("t", 10));
    }

    @Test
    void aNameThatIsTooLongFailsThatPartitionAlone() throws Exception {
        var directory = fixture.openDirectory();
        var tooLong = new TopicPartition("n".repeat(250), 123_456);
        assertThat(directory.openLog(tooLong, TOPIC_ID, LogFixture.SMALL)).isInstanceOf(LogOpening.Failed.class);
        assertThat(directory.failure()).isEmpty();
        append(fixture.openLog(directory), "x");
    }

    /// A metadata log, as far as it matters here: the id of each topic that exists.
    private static final class Topics {
        final Map<String, Uuid> existing = new HashMap<>();
        final Map<Uuid, String> ever = new HashMap<>();
        long next = 1;

        Belonging belonging(TopicPartition partition, Optional<Uuid> topicId) {
            if (topicId.isEmpty()) return existing.containsKey(partition.topic()) ? Belonging.HERE : Belonging.NOWHERE;
            if (topicId.get().equals(existing.get(partition.topic()))) return Belonging.HERE;
            return ever.containsKey(topicId.get()) ? Belonging.DELETED : Belonging.NOWHERE;
        }
    }

    /// Topics are created, written to, deleted and created again, with a crash at any change of the disk. The records
    /// of a partition are always those of its topic.
    @Test
    void recordsStayWithTheirTopicOverCrashes() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++)
            assertThat(foreignRecords(seed, false)).as("seed %d", seed).isEmpty();
    }

    /// The same with a directory that takes what has the right name.
    @Test
    void adoptionByNameIsNoticed() throws Exception {
        int noticed = 0;
        for (long seed = 1; seed <= SEEDS && noticed == 0; seed++)
            if (!foreignRecords(seed, true).isEmpty()) noticed++;
        assertThat(noticed).isPositive();
    }

    private static List<String> foreignRecords(long seed, boolean byName) throws Exception {
        var each = new LogFixture(seed, LogFixture.SMALL);
        var random = new SplittableRandom(seed);
        var topics = new Topics();
        var directory = each.openDirectory();
        for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(4) == 0) each.disk.stopAfter(1 + random.nextInt(30));
            try {
                perform(each, directory, topics, random, byName);
            } catch (SimulatedCrash stopped) {
                directory = restarted(each, topics, random, byName);
            }
            if (each.disk.stopped()) directory = restarted(each, topics, random, byName);
            var foreign = foreignRecords(directory, topics);
            if (!foreign.isEmpty()) return foreign;
        }
        return List.of();
    }

    private static LogDirectory restarted(LogFixture each, Topics topics, SplittableRandom random, boolean byName)
            throws IOException {
        if (random.nextBoolean()) each.disk.keepCache();
        else each.disk.loseFromCache();
        var directory = each.openDirectory();
        if (!byName) directory.matchWith(topics::belonging);
        for (var topic : topics.existing.entrySet()) open(each, directory, topic.getKey(), topic.getValue(), byName);
        return directory;
    }

    private static void open(LogFixture each, LogDirectory directory, String topic, Uuid id, boolean byName)
            throws IOException {
        var partition = new TopicPartition(topic, 0);
        var metadata = ROOT.resolve(partition.toString()).resolve("partition.metadata");
        // the planted bug: the id inside is not looked at
        if (byName && each.disk.exists(metadata)) each.disk.delete(metadata);
        var _ = directory.openLog(partition, id, LogFixture.SMALL);
    }

    private static void perform(
            LogFixture each, LogDirectory directory, Topics topics, SplittableRandom random, boolean byName)
            throws IOException {
        var name = "topic" + random.nextInt(TOPICS);
        var partition = new TopicPartition(name, 0);
        var id = topics.existing.get(name);
        if (id == null) {
            var fresh = new Uuid(3, topics.next++);
            // first the metadata log, then the directory
            topics.existing.put(name, fresh);
            topics.ever.put(fresh, name);
            open(each, directory, name, fresh, byName);
        } else if (random.nextInt(3) == 0) {
            topics.existing.remove(name);
            directory.deleteLogs(List.of(partition), id);
        } else {
            var log = directory.log(partition);
            if (log.isPresent()) {
                var _ = log.get().append(LogFixture.batch(id.toString()), AppendOrigin.CLIENT, 0);
                log.get().flush();
            }
        }
    }

    private static List<String> foreignRecords(LogDirectory directory, Topics topics) throws IOException {
        for (var topic : topics.existing.entrySet()) {
            var log = directory.log(new TopicPartition(topic.getKey(), 0));
            if (log.isEmpty()) continue;
            var foreign = valuesFrom(log.get(), 0).stream()
                    .filter(value -> !value.equals(topic.getValue().toString()))
                    .toList();
            if (!foreign.isEmpty()) return foreign;
        }
        return List.of();
    }

    /// A killed process may have created the partition and not have forced it. The next one says that records are
    /// durable, so it must force what its predecessor wrote.
    @Test
    void aPartitionWhoseCreatorWasKilledKeepsItsTopicIdInAPowerCut() throws Exception {
        int killed = 0;
        for (int changes = 1; changes < 30; changes++) {
            for (long seed = 1; seed <= 20; seed++) {
                var each = new LogFixture(seed, LogFixture.SMALL);
                var directory = each.openDirectory();
                each.disk.stopAfter(changes);
                try {
                    each.openLog(directory);
                } catch (SimulatedCrash expected) {
                    killed++;
                }
                each.disk.keepCache();
                var log = each.openLog(each.openDirectory());
                LogFixture.append(log, "a");
                log.flush();
                each.disk.loseFromCache();
                assertThat(PartitionMetadata.topicIdIn(each.disk, LogFixture.ROOT.resolve("t-0")))
                        .as("killed at change %d, seed %d", changes, seed)
                        .contains(LogFixture.TOPIC_ID);
            }
        }
        assertThat(killed).isGreaterThan(60);
    }
}
