package barnabas.log.segment;

import barnabas.base.Disk;
import barnabas.log.LogEnvironment;
import barnabas.log.TopicPartition;
import barnabas.log.file.DirectoryHealth;
import barnabas.log.file.DirectoryJournal;
import barnabas.log.file.OpenFiles;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Which partition, and where it lies. Immutable but for the directory, which gets another name when the log takes the
/// place of the one that it is a copy of.
public final class LogPlace {
    private final TopicPartition partition;
    private final Optional<Uuid> topicId;
    private final LogEnvironment environment;
    private final OpenFiles files;
    private final DirectoryHealth health;
    private final DirectoryJournal journal;
    private final CheckpointFloor checkpointFloor;
    private volatile Path directory;

    /// Offsets of a partition in the directory's checkpoints.
    public interface CheckpointFloor {
        /// Returns when nothing on disk promises anything at or above `offset`: neither that it was flushed nor that
        /// the log starts there.
        void withdraw(TopicPartition partition, long offset) throws IOException;
    }

    /// @param files shared by all logs of a directory
    public LogPlace(
            TopicPartition partition,
            Optional<Uuid> topicId,
            Path directory,
            LogEnvironment environment,
            OpenFiles files,
            DirectoryHealth health,
            DirectoryJournal journal,
            CheckpointFloor checkpointFloor) {
        this.partition = partition;
        this.topicId = topicId;
        this.directory = directory;
        this.environment = environment;
        this.files = files;
        this.health = health;
        this.journal = journal;
        this.checkpointFloor = checkpointFloor;
    }

    public TopicPartition partition() {
        return partition;
    }

    public Optional<Uuid> topicId() {
        return topicId;
    }

    public Path directory() {
        return directory;
    }

    public LogEnvironment environment() {
        return environment;
    }

    public DirectoryHealth health() {
        return health;
    }

    public DirectoryJournal journal() {
        return journal;
    }

    public CheckpointFloor checkpointFloor() {
        return checkpointFloor;
    }

    public Disk disk() {
        return environment.disk();
    }

    public void renamed(Path target) {
        directory = target;
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    public Segment newSegment(long baseOffset, long sizeBytes) {
        return newSegment(baseOffset, sizeBytes, "");
    }

    public Segment newSegment(long baseOffset, long sizeBytes, String suffix) {
        return new Segment(
                files, directory, baseOffset, sizeBytes, environment.clock().millis(), suffix);
    }
}
