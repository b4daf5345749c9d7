package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteRecordsRequest;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsPartition;
import barnabas.protocol.message.DeleteRecordsRequest.DeleteRecordsTopic;
import barnabas.protocol.message.DeleteRecordsResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import barnabas.protocol.message.DeleteTopicsResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Topics: which there are, making and removing them.
public final class TopicAdmin {
    /// Leaves the choice to the cluster's defaults.
    public static final int DEFAULT = -1;

    private final Cluster cluster;

    public TopicAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// All topics by name, internal ones too.
    public Collection<Topic> list() throws ClientException {
        cluster.refresh(null, false);
        return cluster.metadata().topics().values();
    }

    /// Created topic; numbers missing in the response are -1.
    public record Created(int partitions, int replicationFactor) {}

    /// @param partitions or [#DEFAULT]
    /// @param replicationFactor or [#DEFAULT]
    /// @param validateOnly only say whether it would work
    public Created create(
            String name, int partitions, int replicationFactor, Map<String, String> configs, boolean validateOnly)
            throws ClientException {
        var entries = new ArrayList<CreatableTopicConfig>();
        configs.forEach((key, value) -> entries.add(new CreatableTopicConfig(key, value)));
        var topic = CreatableTopic.builder()
                .name(name)
                .numPartitions(partitions)
                .replicationFactor((short) replicationFactor)
                .configs(entries)
                .build();
        var request = CreateTopicsRequest.builder()
                .topics(List.of(topic))
                .timeoutMs(timeoutMillis())
                .validateOnly(validateOnly)
                .build();
        var response = cluster.controller().call(request, CreateTopicsResponse.class);
        for (var each : response.topics()) {
            check("create topic '" + name + "'", each.errorCode(), each.errorMessage());
            return new Created(each.numPartitions(), each.replicationFactor());
        }
        throw missing("create topic '" + name + "'");
    }

    public void delete(String name) throws ClientException {
        var connection = cluster.controller();
        boolean withIds = connection.version(ApiKey.DELETE_TOPICS) >= 6;
        var request = DeleteTopicsRequest.builder().timeoutMs(timeoutMillis());
        if (withIds)
            request.topics(List.of(DeleteTopicState.builder().name(name).build()));
        else request.topicNames(List.of(name));
        var response = connection.call(request.build(), DeleteTopicsResponse.class);
        for (var each : response.responses()) {
            check("delete topic '" + name + "'", each.errorCode(), each.errorMessage());
            return;
        }
        throw missing("delete topic '" + name + "'");
    }

    /// Gives a topic more partitions.
    ///
    /// @param count afterwards
    public void createPartitions(String name, int count, boolean validateOnly) throws ClientException {
        var request = CreatePartitionsRequest.builder()
                .topics(List.of(CreatePartitionsTopic.builder()
                        .name(name)
                        .count(count)
                        .assignments(null)
                        .build()))
                .timeoutMs(timeoutMillis())
                .validateOnly(validateOnly)
                .build();
        var response = cluster.controller().call(request, CreatePartitionsResponse.class);
        for (var each : response.results()) {
            check("add partitions to topic '" + name + "'", each.errorCode(), each.errorMessage());
            return;
        }
        throw missing("add partitions to topic '" + name + "'");
    }

    /// Removes the records before `offset`.
    ///
    /// @param offset -1 for all
    /// @return the first offset that is left
    public long deleteRecords(TopicPartition partition, long offset) throws ClientException {
        var request = DeleteRecordsRequest.builder()
                .topics(List.of(new DeleteRecordsTopic(
                        partition.topic(), List.of(new DeleteRecordsPartition(partition.partition(), offset)))))
                .timeoutMs(timeoutMillis())
                .build();
        var response = cluster.leader(partition, Lane.CALLS).call(request, DeleteRecordsResponse.class);
        for (var topic : response.topics()) {
            for (var each : topic.partitions()) {
                check("delete records of " + partition, each.errorCode(), null);
                return each.lowWatermark();
            }
        }
        throw missing("delete records of " + partition);
    }

    private int timeoutMillis() {
        return (int) cluster.options().requestTimeout().toMillis();
    }

    static void check(String what, short code, @Nullable String detail) throws RequestFailedException {
        if (code != ErrorCode.NONE.code()) throw new RequestFailedException(what, code, detail);
    }

    static RequestFailedException missing(String what) {
        return new RequestFailedException(what, ErrorCode.UNKNOWN_SERVER_ERROR, "the answer leaves it out");
    }
}
