package barnabas.quorum;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataReserve;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.server.common.KRaftVersion;

/// A leader that a stopped voter of three remembers and that does not lead.
record FalseLeader(int id, int epoch) {
    void write(int voter, Disk disk) {
        Path directory = QuorumNodes.ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME);
        var space = new LogSpace(QuorumNodes.ROOT, new MetadataReserve(disk, directory, 1 << 10), Clock.SYSTEM);
        new QuorumStateFile(voter, directory, space, disk)
                .writeElectionState(
                        ElectionState.withElectedLeader(epoch, id, Optional.empty(), Set.of(1, 2, 3)),
                        KRaftVersion.KRAFT_VERSION_0);
    }
}
