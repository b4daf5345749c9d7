package barnabas.metadata.log;

import java.io.IOException;
import java.nio.file.Path;

/// Records are missing or damaged that were committed, or may have been. The log is not opened; only an operator
/// accepts the loss, with `barnabas log repair`.
public final class MetadataLogDamage extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Path file;
    private final long lostBytes;
    private final long position;
    private final long offset;
    private final String reason;

    /// @param file with the first damaged byte
    /// @param position in `file`, up to which everything is good
    /// @param offset of the first record that is not good
    /// @param lostBytes from `position` to the end of the log
    MetadataLogDamage(Path file, long position, long offset, long lostBytes, String reason) {
        super("the metadata log is damaged: " + file + " is good up to byte " + position + ", offset " + offset
                + ", but " + reason + "; to accept the loss of what follows: barnabas log repair " + dataDirectory(file)
                + " --partition " + LocalMetadataLog.DIRECTORY_NAME);
        this.file = file;
        this.lostBytes = lostBytes;
        this.position = position;
        this.offset = offset;
        this.reason = reason;
    }

    private static String dataDirectory(Path file) {
        var directory = file.getParent();
        var parent = directory == null ? null : directory.getParent();
        return parent == null ? "." : parent.toString();
    }

    public Path file() {
        return file;
    }

    public long position() {
        return position;
    }

    public long offset() {
        return offset;
    }

    public long lostBytes() {
        return lostBytes;
    }

    public String reason() {
        return reason;
    }
}
