package barnabas.log.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import barnabas.base.SimulatedCrash;
import barnabas.log.AppendOrigin;
import barnabas.log.Belonging;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.TopicPartition;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// A crash comes between what the metadata log says of a partition and its directories: topics are created, deleted
/// and created again, partitions move between two directories, retention and checkpoints run, and the machine stops in
/// any change of the disk. Afterwards each topic has its own records, all that were on disk, none that were
/// deleted, and no partition is taken for lost. More seeds: `-Dbarnabas.simulation.seeds=1000`.
class TopicsOverCrashesTest {
    private static final int SEEDS = Integer.getInteger("barnabas.simulation.seeds", 100);
    private static final long FIRST_SEED = Long.getLong("barnabas.simulation.first", 1);
    private static final int STEPS = 80;
    private static final int TOPICS = 4;
    private static final LogConfig CONFIG =
            LogFixture.SMALL.withRetention(new LogConfig.Retention(true, -1, 4000, 1000));

    @Test
    void everyTopicHasItsRecords() throws Exception {
        long crashes = 0;
        long moves = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
            var history = new History(seed, false);
            history.run();
            crashes += history.crashes;
            moves += history.moves;
        }
        assertThat(crashes).as("crashes").isGreaterThan(SEEDS);
        assertThat(moves).as("finished moves").isGreaterThan(SEEDS / 10);
    }

    /// The test can fail: directories that vanish while the machine is down are noticed.
    @Test
    void vanishedDirectoriesAreNoticed() {
        int noticed = 0;
        for (long seed = 1; seed <= 14; seed++)
            if (catchThrowable(new History(seed, true)::run) instanceof AssertionError) noticed++;
        assertThat(noticed).isGreaterThan(5);
    }

    /// A topic of the metadata log.
    private static final class Topic {
        final Uuid id;
        PartitionLog log;
        long forced;

        Topic(Uuid id, PartitionLog log) {
            this.id = id;
            this.log = log;
        }
    }

    private static final class History {
        private final long seed;
        private final boolean vanishes;
        private final SplittableRandom random;
        private final LogFixture fixture;
        private final Map<String, Topic> topics = new HashMap<>();
        private final Set<Uuid> deleted = new HashSet<>();
        private List<LogDirectory> directories = List.of();
        private long ids;
        private int step;
        long crashes;
        long moves;

        History(long seed, boolean vanishes) {
            this.seed = seed;
            this.vanishes = vanishes;
            random = new SplittableRandom(seed);
            fixture = new LogFixture(seed, CONFIG);
        }

        void run() throws IOException {
            start();
            for (step = 0; step < STEPS; step++) {
                if (random.nextInt(8) == 0) fixture.disk.stopAfter(1 + random.nextInt(40));
                try {
                    act();
                } catch (SimulatedCrash stopped) {
                    restart();
                }
                if (fixture.disk.stopped()) restart();
            }
            restart();
        }

        private void act() throws IOException {
            var name = "topic" + random.nextInt(TOPICS);
            var topic = topics.get(name);
            if (topic == null) create(name);
            else {
                switch (random.nextInt(14)) {
                    case 0 -> delete(name, topic);
                    case 1, 2 -> move(topic);
                    case 3, 4 -> flush(topic);
                    case 5 -> topic.log.applyRetention(fixture.clock.millis(), topic.forced);
                    case 6, 7 -> directories.get(random.nextInt(2)).checkpoint();
                    case 8 -> closeAndOpen();
                    default -> append(topic);
                }
            }
            fixture.runBackground();
            fixture.clock.advance(Duration.ofMillis(random.nextInt(900)));
            for (var each : directories) each.removeDeletedFiles(fixture.clock.nanos());
        }

        /// First the metadata log, then the directory.
        private void create(String name) {
            var topic = new Topic(new Uuid(3, ++ids), null);
            topics.put(name, topic);
            topic.log = opened(name, topic);
        }

        private void delete(String name, Topic topic) throws IOException {
            topics.remove(name);
            deleted.add(topic.id);
            for (var each : directories) each.deleteLogs(List.of(partition(name)), topic.id);
        }

        private void move(Topic topic) throws IOException {
            var partition = topic.log.partition();
            var source = directories.get(directories.get(0).holds(partition) ? 0 : 1);
            var target = directories.get(source == directories.get(0) ? 1 : 0);
            var move = LogMove.begin(source, target, topic.log);
            while (move.copy() > 0) fixture.runBackground();
            if (move.swap(log -> topic.log = log)) moves++;
        }

        private static void flush(Topic topic) throws IOException {
            long end = topic.log.logEndOffset();
            topic.log.flush();
            topic.forced = end;
        }

        private void append(Topic topic) {
            for (int i = 0; i < 5; i++)
                LogFixture.appended(topic.log.append(
                        LogFixture.batch(topic.id + "x".repeat(random.nextInt(300))), AppendOrigin.CLIENT, 0));
        }

        private void closeAndOpen() throws IOException {
            for (var each : directories) each.close();
            for (var each : topics.values()) each.forced = each.log.logEndOffset();
            start();
        }

        private void restart() throws IOException {
            crashes++;
            fixture.background.clear();
            boolean killed = random.nextBoolean();
            while (true) {
                if (killed) fixture.disk.keepCache();
                else fixture.disk.loseFromCache();
                if (vanishes) vanish();
                if (random.nextInt(4) == 0) fixture.disk.stopAfter(1 + random.nextInt(20));
                try {
                    start();
                    if (!fixture.disk.stopped()) break;
                } catch (SimulatedCrash again) {
                    crashes++;
                }
            }
            fixture.disk.stopAfter(Long.MAX_VALUE);
            for (var each : topics.values()) check(each);
        }

        private void vanish() throws IOException {
            var home = Path.of("/a/topic0-0");
            if (!fixture.disk.isDirectory(home)) return;
            for (var each : fixture.disk.list(home)) fixture.disk.delete(each);
            fixture.disk.delete(home);
        }

        /// As a node starts: the directories, then what the metadata log says of them.
        private void start() throws IOException {
            directories = List.of(directory("/a"), directory("/b"));
            LogMove.settle(directories);
            for (var each : directories) each.matchWith(this::belonging);
            for (var each : directories) each.keepLost(this::belonging, this::isHeld);
            for (var each : topics.entrySet()) each.getValue().log = opened(each.getKey(), each.getValue());
        }

        private LogDirectory directory(String path) {
            var identity = new LogDirectory.Identity(Optional.of("cluster"), 1);
            return switch (LogDirectory.open(Path.of(path), identity, fixture.environment)) {
                case LogDirectory.Opening.Opened(var opened) -> opened;
                case LogDirectory.Opening.Refused(var _, var reason) -> throw new AssertionError(reason);
            };
        }

        private static TopicPartition partition(String topic) {
            return new TopicPartition(topic, 0);
        }

        private boolean isHeld(TopicPartition partition) {
            return directories.stream().anyMatch(each -> each.holds(partition));
        }

        private Belonging belonging(TopicPartition partition, Optional<Uuid> id) {
            if (id.isPresent() && deleted.contains(id.get())) return Belonging.DELETED;
            var topic = topics.get(partition.topic());
            return topic != null && id.orElse(topic.id).equals(topic.id) ? Belonging.HERE : Belonging.NOWHERE;
        }

        private PartitionLog opened(String name, Topic topic) {
            var partition = partition(name);
            var held =
                    directories.stream().filter(each -> each.holds(partition)).findFirst();
            var directory = held.orElse(directories.get(random.nextInt(2)));
            var opening = directory.openLog(partition, topic.id, CONFIG);
            // a power cut may have torn segments that nothing had forced
            if (opening instanceof LogOpening.Damaged damaged
                    && damaged.offset() >= topic.forced
                    && !damaged.reason().contains("gone")) opening = directory.repairLog(partition, CONFIG);
            if (!(opening instanceof LogOpening.Opened))
                throw new AssertionError("seed " + seed + ", step " + step + ": " + opening);
            return ((LogOpening.Opened) opening).log();
        }

        private void check(Topic topic) throws IOException {
            var log = topic.log;
            assertThat(log.logEndOffset())
                    .as("seed %d, step %d: end of %s, forced", seed, step, log.partition())
                    .isGreaterThanOrEqualTo(topic.forced);
            assertThat(LogFixture.valuesFrom(log, log.logStartOffset()))
                    .as("seed %d, step %d: records of %s", seed, step, log.partition())
                    .allMatch(value -> value.startsWith(topic.id.toString()));
            assertThat(directories.stream().filter(each -> each.holds(log.partition())))
                    .as("seed %d, step %d: directories with %s", seed, step, log.partition())
                    .hasSize(1);
        }
    }
}
