package barnabas.metadata.log;

import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The log of metadata records, as one node sees it. Shaped after Raft: only the leader of an epoch appends; what
/// was appended becomes committed a moment later, and every node receives committed records in the same order.
///
/// All methods may be called from any thread. Notices to the listener come one at a time, never from inside [#append].
public interface MetadataLog extends QuorumLevel, AutoCloseable {
    /// Listener for changes of the log. An exception that it throws is fatal to the log ([#failed] follows).
    interface Listener {
        /// The state so far is replaced by that of a snapshot: at start, or when the node was too far behind.
        void snapshotLoaded(Snapshot snapshot);

        /// The next records are committed. They all are or none is: a batch is atomic.
        void committed(CommittedBatch batch);

        /// A node leads from here on, or none (leader id -1). A node receives its own leadership only when
        /// everything committed before was delivered.
        void leaderChanged(QuorumLeader leadership);

        /// Batches were accepted and cannot be written now, because space, descriptors or memory are short.
        /// Everything behind [MetadataLog#committedOffset] is dropped, and its offsets are given out again.
        /// Nothing is accepted until the listener calls `goOn`, after it has dropped what it appended. The
        /// leader stays the same.
        void dropped(IOException shortage, Runnable goOn);

        /// Nothing will be appended or delivered any more: the disk failed or holds what cannot be read.
        void failed(Throwable cause);
    }

    /// @param timestampMillis of the last contained record
    /// @param batches the records of an image; can be walked over once
    record Snapshot(SnapshotId id, long timestampMillis, Iterable<List<Message>> batches) {}

    /// @param lastOffset of the last record; offsets are consecutive
    /// @param sizeBytes what the batch takes in the log
    record CommittedBatch(
            long baseOffset, long lastOffset, int epoch, long timestampMillis, int sizeBytes, List<Message> records) {}

    /// Traffic of the quorum between this node and others, and its commits.
    ///
    /// @param requests sent to other nodes
    /// @param answers that came to them
    /// @param bytesOut of requests, without their headers
    /// @param bytesIn of answers, without their headers
    /// @param commitMillisAvg from appends of this node as leader to their commits, of a minute; or NaN
    record QuorumFigures(long requests, long answers, long bytesOut, long bytesIn, double commitMillisAvg) {}

    /// Result of an append.
    sealed interface Appended {
        /// In the log, to be committed soon (or never, when this leader is deposed first).
        record Accepted(long baseOffset, long lastOffset) implements Appended {}

        /// This node does not lead in that epoch.
        record NotLeader(QuorumLeader leadership) implements Appended {}

        /// Larger than one atomic batch can be.
        record TooLarge(int sizeBytes, int sizeBytesMax) implements Appended {}

        /// More is waiting for the disk or the quorum than the log holds in memory; later there is room.
        record Overloaded() implements Appended {}

        /// The disk of this node is full, and the records would need more than their own space.
        record NoSpace() implements Appended {}

        /// The log was closed or has failed.
        record Closed() implements Appended {}
    }

    /// Begins to deliver notices: first what is there already (a snapshot, then committed batches), then what comes. A
    /// local log has delivered all that is there when this returns. Called once.
    ///
    /// @throws IOException when the log cannot be read; nothing is delivered any more
    void start(Listener listener) throws IOException;

    /// Appends `records` as one atomic batch. Returns without waiting for the disk or the quorum.
    ///
    /// @param epoch that the caller believes to lead in
    /// @param version what the records must be readable at: the cluster's, once they are in the log
    Appended append(int epoch, MetadataVersion version, List<? extends Message> records);

    QuorumLeader leadership();

    /// The offset after the last appended record.
    long endOffset();

    /// The offset after the last committed record (the high watermark).
    long committedOffset();

    Optional<SnapshotId> latestSnapshot();

    /// Keeps a snapshot and deletes the records that it makes superfluous. Takes as long as writing takes. A
    /// snapshot that is already there, or older than one that is, is not written.
    ///
    /// @param id nothing beyond the committed offset
    /// @param timestampMillis of the last contained record
    /// @param version what the records must be readable at: that of the image
    /// @return whether it was written
    boolean writeSnapshot(
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches)
            throws IOException;

    /// The nodes that elect a leader; one for a local log.
    List<Voter> voters();

    /// 0 for a log without a quorum.
    @Override
    default short quorumLevel() {
        return 0;
    }

    @Override
    default @Nullable String raiseQuorumLevel(int epoch, short level, boolean dryRun) {
        return null;
    }

    /// Resigns the leadership of `epoch`, if this node has it.
    void resign(int epoch);

    /// Finishes what was accepted, delivers it, and ends.
    @Override
    void close() throws IOException;

    /// Traffic between the nodes of a quorum; empty of a log of one node.
    default Optional<QuorumFigures> quorumFigures() {
        return Optional.empty();
    }
}
