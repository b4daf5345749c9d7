package barnabas.replication;

/// Wants to know when a partition moves: its high watermark, last stable offset or log start changed, or its
/// leadership did.
@FunctionalInterface
public interface PartitionWatcher {
    /// Called on the thread that moved the partition, often an event loop: it must only take note.
    void moved(Partition partition);
}
