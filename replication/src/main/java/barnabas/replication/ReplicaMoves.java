package barnabas.replication;

import barnabas.base.Clock;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.log.TopicPartition;
import barnabas.log.compaction.RateLimit;
import barnabas.log.directory.LogDirectory;
import barnabas.log.directory.LogMove;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves replicas between this broker's directories while they are in use (KIP-113). As many at a time as there are
/// threads; the others wait with an empty copy. A move that a restart interrupts has to be asked for again.
///
/// Owner: itself; any thread may call.
public final class ReplicaMoves implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMoves.class);
    private static final long PAUSE_MILLIS = 10;
    private static final long CLOSE_SECONDS_MAX = 30;

    private final LocalPartitions partitions;
    private final List<LogDirectory> directories;
    private final LongSupplier bytesPerSecond;
    private final int threadCount;
    private final Clock clock;
    private final Consumer<Partition> moved;
    private final ExecutorService movers;
    private final Map<TopicPartition, Move> moves = new ConcurrentHashMap<>();
    /// Moves that are being begun: their callers wait for the disk.
    private final Map<TopicPartition, CountDownLatch> beginnings = new ConcurrentHashMap<>();

    private enum Phase {
        COPYING,
        SWAPPING,
        CANCELLED
    }

    private static final class Move {
        private final Partition partition;
        private final LogMove log;
        private final RateLimit pace;
        private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.COPYING);
        private final CountDownLatch ended = new CountDownLatch(1);

        Move(Partition partition, LogMove log, RateLimit pace) {
            this.partition = partition;
            this.log = log;
            this.pace = pace;
        }

        boolean isCancelled() {
            return phase.get() == Phase.CANCELLED;
        }

        /// Returns when the move has ended, one way or the other.
        void cancel() throws InterruptedException {
            if (phase.compareAndSet(Phase.COPYING, Phase.CANCELLED)) pace.stop();
            else ended.await();
        }
    }

    /// @param threadCount `num.replica.alter.log.dirs.threads`
    /// @param bytesPerSecond `replica.alter.log.dirs.io.max.bytes.per.second`, for all moves
    ///     together, as it is at the moment
    /// @param moved called when a replica lies in another directory
    public ReplicaMoves(
            LocalPartitions partitions,
            List<LogDirectory> directories,
            int threadCount,
            LongSupplier bytesPerSecond,
            Clock clock,
            Threads threads,
            Consumer<Partition> moved) {
        this.partitions = partitions;
        this.directories = directories;
        this.threadCount = threadCount;
        this.bytesPerSecond = bytesPerSecond;
        this.clock = clock;
        this.moved = moved;
        this.movers = threads.pool("replica-move", threadCount);
    }

    /// Has the replica move to `target`. One that lies there stays, and a move that is under way to another directory
    /// ends. Waits for the disk: for virtual threads.
    ///
    /// @throws IOException when the copy cannot be begun
    public void move(Partition partition, LogDirectory target) throws IOException, InterruptedException {
        var begun = new CountDownLatch(1);
        while (true) {
            CountDownLatch other = beginnings.putIfAbsent(partition.topicPartition(), begun);
            if (other == null) break;
            other.await();
        }
        try {
            moveAlone(partition, target);
        } finally {
            beginnings.remove(partition.topicPartition());
            begun.countDown();
        }
    }

    /// The one beginning of a move of this partition; those of others do not wait for its disk.
    private void moveAlone(Partition partition, LogDirectory target) throws IOException, InterruptedException {
        Move before = moves.get(partition.topicPartition());
        if (before != null) {
            if (before.log.target() == target && !before.isCancelled()) return;
            before.cancel();
        }
        LogDirectory source = directoryOf(partition);
        if (source == target) return;
        var pace = new RateLimit(() -> (double) bytesPerSecond.getAsLong() / threadCount, clock);
        var move = new Move(partition, LogMove.begin(source, target, partition.log()), pace);
        moves.put(partition.topicPartition(), move);
        movers.execute(() -> run(move));
    }

    private LogDirectory directoryOf(Partition partition) throws IOException {
        for (LogDirectory directory : directories) {
            var log = directory.log(partition.topicPartition());
            if (log.isPresent() && log.get() == partition.log()) return directory;
        }
        throw new IOException(partition.topicPartition() + " lies in no directory");
    }

    private void run(Move move) {
        boolean moved = false;
        try {
            moved = copyAndSwap(move);
        } catch (IOException e) {
            LOG.error("{} stays where it is: moving it failed", move.partition.topicPartition(), e);
        } finally {
            moves.remove(move.partition.topicPartition(), move);
            if (!moved) drop(move);
            move.ended.countDown();
        }
    }

    private boolean copyAndSwap(Move move) throws IOException {
        while (!move.isCancelled()) {
            int copied = move.log.copy();
            if (copied > 0 && !move.pace.spend(copied)) return false;
            if (move.log.isNear()) return move.phase.compareAndSet(Phase.COPYING, Phase.SWAPPING) && swap(move);
            if (copied == 0 && !move.pace.pauseMillis(PAUSE_MILLIS)) return false;
        }
        return false;
    }

    private boolean swap(Move move) throws IOException {
        Partition partition = move.partition;
        if (!move.log.swap(partition::replaceLog)) return false;
        partition.changed();
        LOG.info("{} moved to {}", partition.topicPartition(), move.log.target().path());
        // its topic may have been deleted just before
        if (partitions.find(partition.topicId(), partition.topicPartition().partition()) != partition)
            move.log.target().deleteLog(partition.topicPartition());
        else moved.accept(partition);
        return true;
    }

    private static void drop(Move move) {
        try {
            move.log.cancel();
        } catch (IOException e) {
            LOG.warn("The copy {} could not be deleted", move.log.future().directory(), e);
        }
    }

    /// Ends all moves; what is copied so far goes.
    @Override
    public void close() {
        movers.shutdown();
        try {
            for (Move move : List.copyOf(moves.values())) move.cancel();
            if (!Joining.awaitEnd(movers, clock, TimeUnit.SECONDS.toNanos(CLOSE_SECONDS_MAX)))
                LOG.warn("A replica's move did not end in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
