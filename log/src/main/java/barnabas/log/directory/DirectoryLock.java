package barnabas.log.directory;

import barnabas.base.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/// The lock of a log directory against other processes: `.lock`.
final class DirectoryLock {
    private static final String NAME = ".lock";

    private DirectoryLock() {}

    /// Creates the directory when it is missing, and locks it. Empty when another process has.
    static Optional<Closeable> take(Path path, Disk disk) throws IOException {
        create(path, disk);
        return disk.tryLock(path.resolve(NAME));
    }

    /// With those above it, so that their names are on disk too.
    private static void create(Path path, Disk disk) throws IOException {
        var parents = new ArrayList<Path>();
        for (var at = path.toAbsolutePath(); at != null && !disk.exists(at); at = at.getParent())
            if (at.getParent() != null) parents.add(at.getParent());
        disk.createDirectories(path);
        for (var parent : parents) disk.forceDirectory(parent);
    }

    static void releaseAfterFailure(Closeable lock) {
        try {
            lock.close();
        } catch (IOException secondary) {
            // the failure that brought us here is the one to report
            return;
        }
    }

    /// The JDK's file exceptions often have nothing but the file's name as message.
    static String reasonOf(IOException failed) {
        return switch (failed) {
            case FileAlreadyExistsException _ -> failed.getMessage() + " is a file";
            case AccessDeniedException _ -> "access to " + failed.getMessage() + " is denied";
            default -> failed.getClass().getSimpleName() + ": " + failed.getMessage();
        };
    }
}
