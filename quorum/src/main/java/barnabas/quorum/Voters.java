package barnabas.quorum;

import barnabas.metadata.log.Voter;
import barnabas.protocol.Uuid;
import java.util.List;
import org.apache.kafka.common.message.VotersRecord;

/// The nodes that vote: from the settings, or as last written into the log (KIP-853).
record Voters(List<Voter> list) {
    static Voters fixed(QuorumSettings settings) {
        return new Voters(settings.staticVoters().entrySet().stream()
                .map(each -> new Voter(
                        each.getKey(),
                        Uuid.ZERO,
                        List.of(new Voter.Endpoint(
                                settings.controllerListener(),
                                each.getValue().getHostString(),
                                each.getValue().getPort()))))
                .toList());
    }

    boolean has(int nodeId, Uuid directoryId) {
        for (Voter each : list)
            if (each.nodeId() == nodeId && each.directoryId().equals(directoryId)) return true;
        return false;
    }

    /// Whether a voter with this id has an address.
    boolean hasAddress(int nodeId) {
        for (Voter each : list) if (each.nodeId() == nodeId && !each.endpoints().isEmpty()) return true;
        return false;
    }

    /// Place of a voter, by id, among those that are left without `leader`, from 0; -1 for a node that does not vote.
    int placeWithout(int leader, int nodeId) {
        int before = 0;
        boolean votes = false;
        for (Voter each : list) {
            if (each.nodeId() < nodeId && each.nodeId() != leader) before++;
            if (each.nodeId() == nodeId) votes = nodeId != leader;
        }
        return votes ? before : -1;
    }

    static Voters of(VotersRecord record) {
        return new Voters(record.voters().stream()
                .map(each -> new Voter(
                        each.voterId(),
                        new Uuid(
                                each.voterDirectoryId().getMostSignificantBits(),
                                each.voterDirectoryId().getLeastSignificantBits()),
                        each.endpoints().stream()
                                .map(at -> new Voter.Endpoint(at.name(), at.host(), at.port()))
                                .toList()))
                .toList());
    }
}
