package barnabas.coordination;

/// A coordinator: state in the partitions of one internal topic, a shard for each partition that this broker leads.
/// Its broker hands it elections, resignations and deletions of that topic through [#shards].
public interface Coordinator extends AutoCloseable {
    Shards<?> shards();

    /// Name of the internal topic.
    default String topic() {
        return shards().topic();
    }

    @Override
    void close();
}
