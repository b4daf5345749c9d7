package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.LogEnvironment;
import barnabas.protocol.Uuid;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A directory without partitions, locked, that belongs to this node: `metadata.log.dir` beside `log.dirs`. Two
/// processes that write one metadata log overwrite what the other has acknowledged.
///
/// ```
/// .lock             held while a process uses the directory
/// meta.properties   version, cluster.id, node.id, directory.id
/// ```
public final class OwnedDirectory implements Closeable {
    private final Closeable lock;

    /// Result of taking a directory into use.
    public sealed interface Taking {
        record Taken(OwnedDirectory directory) implements Taking {}

        /// One clear line for the operator.
        record Refused(String reason) implements Taking {}
    }

    private OwnedDirectory(Closeable lock) {
        this.lock = lock;
    }

    /// Locks the directory, creating it (with `meta.properties`) when it is missing.
    public static Taking take(Path path, LogDirectory.Identity identity, LogEnvironment environment) {
        Optional<Closeable> lock = Optional.empty();
        try {
            lock = DirectoryLock.take(path, environment.disk());
            if (lock.isEmpty()) return new Taking.Refused("the directory " + path + " is in use by another process");
            if (MetaProperties.claim(path, identity, environment) instanceof MetaProperties.Claim.Refused(var reason)) {
                lock.get().close();
                return new Taking.Refused(reason);
            }
            return new Taking.Taken(new OwnedDirectory(lock.get()));
        } catch (IOException failed) {
            lock.ifPresent(DirectoryLock::releaseAfterFailure);
            return new Taking.Refused("the directory " + path + " cannot be used: " + DirectoryLock.reasonOf(failed));
        }
    }

    /// Gives a formatted directory, which no process uses, another id.
    public static void identify(Path path, Uuid directoryId, Disk disk) throws IOException {
        MetaProperties.identify(path, directoryId, disk);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
