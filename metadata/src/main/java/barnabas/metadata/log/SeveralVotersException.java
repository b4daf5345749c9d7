package barnabas.metadata.log;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import java.util.List;

/// The metadata belongs to a quorum of several nodes, which this version cannot be a part of. Serving it alone would
/// make a second cluster of it.
public final class SeveralVotersException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    SeveralVotersException(Path file, List<Integer> voters) {
        super(file + " names the voters " + voters + " of a quorum of several nodes, which is not served: there is no"
                + " cluster of several nodes yet");
    }
}
