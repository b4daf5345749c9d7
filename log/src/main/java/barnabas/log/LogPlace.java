package barnabas.log;

import barnabas.base.Disk;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Which partition, and where it lies.
///
/// @param files shared by all logs of a directory
record LogPlace(
        TopicPartition partition,
        Optional<Uuid> topicId,
        Path directory,
        LogEnvironment environment,
        OpenFiles files,
        DirectoryHealth health,
        DirectoryJournal journal,
        Promises promises) {
    /// What the directory's checkpoints promise of a partition.
    interface Promises {
        /// Returns when nothing on disk promises anything at or above `offset`: neither that it was flushed nor that
        /// the log starts there.
        void withdraw(TopicPartition partition, long offset) throws IOException;
    }

    Disk disk() {
        return environment.disk();
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    Segment newSegment(long baseOffset, long sizeBytes) {
        return newSegment(baseOffset, sizeBytes, "");
    }

    Segment newSegment(long baseOffset, long sizeBytes, String suffix) {
        return new Segment(
                files, directory, baseOffset, sizeBytes, environment.clock().millis(), suffix);
    }
}
