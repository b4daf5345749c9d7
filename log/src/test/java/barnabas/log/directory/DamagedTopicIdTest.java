package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.TOPIC_ID;
import static barnabas.log.LogFixture.append;
import static barnabas.log.LogFixture.opened;
import static barnabas.log.LogFixture.valuesFrom;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.log.Belonging;
import barnabas.log.LogConfig;
import barnabas.log.LogFixture;
import barnabas.log.TopicPartition;
import barnabas.log.recovery.LogOpening;
import barnabas.protocol.Uuid;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A damaged topic id is never taken for that of another topic, whose log would begin empty.
class DamagedTopicIdTest {
    private static final Path FILE = ROOT.resolve("t-0/partition.metadata");

    private LogFixture withRecords() throws Exception {
        var fixture = new LogFixture(LogFixture.SMALL);
        append(fixture.openLog(fixture.openDirectory()), "one");
        fixture.disk.keepCache();
        return fixture;
    }

    @Test
    void theFileIsWhatKafkaReadsAndOneLine() throws Exception {
        var fixture = withRecords();
        assertThat(new String(fixture.disk.contentOf(FILE), StandardCharsets.UTF_8))
                .matches("version: 0\ntopic_id: " + TOPIC_ID + "\nbarnabas_crc32c: [0-9a-f]{8}\n");
    }

    /// Also at the start of a whole node, which first compares what is there with the cluster.
    @Test
    void noFlippedBitHidesRecords() throws Exception {
        var intact = withRecords().disk.contentOf(FILE);
        for (int bit = 0; bit < intact.length * 8; bit++) {
            var fixture = withRecords();
            var damaged = intact.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            fixture.disk.overwrite(FILE, damaged);
            var directory = fixture.openDirectory();
            directory.matchWith((_, id) -> id.orElse(TOPIC_ID).equals(TOPIC_ID) ? Belonging.HERE : Belonging.NOWHERE);
            var log = opened(directory.openLog(PARTITION, TOPIC_ID, LogFixture.SMALL))
                    .log();
            assertThat(valuesFrom(log, 0)).as("bit %d", bit).containsExactly("one");
            directory.close();
            assertThat(fixture.disk.contentOf(FILE))
                    .as("bit %d, after the next stop", bit)
                    .isEqualTo(intact);
        }
    }

    /// The same for the file that Kafka or an earlier version wrote, which has no check value.
    @Test
    void noFlippedBitInAFileOfKafkaHidesRecords() throws Exception {
        for (String lineBreak : List.of("", "\n")) {
            var intact = ("version: 0\ntopic_id: " + TOPIC_ID + lineBreak).getBytes(StandardCharsets.UTF_8);
            for (int bit = 0; bit < intact.length * 8; bit++) {
                var fixture = withRecords();
                var damaged = intact.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                fixture.disk.overwrite(FILE, damaged);
                var directory = fixture.openDirectory();
                directory.matchWith(new OneTopic());
                var log = opened(directory.openLog(PARTITION, TOPIC_ID, LogFixture.SMALL))
                        .log();
                assertThat(valuesFrom(log, 0)).as("bit %d", bit).containsExactly("one");
                fixture.disk.keepCache();
                assertThat(valuesFrom(fixture.openLog(fixture.openDirectory()), 0))
                        .as("bit %d, at the next start", bit)
                        .containsExactly("one");
            }
        }
    }

    /// A cluster that has the topic of the tests and no other.
    private record OneTopic() implements Belonging.Cluster {
        @Override
        public Belonging belonging(TopicPartition partition, Optional<Uuid> id) {
            return id.orElse(TOPIC_ID).equals(TOPIC_ID) ? Belonging.HERE : Belonging.NOWHERE;
        }

        @Override
        public Optional<Uuid> idOf(String topic) {
            return Optional.of(TOPIC_ID);
        }
    }

    /// Another topic's id differs in more than what bits that flip change.
    @Test
    void theIdOfAnotherTopicIsNoDamage() throws Exception {
        var fixture = withRecords();
        fixture.disk.overwrite(FILE, ("version: 0\ntopic_id: " + new Uuid(7, 8)).getBytes(StandardCharsets.UTF_8));
        var directory = fixture.openDirectory();
        directory.matchWith(new OneTopic());
        assertThat(directory.partitions()).isEmpty();
        assertThat(valuesFrom(fixture.openLog(directory), 0)).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadKeepsThePartitionOffline() throws Exception {
        for (String text : List.of("", "version: 0\n", "x".repeat(43))) {
            var fixture = withRecords();
            fixture.disk.overwrite(FILE, text.getBytes(StandardCharsets.UTF_8));
            for (int start = 0; start < 2; start++) {
                var directory = fixture.openDirectory();
                assertThat(directory.openLog(PARTITION, TOPIC_ID, LogFixture.SMALL))
                        .as(text)
                        .isInstanceOf(LogOpening.Damaged.class);
                directory.close();
            }
        }
    }

    /// The directory's checkpoint counts where the file says nothing.
    @Test
    void theCheckpointKnowsWhoseDirectoryItIs() throws Exception {
        for (boolean missing : new boolean[] {false, true}) {
            var fixture = new LogFixture(LogFixture.SMALL);
            var first = fixture.openDirectory();
            append(fixture.openLog(first), "one");
            first.checkpoint();
            fixture.disk.keepCache();
            if (missing) fixture.disk.delete(FILE);
            else fixture.disk.overwrite(FILE, new byte[0]);
            var directory = fixture.openDirectory();
            directory.matchWith(new OneTopic());
            assertThat(valuesFrom(fixture.openLog(directory), 0)).containsExactly("one");
        }
        var fixture = new LogFixture(LogFixture.SMALL);
        var first = fixture.openDirectory();
        append(fixture.openLog(first), "one");
        first.checkpoint();
        fixture.disk.keepCache();
        fixture.disk.delete(FILE);
        var other = fixture.openDirectory().openLog(PARTITION, new Uuid(7, 8), LogFixture.SMALL);
        assertThat(valuesFrom(opened(other).log(), 0))
                .as("records of another topic")
                .isEmpty();
    }

    @Test
    void anIdThatNothingProvesKeepsThePartitionOffline() throws Exception {
        var fixture = withRecords();
        fixture.disk.overwrite(
                FILE,
                ("version: 0\ntopic_id: " + new Uuid(7, 8) + "\nbarnabas_crc32c: 00000000\n")
                        .getBytes(StandardCharsets.UTF_8));
        for (int start = 0; start < 2; start++) {
            var directory = fixture.openDirectory();
            assertThat(directory.openLog(PARTITION, TOPIC_ID, LogFixture.SMALL))
                    .isInstanceOfSatisfying(
                            LogOpening.Damaged.class,
                            damaged -> assertThat(damaged.file()).isEqualTo(FILE));
            directory.close();
        }
        fixture.disk.delete(FILE);
        assertThat(valuesFrom(fixture.openLog(fixture.openDirectory()), 0)).containsExactly("one");
    }

    @Test
    void theJournalFindsTheLogOfADamagedId() throws Exception {
        var fixture =
                new LogFixture(LogFixture.SMALL.withFlush(new LogConfig.Flush(Long.MAX_VALUE, Long.MAX_VALUE, true)));
        var log = fixture.openLog(fixture.openDirectory());
        append(log, "one");
        while (log.durableEndOffset() < 1) Thread.onSpinWait();
        fixture.disk.loseFromCache();
        var damaged = fixture.disk.contentOf(FILE);
        damaged["version: 0\ntopic_id: ".length()] ^= 2;
        fixture.disk.overwrite(FILE, damaged);
        var directory = fixture.openDirectory();
        assertThat(directory.batchesReplayed()).isEqualTo(1);
        assertThat(valuesFrom(fixture.openLog(directory), 0)).containsExactly("one");
    }
}
