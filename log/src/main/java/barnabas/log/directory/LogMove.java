package barnabas.log.directory;

import barnabas.log.AppendOrigin;
import barnabas.log.AppendResult;
import barnabas.log.LogSlice;
import barnabas.log.ReadResult;
import barnabas.log.TopicPartition;
import barnabas.log.partition.LogState;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.records.BatchCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves a partition's log into another directory while it is in use: a copy follows it, batch by batch, until it is
/// so near that it can take the log's place.
///
/// The swap, in this order, so that a crash at any point leaves one valid log:
///
/// ```
/// copy the rest                                   no append comes between: event loops hand theirs on
/// note in the target that it is about to move    (crash: the note means nothing while the copy has no final name)
/// rename the copy to its final name               (crash: two logs, the note says which one is older)
/// appends go to the copy
/// delete the old log, then the note
/// ```
///
/// Owner: one thread.
public final class LogMove {
    private static final Logger LOG = LoggerFactory.getLogger(LogMove.class);
    private static final int PIECE_BYTES = 1 << 20;
    /// Most bytes that are copied while appends wait.
    private static final int SWAP_BYTES_MAX = 256 << 10;

    private final LogDirectory source;
    private final LogDirectory target;
    private final PartitionLog current;
    private final PartitionLog future;

    private LogMove(LogDirectory source, LogDirectory target, PartitionLog current, PartitionLog future) {
        this.source = source;
        this.target = target;
        this.current = current;
        this.future = future;
    }

    /// Begins with an empty copy in `target`, which [LogDirectory#futureLogs] shows from then on.
    public static LogMove begin(LogDirectory source, LogDirectory target, PartitionLog current) throws IOException {
        return new LogMove(source, target, current, target.futures().begin(current));
    }

    /// True when the longest name that the copy has on disk is one that file systems take.
    public static boolean canName(TopicPartition partition) {
        return partition.toString().length() + ".".length() + 32 + "-future".length() <= 255;
    }

    public LogDirectory target() {
        return target;
    }

    public PartitionLog future() {
        return future;
    }

    /// Records that the copy lacks.
    public long lag() {
        return Math.max(0, current.logEndOffset() - future.logEndOffset());
    }

    /// Copies the next piece.
    ///
    /// @return its bytes; 0 when there is nothing to copy at the moment
    public int copy() throws IOException {
        if (future.logEndOffset() > current.logEndOffset()) future.truncateTo(current.logEndOffset());
        if (future.logEndOffset() < current.logStartOffset()) startAt(current.logStartOffset());
        long from = Math.max(future.logEndOffset(), current.logStartOffset());
        int room = Math.min(PIECE_BYTES, current.config().segments().bytes());
        return switch (current.read(from, room, true, current.logEndOffset())) {
            case ReadResult.OutOfRange _ -> 0;
            case ReadResult.Damaged(var cause) -> throw cause;
            case ReadResult.StorageFailed(var cause) -> throw cause;
            case LogSlice slice -> copy(slice);
        };
    }

    private int copy(LogSlice slice) throws IOException {
        try (slice) {
            if (slice.isEmpty()) return 0;
            return append(slice.copy());
        }
    }

    private int append(ByteBuffer batches) throws IOException {
        var first = new BatchCursor(batches);
        // a log that starts inside a batch: the copy has the whole batch too
        if (first.next() && first.batch().baseOffset() < future.logEndOffset() && future.sizeBytes() == 0)
            startAt(first.batch().baseOffset());
        return switch (future.append(batches, AppendOrigin.REPLICATION, LogState.ANY_EPOCH)) {
            case AppendResult.Appended _ -> batches.remaining();
            case AppendResult.StorageFailed(var cause) -> throw cause;
            case AppendResult.Closed _ -> 0;
            case AppendResult refused ->
                throw new IOException("the copy of " + current.partition() + " cannot go on: " + refused);
        };
    }

    private void startAt(long offset) throws IOException {
        future.truncateFullyAndStartAt(offset);
    }

    /// True when little enough is missing to try [#swap].
    public boolean isNear() {
        if (lag() == 0) return true;
        var read = current.read(future.logEndOffset(), SWAP_BYTES_MAX + 1, true, current.logEndOffset());
        if (!(read instanceof LogSlice slice)) return false;
        try (slice) {
            return slice.sizeBytes() <= SWAP_BYTES_MAX;
        }
    }

    /// Puts the copy in the log's place. Appends wait meanwhile, for the rest of the copy and a rename; where every
    /// append is durable, for a force as well.
    ///
    /// @param publish makes all users switch to the copy
    /// @return false when the log was closed or deleted: the copy is worth nothing
    public boolean swap(Consumer<PartitionLog> publish) throws IOException {
        future.flush();
        Path note = target.futures().noteMove(current.partition());
        boolean swapped = false;
        try {
            swapped = current.exclusively(() -> swapLocked(publish));
        } finally {
            if (!swapped) target.futures().forgetMove(note);
        }
        if (swapped) removeOld(note);
        return swapped;
    }

    private boolean swapLocked(Consumer<PartitionLog> publish) throws IOException {
        if (current.isClosed()) return false;
        while (lag() > 0) if (copy() == 0) return false;
        boolean durable = current.config().flush().journaled();
        if (durable) future.flush();
        target.futures().adopt(future);
        if (durable) target.futures().forceNames();
        future.takeOver(current);
        publish.accept(future);
        return true;
    }

    /// From here on the move has succeeded. What is left over is found at the next start.
    private void removeOld(Path note) {
        try {
            target.futures().forceNames();
            source.deleteLog(current.partition());
            target.futures().forgetMove(note);
        } catch (IOException e) {
            LOG.warn(
                    "{} has moved to {}, but its files in {} could not be deleted",
                    current.partition(),
                    target.path(),
                    source.path(),
                    e);
        }
    }

    /// Cancels the move: the log stays where it is.
    public void cancel() throws IOException {
        target.futures().drop(future);
    }

    /// Ends what a crash interrupted: copies that were not complete go, and so does the older one of two logs. To be
    /// called before any log is opened.
    public static void settle(List<LogDirectory> directories) throws IOException {
        for (var directory : directories) directory.futures().settle(directories);
    }
}
