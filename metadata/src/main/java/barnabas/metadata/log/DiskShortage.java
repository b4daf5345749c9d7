package barnabas.metadata.log;

import barnabas.base.DiskError;
import java.io.IOException;

/// A write that something is short for: space, file descriptors or memory. The file is as it was before the write, and
/// the same write works when there is enough again.
final class DiskShortage extends IOException {
    private static final long serialVersionUID = 1;

    private DiskShortage(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /// @return the exception to throw: a shortage, or `cause` when the disk has failed
    static IOException of(IOException cause) {
        return DiskError.of(cause).isShortage() ? new DiskShortage(cause) : cause;
    }
}
