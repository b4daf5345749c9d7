package barnabas.cli.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Standard error of a node's process, kept small: what is too long moves to `node.log.1`, in place of what was there.
/// The process goes on writing to the same file, at its end. Lines that it writes during a move may be lost.
final class NodeLog {
    static final long BYTES_MAX = 20 << 20;

    private NodeLog() {}

    /// The file that holds what was moved last.
    static Path before(Path log) {
        return log.resolveSibling(log.getFileName() + ".1");
    }

    /// @return whether the log was longer than `bytesMax` and is empty now
    static boolean rotate(Path log, long bytesMax) throws IOException {
        if (!Files.exists(log) || Files.size(log) <= bytesMax) return false;
        Files.copy(log, before(log), StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
            file.truncate(0);
        }
        return true;
    }
}
