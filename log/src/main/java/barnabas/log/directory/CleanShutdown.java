package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.file.CheckpointFile;
import barnabas.log.partition.ClosedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/// The mark of an orderly close, `.kafka_cleanshutdown` as Kafka writes it, and what that close knew of its logs.
record CleanShutdown(Disk disk, Path directory) {
    private static final String NAME = ".kafka_cleanshutdown";

    private Path mark() {
        return directory.resolve(NAME);
    }

    boolean isMarked() throws IOException {
        return disk.exists(mark());
    }

    /// Reads what the last close left, and removes the mark: from now on a crash is possible.
    ClosedLogs take() throws IOException {
        var closed = ClosedLogs.take(disk, directory, mark());
        disk.delete(mark());
        // forced even without a mark: the process that removed it may have ended before its force
        disk.forceDirectory(directory);
        return closed;
    }

    void write(Collection<ClosedLog> closed) throws IOException {
        CheckpointFile.replace(disk, mark(), "{\"version\":0,\"brokerEpoch\":-1}");
        ClosedLogs.write(disk, directory, mark(), closed);
    }
}
