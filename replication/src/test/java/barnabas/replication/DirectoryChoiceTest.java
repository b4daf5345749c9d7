package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ForwardingDisk;
import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.config.TopicConfig;
import barnabas.log.TopicPartition;
import barnabas.log.directory.LogDirectory;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The directory of `log.dirs` that a new partition comes to.
class DirectoryChoiceTest {
    private static final Path ONE = Path.of("/one");
    private static final Path TWO = Path.of("/two");
    private static final Uuid TOPIC = new Uuid(1, 2);
    private static final long UNKNOWN = -1;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final Map<Path, Long> usable = new HashMap<>();
    private final List<LogDirectory> directories = List.of(open(ONE), open(TWO));
    private final LocalPartitions partitions = new LocalPartitions(1, directories, _ -> false, 30_000, clock);

    /// Two file systems, each with its free space.
    private final class Disks extends ForwardingDisk {
        Disks(Path root) {
            super(new SimulatedDisk(root.hashCode(), clock));
        }

        @Override
        public long usableBytes(Path path) throws IOException {
            long bytes = usable.getOrDefault(path, Long.MAX_VALUE);
            if (bytes == UNKNOWN) throw new FileSystemException(path.toString(), null, "Input/output error");
            return bytes;
        }
    }

    private LogDirectory open(Path root) {
        return TestDirectory.open(root, new Disks(root), clock);
    }

    private void host(int from, int to) {
        var leadership = new PartitionState(1, 0, 0, List.of(1), List.of(1));
        for (int i = from; i < to; i++)
            partitions.host(new LocalPartitions.Replica(
                    new TopicPartition("t", i), TOPIC, leadership, TopicConfig.DEFAULTS, false, null));
    }

    private List<Integer> counts() {
        return directories.stream().map(LogDirectory::logCount).toList();
    }

    @Test
    void partitionsAreSpreadOverDirectoriesWithSpace() {
        host(0, 6);
        assertThat(counts()).containsExactly(3, 3);
    }

    @Test
    void fullDirectoryGetsNoNewPartition() {
        host(0, 2);
        usable.put(TWO, 1L << 20);
        host(2, 8);
        assertThat(counts()).containsExactly(7, 1);
        usable.put(TWO, 1L << 30);
        host(8, 14);
        assertThat(counts()).as("it has space again").containsExactly(7, 7);
    }

    @Test
    void directoryWhoseSpaceIsUnknownGetsNoNewPartition() {
        usable.put(ONE, UNKNOWN);
        host(0, 4);
        assertThat(counts()).containsExactly(0, 4);
    }

    @Test
    void partitionsAreSpreadWhereNoDirectoryHasSpace() {
        usable.put(ONE, 0L);
        usable.put(TWO, 0L);
        host(0, 4);
        assertThat(counts()).containsExactly(2, 2);
    }
}
