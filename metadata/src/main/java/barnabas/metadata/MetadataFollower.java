package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Joining;
import barnabas.base.Threads;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageDelta;
import barnabas.metadata.image.ImageUpdate;
import barnabas.metadata.image.MetadataPosition;
import barnabas.metadata.image.UnreadableMetadataException;
import barnabas.metadata.log.MetadataLog.CommittedBatch;
import barnabas.metadata.log.MetadataLog.Snapshot;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.AbortTransactionRecord;
import barnabas.protocol.metadata.BeginTransactionRecord;
import barnabas.protocol.metadata.EndTransactionRecord;
import barnabas.protocol.metadata.RemoveTopicRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Turns committed records into images and publishes them. Readers of the image take no lock.
///
/// Two threads: the log's thread makes images ([#load], [#apply]; memory work only), the publisher shows them and runs
/// the listeners, which may open ten thousand logs while the log's thread goes on to vote and to commit.
///
/// A change that took several batches (KIP-868: begin, records, end) becomes visible as a whole.
final class MetadataFollower implements SeenImages, AutoCloseable {
    /// Deltas that wait for the publisher; beyond that they are merged into one.
    static final int PENDING_MAX = 1_000;

    private static final int PINGS_MAX = 10;
    /// Of a wait for an offset, whatever its record is.
    private static final int ANY_EPOCH = -2;

    /// A change that one caller waits for.
    static final class Change {
        private final long offset;
        private final int epoch;
        /// Guarded by `progress`; null until the change is known not to be shown.
        private @Nullable Outcome ended;

        private Change(long offset, int epoch) {
            this.offset = offset;
            this.epoch = epoch;
        }
    }

    /// Outcome of a wait: the image has the change, the log has dropped it, or neither in time.
    enum Outcome {
        /// The image has the change.
        SHOWN,
        /// The log has dropped it.
        DROPPED,
        /// The epoch of the change has ended: another leader may have kept it or not.
        DEPOSED,
        /// None of these in time.
        LATE
    }

    private final Clock clock;
    private final Consumer<Throwable> failed;
    private final Thread publisher;

    // The log thread's.
    /// Image of everything committed, which the publisher may not have shown yet.
    private volatile ClusterImage committed;
    /// Records of a transaction that has not ended; null when there is none.
    private @Nullable List<Message> transaction;

    /// Topics whose deletion was read before there was a listener that could act on it. Written by the log's thread.
    private final Set<Uuid> deletedBefore = ConcurrentHashMap.newKeySet();

    /// Held while listeners run, though they are foreign code: nothing else can give a new listener everything and all
    /// others each change exactly once and in order. Waiters never take it.
    private final ReentrantLock publishing = new ReentrantLock();

    private final List<MetadataListener> listeners = new CopyOnWriteArrayList<>();
    private volatile ClusterImage image;

    private final ReentrantLock progress = new ReentrantLock();
    private final Condition moved = progress.newCondition();
    // guarded by progress
    private final ArrayDeque<ImageDelta> pending = new ArrayDeque<>();
    private final ArrayDeque<Runnable> pings = new ArrayDeque<>();
    /// One entry for each waiting caller.
    private final Set<Change> expected = new HashSet<>();

    private long shownOffset = -1;
    private boolean closing;
    private boolean ended;

    /// @param failed receives what a listener threw; no image is published after it
    MetadataFollower(String clusterId, Clock clock, Threads threads, Consumer<Throwable> failed) {
        this.clock = clock;
        this.failed = failed;
        this.committed = ClusterImage.empty(clusterId);
        this.image = committed;
        this.publisher = threads.start("metadata-publisher", this::run);
    }

    /// The newest image that listeners have, or are being given.
    @Override
    public ClusterImage image() {
        return image;
    }

    /// The image of everything committed. Written by the log's thread alone.
    ClusterImage committed() {
        return committed;
    }

    Set<Uuid> deletedBefore() {
        return Set.copyOf(deletedBefore);
    }

    /// Calls `listener` with everything there is, on this thread, and from then on with every change, on the
    /// publisher's.
    void addListener(MetadataListener listener) {
        publishing.lock();
        try {
            listeners.add(listener);
            ClusterImage now = image;
            listener.changed(ImageDelta.between(ClusterImage.empty(now.clusterId()), now));
        } finally {
            publishing.unlock();
        }
    }

    // ---- the log's thread

    void load(Snapshot snapshot) {
        transaction = null;
        var update = new ImageUpdate(ClusterImage.empty(committed.clusterId()));
        for (List<Message> batch : snapshot.batches()) {
            for (Message each : batch) replay(each, update);
        }
        // What it stands for was committed in some epoch before it.
        long seen = committed.position().offset();
        depose(change -> change.offset > seen && change.offset < snapshot.id().endOffset());
        var position = new MetadataPosition(
                snapshot.id().endOffset() - 1, snapshot.id().epoch(), snapshot.timestampMillis());
        hand(ImageDelta.between(committed, update.finish(position).after()));
    }

    void apply(CommittedBatch batch) {
        depose(change -> change.offset >= batch.baseOffset()
                && change.offset <= batch.lastOffset()
                && change.epoch != batch.epoch());
        var update = new ImageUpdate(committed);
        long offset = batch.baseOffset();
        for (Message each : batch.records()) {
            // What stands before a transaction in one batch is not part of it.
            if (each instanceof BeginTransactionRecord && transaction == null && offset > batch.baseOffset()) {
                hand(update.finish(new MetadataPosition(offset - 1, batch.epoch(), batch.timestampMillis())));
                update = new ImageUpdate(committed);
            }
            replay(each, update);
            offset++;
        }
        // In the middle of a transaction the image stays where it was: a snapshot of it must not skip the beginning.
        if (transaction != null) return;
        hand(update.finish(new MetadataPosition(batch.lastOffset(), batch.epoch(), batch.timestampMillis())));
    }

    private void replay(Message record, ImageUpdate update) {
        if (record instanceof BeginTransactionRecord) {
            if (transaction != null) throw new UnreadableMetadataException("a transaction begins inside of one");
            transaction = new ArrayList<>();
        } else if (record instanceof EndTransactionRecord) {
            for (Message each : ended()) update.replay(each);
        } else if (record instanceof AbortTransactionRecord) {
            var _ = ended();
        } else if (transaction == null) {
            if (record instanceof RemoveTopicRecord removed && listeners.isEmpty())
                deletedBefore.add(removed.topicId());
            update.replay(record);
        } else {
            transaction.add(record);
        }
    }

    private List<Message> ended() {
        List<Message> records = transaction;
        if (records == null) throw new UnreadableMetadataException("a transaction ends that did not begin");
        transaction = null;
        return records;
    }

    private void hand(ImageDelta delta) {
        committed = delta.after();
        progress.lock();
        try {
            pending.add(delta);
            if (pending.size() > PENDING_MAX) {
                ImageDelta merged = ImageDelta.between(
                        pending.getFirst().before(), pending.getLast().after());
                pending.clear();
                pending.add(merged);
            }
            moved.signalAll();
        } finally {
            progress.unlock();
        }
    }

    // ---- the publisher's thread

    private void run() {
        try {
            for (ImageDelta next = take(); next != null; next = take()) publish(next);
        } catch (Throwable e) {
            failed.accept(e);
        } finally {
            end();
        }
    }

    /// Null at the end. Closing publishes what was committed before.
    private @Nullable ImageDelta take() {
        progress.lock();
        try {
            runPings();
            while (pending.isEmpty() && !closing && !ended) {
                moved.awaitUninterruptibly();
                runPings();
            }
            return ended ? null : pending.poll();
        } finally {
            progress.unlock();
        }
    }

    private void runPings() {
        for (Runnable ping = pings.poll(); ping != null; ping = pings.poll()) ping.run();
    }

    /// Runs `ping` on the publisher's thread, between two images. It must not wait: it runs under a lock.
    void ping(Runnable ping) {
        progress.lock();
        try {
            if (pings.size() < PINGS_MAX) pings.add(ping);
            moved.signalAll();
        } finally {
            progress.unlock();
        }
    }

    private void publish(ImageDelta delta) {
        publishing.lock();
        try {
            image = delta.after();
            for (MetadataListener listener : listeners) listener.changed(delta);
        } finally {
            publishing.unlock();
        }
        progress.lock();
        try {
            shownOffset = delta.after().position().offset();
            moved.signalAll();
        } finally {
            progress.unlock();
        }
    }

    /// No image will follow.
    void end() {
        progress.lock();
        try {
            ended = true;
            moved.signalAll();
        } finally {
            progress.unlock();
        }
    }

    /// The leadership of this node has ended: another leader keeps or drops the changes that are not committed.
    void deposed() {
        long last = committed.position().offset();
        depose(change -> change.offset > last);
    }

    private void depose(Predicate<Change> which) {
        progress.lock();
        try {
            for (Change each : expected) {
                if (each.epoch != ANY_EPOCH && each.ended == null && which.test(each)) each.ended = Outcome.DEPOSED;
            }
            moved.signalAll();
        } finally {
            progress.unlock();
        }
    }

    /// Registers a change whose last record is at `offset`, for [#await]. Called before the log can drop the record.
    ///
    /// @param epoch in which this node appended the record: under another one, the offset has another record
    Change expect(long offset, int epoch) {
        var change = new Change(offset, epoch);
        progress.lock();
        try {
            if (shownOffset < offset) expected.add(change);
        } finally {
            progress.unlock();
        }
        return change;
    }

    /// Records from `offset` on were dropped; others will have their offsets.
    void drop(long offset) {
        progress.lock();
        try {
            for (Change each : expected) if (each.offset >= offset) each.ended = Outcome.DROPPED;
            moved.signalAll();
        } finally {
            progress.unlock();
        }
    }

    /// Waits until the image contains the change and all listeners have returned.
    Outcome await(Change change, Deadline deadline) throws InterruptedException {
        progress.lock();
        try {
            while (change.ended == null && shownOffset < change.offset) {
                if (ended || deadline.passed()) return Outcome.LATE;
                clock.awaitUntil(progress, moved, deadline.nanos());
            }
            return Objects.requireNonNullElse(change.ended, Outcome.SHOWN);
        } finally {
            expected.remove(change);
            progress.unlock();
        }
    }

    /// Waits until the image contains `offset` and all listeners have returned.
    ///
    /// @return false when that did not happen in time or will not happen
    @Override
    public boolean awaitOffset(long offset, Deadline deadline) throws InterruptedException {
        return await(expect(offset, ANY_EPOCH), deadline) == Outcome.SHOWN;
    }

    /// Publishes what is committed and ends the publisher.
    @Override
    public void close() {
        progress.lock();
        try {
            closing = true;
            moved.signalAll();
        } finally {
            progress.unlock();
        }
        // A listener that failed may be what closes the node.
        if (!Thread.currentThread().equals(publisher)) Joining.join(publisher);
    }
}
