package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.file.CheckpointFile;
import barnabas.log.partition.ClosedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/// The mark of an orderly close, `.kafka_cleanshutdown` as Kafka writes it, and what that close knew of its logs.
record CleanShutdown(Disk disk, Path directory) {
    private static final String NAME = ".kafka_cleanshutdown";
    private static final String EPOCH = "\"brokerEpoch\":";

    private Path mark() {
        return directory.resolve(NAME);
    }

    /// The end of the last run; a mark without a readable epoch is one of a run without it.
    LastRun lastRun() throws IOException {
        Optional<String> text = CheckpointFile.text(disk, mark());
        return new LastRun(text.isPresent(), text.map(CleanShutdown::epochIn).orElse(LastRun.EPOCH_UNKNOWN));
    }

    private static long epochIn(String text) {
        int at = text.indexOf(EPOCH);
        int end = text.indexOf('}', Math.max(at, 0));
        if (at < 0 || end < 0) return LastRun.EPOCH_UNKNOWN;
        try {
            return Long.parseLong(text.substring(at + EPOCH.length(), end).trim());
        } catch (NumberFormatException damaged) {
            return LastRun.EPOCH_UNKNOWN;
        }
    }

    /// Reads what the last close left, and removes the mark: from now on a crash is possible.
    ClosedLogs take() throws IOException {
        var closed = ClosedLogs.take(disk, directory, mark());
        disk.delete(mark());
        // forced even without a mark: the process that removed it may have ended before its force
        disk.forceDirectory(directory);
        return closed;
    }

    /// @param brokerEpoch of the run that ends
    void write(Collection<ClosedLog> closed, long brokerEpoch) throws IOException {
        CheckpointFile.replace(disk, mark(), "{\"version\":0," + EPOCH + brokerEpoch + "}");
        ClosedLogs.write(disk, directory, mark(), closed);
    }
}
