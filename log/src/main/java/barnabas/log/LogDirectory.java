package barnabas.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// One directory of `log.dirs`: the partitions in it, its lock and its checkpoint files. Owner: the broker;
/// methods may
/// be called from any
/// thread.
public class LogDirectory {
    private LogDirectory() {}

    /// What became of opening a directory.
    public sealed interface Opening {
        record Opened(LogDirectory directory) implements Opening {}

        /// One clear line for the operator: in use by another process, of another cluster or node, of a newer
        /// format,
        /// not writable.
        record Refused(Path path, String reason) implements Opening {}
    }

    /// Locks the directory, creating it (with `meta.properties`) when it is missing.
    public static Opening open(Path path, Identity identity, LogEnvironment environment) {
        return new Opening.Refused(path, "unfinished");
    }

    /// Whom a directory belongs to.
    ///
    /// @param clusterId empty takes the one found in the directory
    public record Identity(Optional<String> clusterId, int nodeId) {}

    /// What `meta.properties` says, without opening or locking anything; empty when there is none.
    public static Optional<String> clusterIdOf(Path path, LogEnvironment environment) throws IOException {
        return Optional.empty();
    }

    public Path path() {
        throw new UnsupportedOperationException();
    }

    public UUID directoryId() {
        throw new UnsupportedOperationException();
    }

    /// True when the last owner closed the directory in order: nothing will be scanned.
    public boolean wasClosedCleanly() {
        throw new UnsupportedOperationException();
    }

    /// Partitions found on disk.
    public List<TopicPartition> partitionsOnDisk() throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Opens the logs of all partitions on disk, up to `threads` at a time.
    public List<LogOpening> openLogs(Function<TopicPartition, LogConfig> configs, int threads)
            throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Opens one partition's log, creating it when it is missing.
    public LogOpening openLog(TopicPartition partition, UUID topicId, LogConfig config) {
        throw new UnsupportedOperationException();
    }

    /// Logs that are open.
    public List<PartitionLog> logs() {
        throw new UnsupportedOperationException();
    }

    public Optional<PartitionLog> log(TopicPartition partition) {
        throw new UnsupportedOperationException();
    }

    /// Takes the partition out of sight at once; its files go away after their delay.
    public void deleteLog(TopicPartition partition) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// The high watermarks as last checkpointed (`replication-offset-checkpoint`).
    public Map<TopicPartition, Long> highWatermarks() throws IOException {
        throw new UnsupportedOperationException();
    }

    public void checkpointHighWatermarks(Map<TopicPartition, Long> highWatermarks) throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Writes recovery points and log start offsets of all open logs.
    public void checkpoint() throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Removes files whose delete delay has passed.
    public void removeDeletedFiles(long nowMillis) throws IOException {
        throw new UnsupportedOperationException();
    }

    public long usableBytes() throws IOException {
        throw new UnsupportedOperationException();
    }

    /// Flushes and closes all logs, writes the checkpoints and the mark of a clean shutdown, and gives up the lock.
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }
}
