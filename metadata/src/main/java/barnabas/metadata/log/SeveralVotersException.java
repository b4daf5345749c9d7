package barnabas.metadata.log;

import java.io.IOException;
import java.io.Serial;

/// The metadata belongs to a quorum of other nodes. Serving it alone would make a second cluster of it.
public final class SeveralVotersException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    SeveralVotersException(MetadataDirectory directory, KnownVoters known) {
        super(directory + " belongs to a quorum with the voters " + known.ids()
                + ", and a node alone would make a second"
                + " cluster of it: name their controllers in controller.quorum.bootstrap.servers, or all of them in"
                + " controller.quorum.voters where the quorum was made with it");
    }
}
