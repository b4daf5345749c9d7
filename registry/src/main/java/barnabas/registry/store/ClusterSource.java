package barnabas.registry.store;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.console.records.PartitionFetch;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.protocol.Uuid;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `_schemas` as a user of the cluster reads it.
record ClusterSource(Cluster cluster) implements SchemaSource {
    private static final int FETCH_BYTES = 512 << 10;

    @Override
    public @Nullable Uuid topicId() throws ClientException {
        Topic topic = TopicReader.topic(cluster);
        return topic == null ? null : topic.id();
    }

    @Override
    public long start() throws ClientException {
        return offset(new OffsetSpec.Earliest());
    }

    @Override
    public long end() throws ClientException {
        return offset(new OffsetSpec.Latest());
    }

    private long offset(OffsetSpec spec) throws ClientException {
        var found = Offsets.list(cluster, List.of(SchemaTopic.PARTITION), spec, IsolationLevel.READ_COMMITTED)
                .get(SchemaTopic.PARTITION);
        return found == null ? 0 : found.offset();
    }

    @Override
    public Fetched read(long offset) throws ClientException {
        return PartitionFetch.read(cluster, SchemaTopic.PARTITION, offset, FETCH_BYTES, IsolationLevel.READ_COMMITTED);
    }

    @Override
    public void refresh() throws ClientException {
        cluster.refresh(Set.of(SchemaTopic.NAME), false);
    }
}
