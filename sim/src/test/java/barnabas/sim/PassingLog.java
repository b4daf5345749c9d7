package barnabas.sim;

import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.metadata.log.Voter;
import barnabas.protocol.Message;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A metadata log with something between it and its node, for planted bugs.
class PassingLog implements MetadataLog {
    final MetadataLog real;

    PassingLog(MetadataLog real) {
        this.real = real;
    }

    /// Batches that the node is notified of, null for one that it misses.
    @Nullable
    CommittedBatch delivered(CommittedBatch batch) {
        return batch;
    }

    @Override
    public void start(Listener listener) throws IOException {
        real.start(new Listener() {
            @Override
            public void snapshotLoaded(Snapshot snapshot) {
                listener.snapshotLoaded(snapshot);
            }

            @Override
            public void committed(CommittedBatch batch) {
                CommittedBatch passed = delivered(batch);
                if (passed != null) listener.committed(passed);
            }

            @Override
            public void leaderChanged(QuorumLeader leadership) {
                listener.leaderChanged(leadership);
            }

            @Override
            public void dropped(IOException shortage, Runnable goOn) {
                listener.dropped(shortage, goOn);
            }

            @Override
            public void failed(Throwable cause) {
                listener.failed(cause);
            }
        });
    }

    @Override
    public Appended append(int epoch, MetadataVersion version, List<? extends Message> records) {
        return real.append(epoch, version, records);
    }

    @Override
    public QuorumLeader leadership() {
        return real.leadership();
    }

    @Override
    public long endOffset() {
        return real.endOffset();
    }

    @Override
    public long committedOffset() {
        return real.committedOffset();
    }

    @Override
    public Optional<SnapshotId> latestSnapshot() {
        return real.latestSnapshot();
    }

    @Override
    public boolean writeSnapshot(
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches)
            throws IOException {
        return real.writeSnapshot(id, timestampMillis, version, batches);
    }

    @Override
    public List<Voter> voters() {
        return real.voters();
    }

    @Override
    public void resign(int epoch) {
        real.resign(epoch);
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
