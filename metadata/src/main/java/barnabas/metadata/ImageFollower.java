package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.Deadline;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Turns committed records into images, shows them and tells listeners. Readers of the image take no lock.
///
/// A change that took several batches (KIP-868: begin, records, end) becomes visible as a whole.
final class ImageFollower {
    /// Held while an image is made and listeners are told, though they are foreign code: nothing else can give a new
    /// listener everything and all others each change exactly once and in order. Waiters never take it.
    private final ReentrantLock publishing = new ReentrantLock();

    private final Clock clock;
    private final List<MetadataListener> listeners = new ArrayList<>();
    /// Records of a transaction that has not ended; null when there is none.
    private @Nullable List<Message> transaction;

    /// Topics whose deletion was read before there was anybody to hear of it.
    private final Set<Uuid> deletedBefore = ConcurrentHashMap.newKeySet();

    private volatile ClusterImage image;

    private final ReentrantLock progress = new ReentrantLock();
    private final Condition moved = progress.newCondition();
    // guarded by progress
    private long shownOffset = -1;
    private boolean ended;

    ImageFollower(String clusterId, Clock clock) {
        this.clock = clock;
        image = ClusterImage.empty(clusterId);
    }

    ClusterImage image() {
        return image;
    }

    Set<Uuid> deletedBefore() {
        return Set.copyOf(deletedBefore);
    }

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

    void load(Snapshot snapshot) {
        publishing.lock();
        try {
            transaction = null;
            var update = new ImageUpdate(ClusterImage.empty(image.clusterId()));
            for (List<Message> batch : snapshot.batches()) {
                for (Message each : batch) replay(each, update);
            }
            var position = new MetadataPosition(
                    snapshot.id().endOffset() - 1, snapshot.id().epoch(), snapshot.timestampMillis());
            publish(ImageDelta.between(image, update.finish(position).after()));
        } finally {
            publishing.unlock();
        }
    }

    void apply(CommittedBatch batch) {
        publishing.lock();
        try {
            var update = new ImageUpdate(image);
            for (Message each : batch.records()) replay(each, update);
            // In the middle of a transaction the image stays where it was: a snapshot of it must not skip the
            // beginning.
            if (transaction != null) return;
            publish(update.finish(new MetadataPosition(batch.lastOffset(), batch.epoch(), batch.timestampMillis())));
        } finally {
            publishing.unlock();
        }
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

    private void publish(ImageDelta delta) {
        image = delta.after();
        for (MetadataListener listener : listeners) listener.changed(delta);
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

    /// Waits until the image contains `offset` and all listeners have returned.
    ///
    /// @return false when that did not happen in time or will not happen
    boolean awaitOffset(long offset, long timeoutNanos) throws InterruptedException {
        var deadline = new Deadline(clock, clock.nanos() + timeoutNanos);
        progress.lockInterruptibly();
        try {
            while (shownOffset < offset) {
                if (ended || deadline.passed()) return false;
                deadline.await(progress, moved);
            }
            return true;
        } finally {
            progress.unlock();
        }
    }
}
