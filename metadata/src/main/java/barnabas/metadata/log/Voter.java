package barnabas.metadata.log;

import barnabas.protocol.Uuid;
import java.util.List;

/// A node that votes in the quorum.
///
/// @param directoryId the directory its copy of the log is in; [Uuid#ZERO] when it is not known
public record Voter(int nodeId, Uuid directoryId, List<Endpoint> endpoints) {
    public record Endpoint(String listener, String host, int port) {}
}
