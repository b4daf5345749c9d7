package barnabas.registry.store;

import barnabas.client.ClientException;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.protocol.Uuid;
import org.jspecify.annotations.Nullable;

/// A way to the records of `_schemas`.
public interface SchemaSource {
    /// Null while there is no such topic.
    @Nullable
    Uuid topicId() throws ClientException;

    /// The first offset of the topic's partition.
    long start() throws ClientException;

    /// The end of what was committed when this was called, or a smaller offset for a source that does not wait for it.
    /// A new leader may not know yet what the one before has acknowledged: it is asked until it does (KIP-207).
    long end() throws ClientException;

    /// Committed records from an offset on; waits for none.
    Fetched read(long offset) throws ClientException;

    /// The topic is not where it was.
    void refresh() throws ClientException;
}
