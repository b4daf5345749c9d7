package barnabas.metadata.log;

import barnabas.protocol.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Keeps everything it receives.
final class RecordingListener implements MetadataLog.Listener {
    private final List<MetadataLog.CommittedBatch> batches = new ArrayList<>();
    private final List<List<Message>> snapshotBatches = new ArrayList<>();
    private final List<QuorumLeader> leaderships = new ArrayList<>();
    private @Nullable SnapshotId snapshot;
    private @Nullable Throwable failure;
    private int drops;

    @Override
    public synchronized void snapshotLoaded(MetadataLog.Snapshot loaded) {
        snapshot = loaded.id();
        batches.clear();
        snapshotBatches.clear();
        loaded.batches().forEach(snapshotBatches::add);
        notifyAll();
    }

    @Override
    public synchronized void committed(MetadataLog.CommittedBatch batch) {
        batches.add(batch);
        notifyAll();
    }

    @Override
    public synchronized void leaderChanged(QuorumLeader leadership) {
        leaderships.add(leadership);
        notifyAll();
    }

    @Override
    public synchronized void dropped(IOException shortage, Runnable goOn) {
        drops++;
        goOn.run();
        notifyAll();
    }

    @Override
    public synchronized void failed(Throwable cause) {
        failure = cause;
        notifyAll();
    }

    synchronized List<MetadataLog.CommittedBatch> batches() {
        return List.copyOf(batches);
    }

    synchronized List<List<Message>> records() {
        return batches.stream().map(MetadataLog.CommittedBatch::records).toList();
    }

    /// Of the snapshot and what followed it.
    synchronized List<Message> allRecords() {
        var all = new ArrayList<Message>();
        snapshotBatches.forEach(all::addAll);
        batches.forEach(batch -> all.addAll(batch.records()));
        return all;
    }

    synchronized @Nullable SnapshotId snapshot() {
        return snapshot;
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    synchronized List<QuorumLeader> leaderships() {
        return List.copyOf(leaderships);
    }

    synchronized QuorumLeader leadership() {
        return leaderships.getLast();
    }

    void awaitBatches(int count) {
        await(() -> batches.size() >= count);
    }

    synchronized int drops() {
        return drops;
    }

    void awaitDrops(int count) {
        await(() -> drops >= count);
    }

    void awaitFailure() {
        await(() -> failure != null);
    }

    void awaitLeaderships(int count) {
        await(() -> leaderships.size() >= count);
    }

    /// Until the condition holds or the log fails.
    synchronized void awaitUntil(BooleanSupplier condition) {
        await(() -> failure != null || condition.getAsBoolean());
    }

    private synchronized void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) throw new AssertionError("did not happen in 30 s; batches " + batches);
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
