package barnabas.quorum;

import barnabas.protocol.Uuid;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// Settings of a node's part in the quorum.
///
/// @param directoryId of the directory that holds the metadata log (`directory.id` in meta.properties)
/// @param canVote false for a node without the role controller, which only follows
/// @param staticVoters `controller.quorum.voters`; empty where the voters stand in the log (KIP-853)
/// @param founds whether a log that was a node's alone gets this node as its first voter
/// @param bootstrapServers `controller.quorum.bootstrap.servers`
/// @param controllerListener name of the listener through which controllers talk
/// @param ownListeners controller listeners of this node, by name; empty when it cannot vote
/// @param raft the settings `controller.quorum.*` by name; defaults hold for what is missing
/// @param segmentBytes `metadata.log.segment.bytes`
public record QuorumSettings(
        int nodeId,
        Uuid directoryId,
        String clusterId,
        boolean canVote,
        Map<Integer, InetSocketAddress> staticVoters,
        boolean founds,
        List<InetSocketAddress> bootstrapServers,
        String controllerListener,
        Map<String, InetSocketAddress> ownListeners,
        Map<String, String> raft,
        int segmentBytes) {}
