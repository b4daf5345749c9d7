package barnabas.registry.store;

import barnabas.broker.validation.SchemaLog;
import barnabas.client.RequestFailedException;
import barnabas.console.records.PartitionFetch;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.FetchResponse.PartitionData;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// `_schemas` as the broker itself reads it.
public record NodeSource(SchemaLog log) implements SchemaSource {
    private static final int FETCH_BYTES = 512 << 10;

    @Override
    public @Nullable Uuid topicId() {
        return log.topicId();
    }

    /// Of the answer to a read in front of all records.
    @Override
    public long start() throws RequestFailedException {
        return Math.max(0, asked(0).logStartOffset());
    }

    /// Records are validated with the schemas that this broker knows.
    @Override
    public long end() {
        return 0;
    }

    @Override
    public Fetched read(long offset) throws RequestFailedException {
        return PartitionFetch.fetched(SchemaTopic.PARTITION, offset, asked(offset));
    }

    private PartitionData asked(long offset) throws RequestFailedException {
        try {
            return log.read(offset, FETCH_BYTES);
        } catch (IOException e) {
            throw new RequestFailedException("read " + SchemaTopic.NAME, ErrorCode.NETWORK_EXCEPTION, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RequestFailedException("read " + SchemaTopic.NAME, ErrorCode.NETWORK_EXCEPTION, "interrupted");
        }
    }

    /// The broker's image of the cluster is always the present one.
    @Override
    public void refresh() {}
}
