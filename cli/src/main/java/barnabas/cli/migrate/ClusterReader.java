package barnabas.cli.migrate;

import barnabas.cli.migrate.ClusterView.Node;
import barnabas.cli.migrate.ClusterView.Partition;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.ClusterMetadata;
import barnabas.client.TopicPartition;
import barnabas.client.admin.ConfigAdmin;
import barnabas.client.admin.GroupAdmin;
import barnabas.client.admin.QuorumAdmin;
import barnabas.client.admin.ReplicaAdmin;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import barnabas.protocol.message.DescribeConfigsResponse;
import barnabas.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import barnabas.protocol.message.DescribeQuorumResponse.PartitionData;
import barnabas.protocol.message.DescribeQuorumResponse.ReplicaState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads what a migration depends on from the brokers of a cluster. Changes nothing.
public final class ClusterReader {
    private static final String MIN_IN_SYNC = "min.insync.replicas";
    private static final byte TOPIC = 2;
    private static final int TOPICS_AT_ONCE_MAX = 500;
    /// A voter that fetched within this time of the leader's clock follows the log.
    private static final long FOLLOWS_MILLIS = 10_000;

    private final Cluster cluster;

    public ClusterReader(Cluster cluster) {
        this.cluster = cluster;
    }

    public ClusterView read() throws ClientException {
        PartitionData quorum = new QuorumAdmin(cluster).log();
        cluster.refresh(null, false);
        ClusterMetadata metadata = cluster.metadata();
        var voters = new TreeMap<Integer, Boolean>();
        for (ReplicaState each : quorum.currentVoters()) voters.put(each.replicaId(), follows(each, quorum));
        List<Partition> partitions = partitions(metadata);
        var ids = new TreeSet<>(metadata.brokers().keySet());
        ids.addAll(voters.keySet());
        for (Partition each : partitions) ids.addAll(each.replicas());
        var nodes = new ArrayList<Node>();
        for (int id : ids) nodes.add(node(id, metadata));
        return new ClusterView(
                metadata.clusterId(),
                quorum.leaderId(),
                voters,
                List.copyOf(nodes),
                features(),
                partitions,
                new ReplicaAdmin(cluster).ongoing(),
                unservedGroups());
    }

    private static boolean follows(ReplicaState voter, PartitionData quorum) {
        if (voter.replicaId() == quorum.leaderId()) return true;
        for (ReplicaState leader : quorum.currentVoters())
            if (leader.replicaId() == quorum.leaderId() && leader.lastFetchTimestamp() > 0)
                return leader.lastFetchTimestamp() - voter.lastFetchTimestamp() <= FOLLOWS_MILLIS;
        // Brokers below version 1 of the API do not show times.
        return voter.logEndOffset() >= quorum.highWatermark();
    }

    private List<Partition> partitions(ClusterMetadata metadata) throws ClientException {
        Map<String, Integer> minInSync = minInSync(List.copyOf(metadata.topics().keySet()));
        var partitions = new ArrayList<Partition>();
        for (ClusterMetadata.Topic topic : metadata.topics().values())
            for (ClusterMetadata.Partition each : topic.partitions())
                partitions.add(new Partition(
                        new TopicPartition(topic.name(), each.index()),
                        each.leaderId(),
                        each.replicas(),
                        each.inSyncReplicas(),
                        minInSync.getOrDefault(topic.name(), 1)));
        return List.copyOf(partitions);
    }

    /// A topic whose settings may not be described is left out.
    private Map<String, Integer> minInSync(List<String> topics) throws ClientException {
        var found = new HashMap<String, Integer>();
        for (int from = 0; from < topics.size(); from += TOPICS_AT_ONCE_MAX) {
            List<DescribeConfigsResource> resources =
                    topics.subList(from, Math.min(topics.size(), from + TOPICS_AT_ONCE_MAX)).stream()
                            .map(each -> DescribeConfigsResource.builder()
                                    .resourceType(TOPIC)
                                    .resourceName(each)
                                    .configurationKeys(List.of(MIN_IN_SYNC))
                                    .build())
                            .toList();
            var request = DescribeConfigsRequest.builder().resources(resources).build();
            DescribeConfigsResponse response = cluster.retrying(
                    cluster.deadline(), () -> cluster.any().call(request, DescribeConfigsResponse.class));
            for (DescribeConfigsResult each : response.results())
                for (var config : each.configs())
                    if (config.value() != null) found.put(each.resourceName(), Integer.parseInt(config.value()));
        }
        return found;
    }

    /// Barnabas offers client telemetry always and share groups never, Apache Kafka 4.3 the other way round.
    private Software software(int id) throws ClientException {
        var keys = new HashSet<Short>();
        for (var each : cluster.retrying(cluster.deadline(), () -> cluster.broker(id, Lane.CALLS))
                .apiVersions()
                .response()
                .apiKeys()) keys.add(each.apiKey());
        boolean own = keys.contains(ApiKey.GET_TELEMETRY_SUBSCRIPTIONS.id())
                && !keys.contains(ApiKey.SHARE_GROUP_HEARTBEAT.id());
        return own ? Software.BARNABAS : Software.KAFKA;
    }

    private Node node(int id, ClusterMetadata metadata) throws ClientException {
        ClusterMetadata.Broker broker = metadata.brokers().get(id);
        if (broker == null) return Node.unseen(id);
        var resource = new ConfigAdmin.Resource(ConfigAdmin.ResourceType.BROKER, "" + id);
        List<ConfigAdmin.Entry> entries =
                cluster.retrying(cluster.deadline(), () -> new ConfigAdmin(cluster).describe(resource, false));
        var settings = new TreeMap<String, String>();
        var secrets = new TreeSet<String>();
        for (ConfigAdmin.Entry each : entries) {
            if (each.source() != ConfigAdmin.Source.STATIC_BROKER_CONFIG) continue;
            if (each.value() != null) settings.put(each.name(), each.value());
            else if (each.sensitive()) secrets.add(each.name());
        }
        return new Node(id, broker.address().toString(), software(id), settings, secrets);
    }

    private Map<String, Short> features() throws ClientException {
        var features = new TreeMap<String, Short>();
        for (var each : cluster.any().apiVersions().response().finalizedFeatures())
            features.put(each.name(), each.maxVersionLevel());
        return features;
    }

    private List<String> unservedGroups() throws ClientException {
        return new GroupAdmin(cluster)
                .list().stream()
                        .filter(each ->
                                each.type().equals("Share") || each.type().equals("Streams"))
                        .map(each -> each.type().toLowerCase(Locale.ROOT) + " group '" + each.id() + "'")
                        .toList();
    }
}
