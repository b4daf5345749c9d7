package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.client.admin.LogAdmin.Directory;
import barnabas.client.admin.QuorumAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.Route;
import barnabas.console.view.User;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import barnabas.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// `/cluster`: nodes, quorum, features, configs of brokers, reassignments.
final class ClusterRoutes {
    private static final int REASSIGNMENTS_MILLIS_MAX = 10_000;

    private ClusterRoutes() {}

    static List<Route> routes() {
        return List.of(
                Route.get(
                        "/cluster",
                        "Nodes, controller, quorum, features and log directories",
                        (_, user) -> cluster(user)),
                Route.get(
                        "/cluster/brokers/{broker}/configs",
                        "Configs of a broker with their source",
                        (request, user) -> Configs.of(broker(request.pathNumber("broker")), user)),
                Route.of(
                                "PUT",
                                "/cluster/brokers/{broker}/configs",
                                "Change configs of a broker",
                                (request, user) -> Configs.change(broker(request.pathNumber("broker")), request, user))
                        .body(Configs.CHANGE),
                Route.get(
                        "/cluster/brokers/{broker}/loggers",
                        "Log levels of a broker",
                        (request, user) -> Configs.of(
                                new Resource(ResourceType.BROKER_LOGGER, String.valueOf(request.pathNumber("broker"))),
                                user)),
                Route.of(
                                "PUT",
                                "/cluster/brokers/{broker}/loggers",
                                "Change log levels of a broker, until it starts again",
                                (request, user) -> Configs.change(
                                        new Resource(
                                                ResourceType.BROKER_LOGGER,
                                                String.valueOf(request.pathNumber("broker"))),
                                        request,
                                        user))
                        .body(Configs.CHANGE),
                Route.get(
                        "/cluster/reassignments",
                        "Partitions that get other replicas",
                        (_, user) -> reassignments(user)));
    }

    private static Resource broker(int id) {
        return new Resource(ResourceType.BROKER, String.valueOf(id));
    }

    private static JsonObject cluster(User user) throws ClientException {
        Cluster cluster = user.cluster();
        DescribeClusterResponse described = OverviewRoutes.cluster(cluster);
        ApiVersionsResponse versions = cluster.any().apiVersions().response();
        return new JsonObject()
                .put("clusterId", described.clusterId())
                .put("controller", described.controllerId())
                .put(
                        "brokers",
                        described.brokers().stream()
                                .map(each -> OverviewRoutes.broker(each, described))
                                .toList())
                .put("quorum", quorum(cluster))
                .put("features", features(versions))
                .put(
                        "disks",
                        user.directories().stream().map(OverviewRoutes::disk).toList());
    }

    /// Null where the user may not see it.
    private static @Nullable JsonObject quorum(Cluster cluster) throws ClientException {
        QuorumAdmin.Quorum quorum;
        try {
            quorum = new QuorumAdmin(cluster).describe();
        } catch (RequestFailedException e) {
            if (ApiErrors.isForbidden(e)) return null;
            throw e;
        }
        var nodes = new ArrayList<JsonObject>();
        quorum.voters().forEach((id, end) -> nodes.add(node(id, "voter", end, quorum)));
        quorum.observers().forEach((id, end) -> nodes.add(node(id, "observer", end, quorum)));
        return new JsonObject().put("leader", quorum.leaderId()).put("nodes", nodes);
    }

    private static JsonObject node(int id, String role, long end, QuorumAdmin.Quorum quorum) {
        return new JsonObject().put("id", id).put("role", role).put("end", end).put("lag", quorum.lag(id));
    }

    private static List<JsonObject> features(ApiVersionsResponse versions) {
        Map<String, JsonObject> features = new TreeMap<>();
        for (SupportedFeatureKey each : versions.supportedFeatures())
            features.put(
                    each.name(),
                    new JsonObject()
                            .put("name", each.name())
                            .put("level", 0)
                            .put("min", each.minVersion())
                            .put("max", each.maxVersion()));
        for (FinalizedFeatureKey each : versions.finalizedFeatures())
            features.computeIfAbsent(each.name(), name -> JsonObject.of("name", name))
                    .put("level", each.maxVersionLevel());
        return List.copyOf(features.values());
    }

    private static JsonObject reassignments(User user) throws ClientException {
        var request = ListPartitionReassignmentsRequest.builder()
                .timeoutMs(REASSIGNMENTS_MILLIS_MAX)
                .topics(null)
                .build();
        var response = user.cluster().controller().call(request, ListPartitionReassignmentsResponse.class);
        ApiErrors.check("list reassignments", response.errorCode(), response.errorMessage());
        var items = new ArrayList<JsonObject>();
        if (response.topics().isEmpty()) return JsonObject.of("items", items);
        List<Directory> directories = user.directories();
        for (var topic : response.topics())
            for (var each : topic.partitions()) {
                var partition = new TopicPartition(topic.name(), each.partitionIndex());
                MoveProgress progress = MoveProgress.of(partition, each.addingReplicas(), directories);
                items.add(new JsonObject()
                        .put("topic", topic.name())
                        .put("partition", each.partitionIndex())
                        .put("replicas", each.replicas())
                        .put("adding", each.addingReplicas())
                        .put("removing", each.removingReplicas())
                        .put("bytes", progress.bytes() < 0 ? null : progress.bytes())
                        .put("copied", progress.bytes() < 0 ? null : progress.copied()));
            }
        return JsonObject.of("items", items);
    }
}
