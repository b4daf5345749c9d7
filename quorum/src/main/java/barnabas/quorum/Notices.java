package barnabas.quorum;

import barnabas.metadata.log.MetadataFrames;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.CommittedBatch;
import barnabas.metadata.log.MetadataLog.Snapshot;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.protocol.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.message.VotersRecord;
import org.apache.kafka.raft.Batch;
import org.apache.kafka.raft.BatchReader;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftClient;
import org.apache.kafka.snapshot.SnapshotReader;

/// Passes the engine's notices on. On the Raft thread.
final class Notices implements RaftClient.Listener<ByteBuffer> {
    private final MetadataLog.Listener listener;
    private final ObjLongConsumer<Voters> voters;
    private final ObjIntConsumer<Set<Integer>> electors;
    private final Consumer<QuorumLeader> afterChange;

    /// @param voters receives each new set of voters, and when it was written, in ms
    /// @param electors receives the ids of the voters at each election, and its epoch
    /// @param afterChange receives each leader after the listener
    Notices(
            MetadataLog.Listener listener,
            ObjLongConsumer<Voters> voters,
            ObjIntConsumer<Set<Integer>> electors,
            Consumer<QuorumLeader> afterChange) {
        this.listener = listener;
        this.voters = voters;
        this.electors = electors;
        this.afterChange = afterChange;
    }

    @Override
    public void handleCommit(BatchReader<ByteBuffer> reader) {
        try (reader) {
            while (reader.hasNext()) {
                Batch<ByteBuffer> batch = reader.next();
                noteVoters(batch);
                // Without records of ours too: an image says up to where it has seen the log.
                listener.committed(new CommittedBatch(
                        batch.baseOffset(),
                        batch.lastOffset(),
                        batch.epoch(),
                        batch.appendTimestamp(),
                        batch.sizeInBytes(),
                        messages(batch)));
            }
        }
    }

    @Override
    public void handleLoadSnapshot(SnapshotReader<ByteBuffer> reader) {
        try (reader) {
            var batches = new ArrayList<List<Message>>();
            while (reader.hasNext()) {
                Batch<ByteBuffer> batch = reader.next();
                noteVoters(batch);
                if (!batch.records().isEmpty()) batches.add(messages(batch));
            }
            var id = new SnapshotId(
                    reader.snapshotId().offset(), reader.snapshotId().epoch());
            listener.snapshotLoaded(new Snapshot(id, reader.lastContainedLogTimestamp(), batches));
        }
    }

    /// Records that the directory was formatted with: the leader of an empty log writes them into the log (see
    /// [barnabas.metadata.log.BootstrapSnapshot]).
    @Override
    public void handleLoadBootstrap(SnapshotReader<ByteBuffer> reader) {
        try (reader) {
            while (reader.hasNext()) noteVoters(reader.next());
        }
    }

    @Override
    public void handleLeaderChange(LeaderAndEpoch leader) {
        QuorumLeader now = leadership(leader);
        listener.leaderChanged(now);
        afterChange.accept(now);
    }

    static QuorumLeader leadership(LeaderAndEpoch leader) {
        return new QuorumLeader(leader.leaderId().orElse(QuorumLeader.NOBODY), leader.epoch());
    }

    private void noteVoters(Batch<ByteBuffer> batch) {
        for (var control : batch.controlRecords()) {
            if (control.message() instanceof VotersRecord record)
                voters.accept(Voters.of(record), batch.appendTimestamp());
            if (control.message() instanceof LeaderChangeMessage elected)
                electors.accept(
                        elected.voters().stream()
                                .map(LeaderChangeMessage.Voter::voterId)
                                .collect(Collectors.toSet()),
                        batch.epoch());
        }
    }

    private static List<Message> messages(Batch<ByteBuffer> batch) {
        return batch.records().stream().map(MetadataFrames::decode).toList();
    }
}
