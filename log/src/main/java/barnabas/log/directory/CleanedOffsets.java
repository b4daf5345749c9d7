package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.base.Mutex;
import barnabas.log.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Up to where each partition of a directory has been compacted: below this offset its keys are unique. Written after
/// every compaction, so that the next one begins where the last has ended. Thread-safe.
public final class CleanedOffsets {
    private final OffsetCheckpoint file;
    private final Mutex mutex = new Mutex();
    private final Map<TopicPartition, Long> known = new ConcurrentHashMap<>();

    CleanedOffsets(Disk disk, Path path) {
        this.file = new OffsetCheckpoint(disk, path);
    }

    /// @param present other partitions are forgotten
    void read(Collection<TopicPartition> present) throws IOException {
        known.putAll(file.read());
        known.keySet().retainAll(present);
    }

    /// 0 for a partition that was never compacted.
    public long of(TopicPartition partition) {
        return known.getOrDefault(partition, 0L);
    }

    public void put(TopicPartition partition, long offset) throws IOException {
        known.put(partition, offset);
        write();
    }

    /// Delete the entry of a partition before a new partition of this name starts.
    void forget(TopicPartition partition) throws IOException {
        known.remove(partition);
        if (file.mentions(partition)) write();
    }

    private void write() throws IOException {
        try (var _ = mutex.hold()) {
            file.write(Map.copyOf(known));
        }
    }
}
