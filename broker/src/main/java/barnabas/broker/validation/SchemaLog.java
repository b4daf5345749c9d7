package barnabas.broker.validation;

import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchResponse.PartitionData;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Records of a topic with one partition, as this broker itself may read them: without a user's rights, for decisions
/// that are the broker's own.
public interface SchemaLog extends AutoCloseable {
    /// Null while the cluster has no such topic.
    @Nullable
    Uuid topicId();

    /// The partition's answer to a consumer that reads committed records and does not wait. May block, for a bounded
    /// time.
    ///
    /// @throws IOException when the leader does not answer
    PartitionData read(long offset, int bytesMax) throws IOException, InterruptedException;

    @Override
    void close();
}
