package barnabas.config.keys;

/// Whether a broker configuration may change while the broker runs (KIP-226).
public enum UpdateMode {
    /// Only in `server.properties`, with a restart.
    READ_ONLY,
    /// For one broker at a time; a cluster-wide default is refused.
    PER_BROKER,
    /// As a cluster-wide default and for one broker.
    CLUSTER_WIDE
}
