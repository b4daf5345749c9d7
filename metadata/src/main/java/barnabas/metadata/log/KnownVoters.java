package barnabas.metadata.log;

import barnabas.base.Disk;
import barnabas.protocol.records.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Voters of the metadata quorum, as far as a node's own files name them. They stand in voters records (KIP-853) or,
/// where the settings say who votes (`controller.quorum.voters`), in the record of each election.
///
/// Owner: the thread that reads the files.
public final class KnownVoters {
    private List<Voter> voters = List.of();
    private List<Integer> electors = List.of();
    private boolean hasLog;

    KnownVoters() {}

    /// Reads the newest snapshot, or what the directory was formatted with, and the log behind it. Changes nothing.
    ///
    /// @param parent the log directory in which [LocalMetadataLog#DIRECTORY_NAME] is or will be
    /// @throws IOException when the log cannot be read, or has lost what was committed
    public static KnownVoters read(Path parent, Disk disk) throws IOException {
        Path path = parent.resolve(LocalMetadataLog.DIRECTORY_NAME);
        if (!disk.isDirectory(path)) return new KnownVoters();
        var directory = new MetadataDirectory(disk, path);
        KnownVoters known = directory.formatted();
        var newest = directory.newest();
        newest.ifPresent(known::takeSnapshot);
        var snapshot = newest.map(loaded -> loaded.snapshot().id());
        new MetadataRecovery(disk, path, 0)
                .read(
                        snapshot.map(SnapshotId::endOffset).orElse(0L),
                        snapshot.map(SnapshotId::epoch).orElse(0),
                        (batch, _) -> known.take(batch));
        return known;
    }

    /// A control batch that makes `first` the only voter of a log that was a node's alone. Base offset and leader epoch
    /// are still to be set.
    public static ByteBuffer founding(Voter first, long timestampMillis) {
        return QuorumRecords.batch(QuorumRecords.founding(List.of(first)), timestampMillis);
    }

    void takeFormatted(List<Voter> formatted) {
        voters = formatted;
    }

    void takeSnapshot(MetadataDirectory.Loaded loaded) {
        hasLog = true;
        voters = loaded.voters();
        electors = List.of();
    }

    void take(RecordBatch batch) throws IOException {
        hasLog = true;
        if (!batch.isControl()) return;
        for (QuorumRecords.Control each : QuorumRecords.in(batch)) {
            if (each.type() == QuorumRecords.VOTERS_TYPE) voters = QuorumRecords.voters(each);
            else if (each.type() == QuorumRecords.LEADER_CHANGE_TYPE) electors = QuorumRecords.electors(each);
        }
    }

    /// The voters of the last voters record; empty where there is none.
    public List<Voter> voters() {
        return voters;
    }

    /// Ids of the voters at the last election behind the newest snapshot; empty where there was none.
    public List<Integer> electors() {
        return electors;
    }

    /// Whether there is a record or a snapshot of a cluster that has begun.
    public boolean hasLog() {
        return hasLog;
    }

    /// Ids of the voters; empty in a log that has not begun.
    public List<Integer> ids() {
        if (voters.isEmpty()) return electors;
        var ids = new ArrayList<Integer>();
        for (Voter each : voters) ids.add(each.nodeId());
        return ids;
    }

    /// Whether the log has been that of a node alone: it has records, and neither voters nor electors beside the node.
    public boolean isAlone(int nodeId) {
        return hasLog && voters.isEmpty() && others(nodeId).isEmpty();
    }

    /// Ids of the voters beside `nodeId`.
    public List<Integer> others(int nodeId) {
        var ids = new ArrayList<>(ids());
        ids.removeIf(id -> id == nodeId);
        return ids;
    }
}
