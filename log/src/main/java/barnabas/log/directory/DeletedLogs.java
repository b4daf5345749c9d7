package barnabas.log.directory;

import barnabas.base.CollectedFailures;
import barnabas.base.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Directories of deleted partitions, `<topic>-<partition>.<id>-delete`, until their delay has passed. Times are of
/// [barnabas.base.Clock#nanos], as a wall clock can be set back. Thread-safe.
final class DeletedLogs {
    static final String SUFFIX = "-delete";

    private final Disk disk;
    private final ConcurrentLinkedQueue<Deletion> waiting = new ConcurrentLinkedQueue<>();

    private record Deletion(Path directory, long dueNanos) {}

    DeletedLogs(Disk disk) {
        this.disk = disk;
    }

    void add(Path directory, long dueNanos) {
        waiting.add(new Deletion(directory, dueNanos));
    }

    /// One that can not be deleted is tried again, and does not keep the others.
    void removeDue(long nowNanos) throws IOException {
        var failures = new CollectedFailures();
        for (var each = waiting.iterator(); each.hasNext(); ) {
            var deletion = each.next();
            if (deletion.dueNanos() - nowNanos > 0) continue;
            failures.attempt(() -> {
                for (var file : disk.list(deletion.directory())) disk.delete(file);
                disk.delete(deletion.directory());
                each.remove();
            });
        }
        failures.rethrow();
    }
}
