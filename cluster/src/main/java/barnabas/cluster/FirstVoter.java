package barnabas.cluster;

import barnabas.base.Disk;
import barnabas.broker.Membership.Home;
import barnabas.config.MetadataConfig.Quorum;
import barnabas.metadata.log.KnownVoters;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.Voter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Decides whether a node becomes the first voter of a quorum whose voters stand in its log (KIP-853): its log has been
/// that of a node alone, and no other controller that the settings name has a quorum.
///
/// @param isController whether the node may vote
record FirstVoter(Home home, boolean isController, Quorum settings) {
    /// @param others controllers of other nodes
    /// @throws IOException when the log belongs to another quorum than the settings say
    boolean isNeeded(Disk disk, OtherControllers others) throws IOException, InterruptedException {
        if (!settings.voters().isEmpty()) return false;
        KnownVoters known = KnownVoters.read(home.directory(), disk);
        if (!isController) return false;
        if (!known.voters().isEmpty()) {
            checkDirectory(known.voters());
            return false;
        }
        if (!known.electors().isEmpty() && !known.isAlone(home.nodeId()))
            throw new IOException(log() + " belongs to a quorum with the static voters " + known.electors()
                    + ": start it with controller.quorum.voters");
        List<OtherControllers.Answer> answers = others.ask();
        for (OtherControllers.Answer each : answers) check(known, each);
        if (!known.hasLog() && answers.isEmpty() && others.isEmpty())
            throw new IOException(log() + " is empty, and controller.quorum.bootstrap.servers names no other controller"
                    + " to join: format the first node of a cluster with --standalone");
        return known.hasLog();
    }

    private Path log() {
        return home.directory().resolve(LocalMetadataLog.DIRECTORY_NAME);
    }

    /// The only voter is the one directory that has the log.
    private void checkDirectory(List<Voter> voters) throws IOException {
        Voter first = voters.getFirst();
        if (voters.size() > 1 || first.nodeId() != home.nodeId()) return;
        if (!first.directoryId().equals(home.directoryId()))
            throw new IOException(log() + " has one voter, node " + first.nodeId() + " with the directory "
                    + first.directoryId() + ", and the id of " + home.directory() + " is " + home.directoryId()
                    + " (directory.id in meta.properties)");
    }

    private void check(KnownVoters known, OtherControllers.Answer other) throws IOException {
        if (!other.clusterId().equals(home.clusterId()))
            throw new IOException(home.directory() + " belongs to cluster " + home.clusterId()
                    + ", and the controller at " + other.address()
                    + " (controller.quorum.bootstrap.servers) to cluster " + other.clusterId());
        if (known.hasLog() && !other.controllers().isEmpty())
            throw new IOException(log() + " is that of a node alone, and the controller at " + other.address()
                    + " has a quorum of this cluster with the voters " + other.controllers()
                    + ": empty the directories of this node to let it join");
    }
}
