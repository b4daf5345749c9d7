package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.LogConfig;
import barnabas.log.LogEnvironment;
import barnabas.log.TopicPartition;
import barnabas.log.file.DirectoryHealth;
import barnabas.log.file.LogFiles;
import barnabas.log.partition.LogHints;
import barnabas.log.partition.PartitionLog;
import barnabas.log.recovery.LogLoader;
import barnabas.log.recovery.LogOpening;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Copies of logs that move into a directory, `<topic>-<partition>.<id>-future`, as Kafka names them (KIP-113), and
/// the notes from which a start after a crash decides which of two logs is the valid one.
///
/// ```
/// <topic>-<partition>.<id>-future/   a copy that is not complete: worth nothing without the log that it copies
/// <topic>-<partition>.<id>-moved     a file: if the partition lies here, what lies elsewhere is an older copy
/// ```
///
/// Thread-safe.
final class FutureLogs {
    private static final String FUTURE = "-future";
    private static final String MOVED = "-moved";

    private final LogDirectory directory;
    private final LogEnvironment environment;
    private final Disk disk;
    private final Path parent;
    private final Map<TopicPartition, PartitionLog> open = new ConcurrentHashMap<>();

    FutureLogs(LogDirectory directory, LogEnvironment environment) {
        this.directory = directory;
        this.environment = environment;
        this.disk = environment.disk();
        this.parent = directory.path();
    }

    private Path named(TopicPartition partition, String suffix) {
        var random = environment.random();
        var id = String.format(Locale.ROOT, ".%016x%016x", random.nextLong(), random.nextLong());
        return parent.resolve(partition + id + suffix);
    }

    /// An empty log that is to become a copy of this one.
    PartitionLog begin(PartitionLog original) throws IOException {
        var partition = original.partition();
        directory.forgetPredecessor(partition);
        var home = named(partition, FUTURE);
        disk.createDirectories(home);
        if (original.topicId().isPresent())
            PartitionMetadata.create(disk, home, original.topicId().get());
        // the journal has what was acknowledged; a copy is forced at its end
        var config = original.config().withFlush(LogConfig.DEFAULTS.flush());
        return switch (LogLoader.open(
                directory.place(partition, original.topicId(), home), Set.of(), config, LogHints.NEW)) {
            case LogOpening.Opened opened -> {
                open.put(partition, opened.log());
                yield opened.log();
            }
            case LogOpening.Damaged damaged -> throw new IOException(damaged.reason());
            case LogOpening.Failed failed -> throw failed.cause();
        };
    }

    /// A complete copy becomes the directory's log of its partition.
    void adopt(PartitionLog log) throws IOException {
        var target = parent.resolve(log.partition().toString());
        disk.rename(log.directory(), target);
        log.moved(target);
        directory.adopted(log);
        open.remove(log.partition(), log);
    }

    void forceNames() throws IOException {
        disk.forceDirectory(parent);
    }

    List<PartitionLog> open() {
        return List.copyOf(open.values());
    }

    /// Deletes a copy that is not needed any more.
    void drop(PartitionLog log) throws IOException {
        open.remove(log.partition(), log);
        log.delete();
        log.releaseFiles();
        deleteTree(log.directory());
    }

    private void deleteTree(Path directory) throws IOException {
        for (var file : disk.list(directory)) disk.delete(file);
        disk.delete(directory);
    }

    /// See [LogMove#settle].
    void settle(List<LogDirectory> all) throws IOException {
        deleteLeft();
        for (var note : movesLeft()) {
            var partition = partitionOf(note);
            if (partition.isPresent() && directory.holds(partition.get()))
                for (var other : all) if (other != directory) other.deleteLog(partition.get());
            forgetMove(note);
        }
    }

    /// Deletes copies that were not complete when the process ended.
    private void deleteLeft() throws IOException {
        for (var entry : disk.list(parent)) {
            if (String.valueOf(entry.getFileName()).endsWith(FUTURE) && disk.isDirectory(entry)) deleteTree(entry);
        }
    }

    /// Notes on disk that the partition is about to move here.
    Path noteMove(TopicPartition partition) throws IOException {
        var note = named(partition, MOVED);
        try (var file = disk.open(note)) {
            DirectoryHealth.force(file);
        }
        disk.forceDirectory(parent);
        return note;
    }

    void forgetMove(Path note) throws IOException {
        disk.delete(note);
        disk.forceDirectory(parent);
    }

    /// Notes of moves whose end is not known.
    private List<Path> movesLeft() throws IOException {
        var left = new ArrayList<Path>();
        for (var entry : disk.list(parent)) {
            if (String.valueOf(entry.getFileName()).endsWith(MOVED) && !disk.isDirectory(entry)) left.add(entry);
        }
        return left;
    }

    /// The partition that a note is about.
    private static Optional<TopicPartition> partitionOf(Path note) {
        var name = String.valueOf(note.getFileName());
        int dot = name.length() - MOVED.length() - 33;
        return dot <= 0 || name.charAt(dot) != '.'
                ? Optional.empty()
                : LogFiles.partitionOf(note.resolveSibling(name.substring(0, dot)));
    }
}
