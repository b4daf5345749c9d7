package barnabas.log.directory;

/// The end of the run before this one, as its mark shows it, and the broker epoch that this run leaves to the next
/// (KIP-966: a broker that stopped in order has lost nothing).
public final class LastRun {
    /// A run that ended otherwise, or that no controller has registered.
    public static final long EPOCH_UNKNOWN = -1;

    private final boolean closedCleanly;
    private final long brokerEpoch;
    private volatile long presentEpoch = EPOCH_UNKNOWN;

    LastRun(boolean closedCleanly, long brokerEpoch) {
        this.closedCleanly = closedCleanly;
        this.brokerEpoch = brokerEpoch;
    }

    /// True when the last owner closed the directory in order: nothing will be scanned.
    public boolean closedCleanly() {
        return closedCleanly;
    }

    /// Broker epoch of a run that ended in order; -1 otherwise.
    public long brokerEpoch() {
        return brokerEpoch;
    }

    /// Takes note of the epoch that the controller has given to this run.
    public void registered(long epoch) {
        presentEpoch = epoch;
    }

    /// A broker that ends before a controller has registered it changes nothing: it leaves the epoch of the run before,
    /// if that ended in order. Commands that repair a directory leave none.
    public void openedByBroker() {
        presentEpoch = brokerEpoch;
    }

    long presentEpoch() {
        return presentEpoch;
    }
}
