package barnabas.log.directory;

import barnabas.log.LogEnvironment;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Takes a directory of `log.dirs` into use: locks it, and finds out whether it belongs to this broker.
record DirectoryOpening(Path path, LogDirectory.Identity identity, LogEnvironment environment) {
    LogDirectory.Opening open() {
        try {
            return openOrThrow();
        } catch (IOException failed) {
            return new LogDirectory.Opening.Refused(path, String.valueOf(failed.getMessage()));
        }
    }

    /// As [#open], but what the disk refuses is thrown: Refused is a directory that is not this broker's to use.
    ///
    /// @throws IOException with one clear line for the operator
    LogDirectory.Opening openOrThrow() throws IOException {
        Optional<Closeable> lock = Optional.empty();
        try {
            lock = DirectoryLock.take(path, environment.disk());
            if (lock.isEmpty())
                return new LogDirectory.Opening.Refused(
                        path, "the directory " + path + " is in use by another process");
            var opening = openLocked(lock.get());
            if (opening instanceof LogDirectory.Opening.Refused) lock.get().close();
            return opening;
        } catch (IOException failed) {
            lock.ifPresent(DirectoryLock::releaseAfterFailure);
            throw new IOException(
                    "the directory " + path + " cannot be used: " + DirectoryLock.reasonOf(failed), failed);
        }
    }

    private LogDirectory.Opening openLocked(Closeable lock) throws IOException {
        var claim = MetaProperties.claim(path, identity, environment);
        if (claim instanceof MetaProperties.Claim.Refused(var reason))
            return new LogDirectory.Opening.Refused(path, reason);
        var owner = ((MetaProperties.Claim.Owned) claim).owner();
        return new LogDirectory.Opening.Opened(LogDirectory.owned(path, owner, environment, lock));
    }
}
