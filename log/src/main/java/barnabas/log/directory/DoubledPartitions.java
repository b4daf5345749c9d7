package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.TopicPartition;
import barnabas.log.file.LogFiles;
import barnabas.log.recovery.JournalRecovery;
import barnabas.log.recovery.KeptBatches;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Partitions that lie in more than one directory of `log.dirs`, after moves and strays are settled: a directory
/// came back that was away at earlier starts, or was copied. Which of the logs has the acknowledged records cannot be
/// known.
public final class DoubledPartitions {
    private DoubledPartitions() {}

    /// Deletes what is only the note of a log that was gone, where the log is back.
    ///
    /// @return one line for each partition that has several logs
    public static List<String> settle(List<LogDirectory> directories, Disk disk) throws IOException {
        var holders = new TreeMap<TopicPartition, List<LogDirectory>>();
        for (var directory : directories)
            for (var partition : directory.partitions())
                holders.computeIfAbsent(partition, _ -> new ArrayList<>()).add(directory);
        var problems = new ArrayList<String>();
        for (var each : holders.entrySet()) {
            if (each.getValue().size() < 2) continue;
            var logs = withoutNotes(each.getKey(), each.getValue(), disk);
            if (logs.size() < 2) continue;
            problems.add("Partition " + each.getKey() + " lies in "
                    + String.join(
                            " and ",
                            logs.stream()
                                    .map(directory ->
                                            home(directory, each.getKey()).toString())
                                    .toList())
                    + ": move one of them away");
        }
        return problems;
    }

    private static List<LogDirectory> withoutNotes(TopicPartition partition, List<LogDirectory> holders, Disk disk)
            throws IOException {
        var logs = new ArrayList<LogDirectory>();
        var notes = new ArrayList<LogDirectory>();
        for (var each : holders) (isOnlyNoted(home(each, partition), disk) ? notes : logs).add(each);
        if (!logs.isEmpty()) for (var each : notes) each.deleteLog(partition);
        return logs.isEmpty() ? notes : logs;
    }

    private static Path home(LogDirectory directory, TopicPartition partition) {
        return directory.path().resolve(partition.toString());
    }

    /// True when the directory holds no record, but the note that says that they are gone.
    private static boolean isOnlyNoted(Path home, Disk disk) throws IOException {
        boolean noted = false;
        for (var name : LogFiles.namesIn(disk, home)) {
            noted |= name.equals(JournalRecovery.GAP);
            if (name.equals(KeptBatches.FILE)) return false;
            if (LogFiles.offsetIn(name, LogFiles.LOG).isPresent() && disk.sizeBytes(home.resolve(name)) > 0)
                return false;
        }
        return noted;
    }
}
