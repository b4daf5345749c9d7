package barnabas.log;

import barnabas.base.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;

/// Directories of deleted partitions, `<topic>-<partition>.<id>-delete`, until their delay has passed.
final class DeletedLogs {
    private static final String SUFFIX = "-delete";
    /// The longest file name that file systems take.
    private static final int NAME_BYTES_MAX = 255;

    private final Disk disk;
    private final Path parent;
    private final ConcurrentLinkedQueue<Deletion> waiting = new ConcurrentLinkedQueue<>();

    private record Deletion(Path directory, long dueMillis) {}

    DeletedLogs(Disk disk, Path parent) {
        this.disk = disk;
        this.parent = parent;
    }

    /// What a predecessor left is due at once.
    void findLeft() throws IOException {
        for (var entry : disk.list(parent))
            if (String.valueOf(entry.getFileName()).endsWith(SUFFIX) && disk.isDirectory(entry)) add(entry, 0);
    }

    /// Where a partition's directory moves when it is deleted.
    Path placeFor(TopicPartition partition, RandomGenerator random) {
        var suffix = String.format(Locale.ROOT, ".%016x%016x", random.nextLong(), random.nextLong()) + SUFFIX;
        var name = partition.toString();
        return parent.resolve(name.substring(0, Math.min(name.length(), NAME_BYTES_MAX - suffix.length())) + suffix);
    }

    void add(Path directory, long dueMillis) {
        waiting.add(new Deletion(directory, dueMillis));
    }

    void removeDue(long nowMillis) throws IOException {
        for (var each = waiting.iterator(); each.hasNext(); ) {
            var deletion = each.next();
            if (deletion.dueMillis() > nowMillis) continue;
            for (var file : disk.list(deletion.directory())) disk.delete(file);
            disk.delete(deletion.directory());
            each.remove();
        }
    }
}
