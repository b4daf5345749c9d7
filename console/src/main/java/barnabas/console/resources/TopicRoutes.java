package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Partition;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.ConnectionException;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.ConfigAdmin.Resource;
import barnabas.client.admin.ConfigAdmin.ResourceType;
import barnabas.client.admin.LogAdmin.Directory;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.view.GroupsView;
import barnabas.console.view.GroupsView.TopicReaders;
import barnabas.console.view.TopicsView;
import barnabas.console.view.User;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import barnabas.protocol.message.DescribeConfigsResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `/topics`: the list, and a topic with its partitions, configs and groups.
final class TopicRoutes {
    private static final byte TOPIC = 2;
    private static final String RETENTION_MILLIS = "retention.ms";
    private static final String RETENTION_BYTES = "retention.bytes";
    private static final String CLEANUP = "cleanup.policy";
    private static final TopicReaders NO_READERS = new TopicReaders(0, 0);

    private TopicRoutes() {}

    static List<Route> routes() {
        return List.of(
                Route.get("/topics", "Topics, searched, sorted and cut", TopicRoutes::list)
                        .query(parameters()),
                Route.get(
                        "/topics/{topic}",
                        "A topic with its partitions",
                        (request, user) -> topic(request.path("topic"), user)),
                Route.get(
                        "/topics/{topic}/partitions",
                        "Partitions with leader, replicas, ISR and offsets",
                        (request, user) ->
                                JsonObject.of("items", partitions(topicOf(request.path("topic"), user), user))),
                Route.get(
                        "/topics/{topic}/configs",
                        "Configs of a topic, with what was overridden",
                        (request, user) -> Configs.of(new Resource(ResourceType.TOPIC, request.path("topic")), user)),
                Route.of(
                                "PUT",
                                "/topics/{topic}/configs",
                                "Change configs of a topic",
                                (request, user) -> Configs.change(
                                        new Resource(ResourceType.TOPIC, request.path("topic")), request, user))
                        .body(Configs.CHANGE),
                Route.get(
                        "/topics/{topic}/groups",
                        "Groups that have read a topic, with their lag",
                        (request, user) -> JsonObject.of("items", groups(request.path("topic"), user))));
    }

    private static String[] parameters() {
        var parameters = new ArrayList<>(List.of(Rows.PARAMETERS));
        parameters.add("internal:boolean with the topics that the cluster keeps for itself");
        return parameters.toArray(String[]::new);
    }

    private static JsonObject list(ApiRequest request, User user) throws ClientException, ApiProblem {
        TopicsView view = user.topics();
        Map<String, TopicReaders> readers = readers(user);
        boolean internal = request.flag("internal");
        var shown = view.topics().values().stream()
                .filter(each -> internal || !each.internal())
                .toList();
        Map<String, Comparator<TopicsView.Topic>> sorts = Map.of(
                "partitions", Comparator.comparingInt(TopicsView.Topic::partitions),
                "replicas", Comparator.comparingInt(TopicsView.Topic::replicas),
                "size", Comparator.comparingLong(TopicsView.Topic::bytes),
                "groups",
                        Comparator.comparingInt(each ->
                                readers.getOrDefault(each.name(), NO_READERS).groups()),
                "lag",
                        Comparator.comparingLong(each ->
                                readers.getOrDefault(each.name(), NO_READERS).lagMax()),
                "health", Comparator.comparingInt(each -> each.offline() * 1_000_000 + each.underReplicated()));
        Rows<TopicsView.Topic> page = Rows.of(request, shown, TopicsView.Topic::name, sorts);
        Map<String, Map<String, String>> configs = configs(user.cluster(), page.rows());
        Map<String, Long> records = records(user, page.rows());
        return page.json(each -> row(
                each,
                view.hasSizes(),
                readers.getOrDefault(each.name(), NO_READERS),
                configs.getOrDefault(each.name(), Map.of()),
                records));
    }

    private static JsonObject row(
            TopicsView.Topic topic,
            boolean hasSizes,
            TopicReaders readers,
            Map<String, String> configs,
            Map<String, Long> records) {
        return new JsonObject()
                .put("name", topic.name())
                .put("internal", topic.internal())
                .put("partitions", topic.partitions())
                .put("replicas", topic.replicas())
                .put("underReplicated", topic.underReplicated())
                .put("offline", topic.offline())
                .put("bytes", hasSizes ? topic.bytes() : null)
                .put("end", records.get(topic.name()))
                .put("retentionMillis", configs.get(RETENTION_MILLIS))
                .put("retentionBytes", configs.get(RETENTION_BYTES))
                .put("cleanup", configs.get(CLEANUP))
                .put("groups", readers.groups())
                .put("lag", readers.lagMax());
    }

    /// None where the user may not see groups, or a coordinator has just stopped.
    private static Map<String, TopicReaders> readers(User user) throws ClientException {
        try {
            return user.groups().readers();
        } catch (ConnectionException e) {
            return Map.of();
        } catch (RequestFailedException e) {
            if (ApiErrors.isForbidden(e)) return Map.of();
            throw e;
        }
    }

    /// Configs that the list shows, in one request.
    private static Map<String, Map<String, String>> configs(Cluster cluster, List<TopicsView.Topic> topics)
            throws ClientException {
        if (topics.isEmpty()) return Map.of();
        var asked = new ArrayList<DescribeConfigsResource>();
        for (TopicsView.Topic each : topics)
            asked.add(DescribeConfigsResource.builder()
                    .resourceType(TOPIC)
                    .resourceName(each.name())
                    .configurationKeys(List.of(RETENTION_MILLIS, RETENTION_BYTES, CLEANUP))
                    .build());
        var response = cluster.any()
                .call(DescribeConfigsRequest.builder().resources(asked).build(), DescribeConfigsResponse.class);
        Map<String, Map<String, String>> configs = new HashMap<>();
        for (var result : response.results())
            for (var each : result.configs()) {
                String value = each.value();
                if (value != null)
                    configs.computeIfAbsent(result.resourceName(), _ -> new HashMap<>())
                            .put(each.name(), value);
            }
        return configs;
    }

    /// Sums of the ends of the partitions: the rate of a topic is their difference.
    private static Map<String, Long> records(User user, List<TopicsView.Topic> topics) throws ClientException {
        var partitions = new ArrayList<TopicPartition>();
        for (TopicsView.Topic each : topics) {
            if (each.offline() > 0) continue;
            for (int i = 0; i < each.partitions(); i++) partitions.add(new TopicPartition(each.name(), i));
        }
        Map<String, Long> ends = new HashMap<>();
        if (partitions.isEmpty()) return ends;
        try {
            Offsets.list(user.cluster(), partitions, new OffsetSpec.Latest(), IsolationLevel.READ_UNCOMMITTED)
                    .forEach((partition, found) -> ends.merge(partition.topic(), found.offset(), Long::sum));
        } catch (RequestFailedException e) {
            // The list does without rates when a topic was deleted meanwhile or its records may not be read.
            return Map.of();
        }
        return ends;
    }

    static Topic topicOf(String name, User user) throws ClientException {
        return user.cluster().refreshTopic(name, false);
    }

    private static JsonObject topic(String name, User user) throws ClientException {
        Topic topic = topicOf(name, user);
        List<JsonObject> partitions = partitions(topic, user);
        return new JsonObject()
                .put("name", name)
                .put("id", topic.id().toString())
                .put("internal", topic.internal())
                .put("partitions", partitions)
                .put("groups", groups(name, user));
    }

    /// First offset and end of the partitions that have a leader.
    record Span(long start, long end) {}

    static Map<Integer, Span> spans(Topic topic, User user) throws ClientException {
        var led = new ArrayList<TopicPartition>();
        for (Partition each : topic.partitions())
            if (each.leaderId() >= 0) led.add(new TopicPartition(topic.name(), each.index()));
        Map<Integer, Span> spans = new TreeMap<>();
        if (led.isEmpty()) return spans;
        var isolation = IsolationLevel.READ_UNCOMMITTED;
        var starts = Offsets.list(user.cluster(), led, new OffsetSpec.Earliest(), isolation);
        Offsets.list(user.cluster(), led, new OffsetSpec.Latest(), isolation).forEach((partition, end) -> {
            var start = starts.getOrDefault(partition, end);
            spans.put(partition.partition(), new Span(start.offset(), end.offset()));
        });
        return spans;
    }

    private static List<JsonObject> partitions(Topic topic, User user) throws ClientException {
        Map<Integer, Span> spans;
        try {
            spans = spans(topic, user);
        } catch (RequestFailedException e) {
            if (!ApiErrors.isForbidden(e)) throw e;
            spans = Map.of();
        }
        Map<TopicPartition, Map<Integer, Long>> sizes = sizes(topic.name(), user);
        var partitions = new ArrayList<JsonObject>();
        for (Partition each : topic.partitions()) {
            Span span = spans.get(each.index());
            Map<Integer, Long> bytes = sizes.getOrDefault(new TopicPartition(topic.name(), each.index()), Map.of());
            partitions.add(new JsonObject()
                    .put("partition", each.index())
                    .put("leader", each.leaderId())
                    .put("leaderEpoch", each.leaderEpoch())
                    .put("replicas", each.replicas())
                    .put("isr", each.inSyncReplicas())
                    .put("offlineReplicas", each.offlineReplicas())
                    .put("start", span == null ? null : span.start)
                    .put("end", span == null ? null : span.end)
                    .put("bytes", bytes.get(each.leaderId())));
        }
        return partitions;
    }

    /// Bytes by broker.
    private static Map<TopicPartition, Map<Integer, Long>> sizes(String topic, User user) throws ClientException {
        Map<TopicPartition, Map<Integer, Long>> sizes = new HashMap<>();
        for (Directory directory : user.directories())
            directory.partitions().forEach((partition, bytes) -> {
                if (partition.topic().equals(topic))
                    sizes.computeIfAbsent(partition, _ -> new HashMap<>()).put(directory.brokerId(), bytes);
            });
        return sizes;
    }

    static List<JsonObject> groups(String topic, User user) throws ClientException {
        GroupsView view;
        try {
            view = user.groups();
        } catch (ConnectionException e) {
            return List.of();
        } catch (RequestFailedException e) {
            if (ApiErrors.isForbidden(e)) return List.of();
            throw e;
        }
        var groups = new ArrayList<JsonObject>();
        view.lagByGroup(topic).forEach((id, lag) -> {
            GroupsView.Group group = view.groups().get(id);
            groups.add(new JsonObject()
                    .put("id", id)
                    .put("state", group == null ? null : group.listing().state())
                    .put("lag", lag));
        });
        return groups;
    }
}
