package barnabas.log.file;

import java.io.IOException;
import java.nio.file.Path;

/// Bytes inside a segment that are no batch. The disk as such works, and other segments can be read.
public final class DamagedSegment extends IOException {
    private static final long serialVersionUID = 1;

    /// @param position of the first byte that belongs to no batch
    /// @param offset of the first record that is missing
    public DamagedSegment(Path file, long position, long offset) {
        super(file + " is damaged at byte " + position + ", offset " + offset
                + ": no batch there; see barnabas log repair");
    }
}
