package barnabas.broker.mirrors;

/// The mirrors of one broker while it runs.
public interface MirrorService extends AutoCloseable {
    /// The cluster has another image.
    void changed();

    /// Progress of a mirror's partitions that this broker leads, as a JSON object; empty for a mirror that is not
    /// there.
    String status(String mirror);

    @Override
    void close();
}
