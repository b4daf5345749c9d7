package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Partition;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin.Directory;
import barnabas.client.admin.ReplicaAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.view.User;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Begin and cancel reassignments of a topic's partitions. With `preview` nothing is changed, and the answer says what
/// would be copied where.
final class ReassignmentRoutes {
    private static final int REPLICAS_MAX = 100;

    private ReassignmentRoutes() {}

    static List<Route> routes() {
        return List.of(
                Route.of("POST", "/cluster/reassignments", "Give partitions other replicas", ReassignmentRoutes::begin)
                        .body(
                                "topic:string name",
                                "partitions:object node ids by partition, the preferred leader first, as 1,2,3",
                                "preview:boolean change nothing, only say what would be copied"),
                Route.of("DELETE", "/cluster/reassignments", "Cancel reassignments", ReassignmentRoutes::cancel)
                        .body(
                                "topic:string name",
                                "partitions:array numbers of partitions; all of the topic without it"));
    }

    private static JsonObject begin(ApiRequest request, User user) throws ClientException, ApiProblem {
        Topic topic = TopicRoutes.topicOf(request.neededText("topic"), user);
        Map<String, String> wanted = request.texts("partitions");
        if (wanted.isEmpty()) throw ApiProblem.invalid("partitions is missing");
        List<Directory> directories = user.directories();
        Map<TopicPartition, List<Integer>> moves = new TreeMap<>();
        var items = new ArrayList<JsonObject>();
        long bytes = 0;
        for (Map.Entry<String, String> each : wanted.entrySet()) {
            Partition partition = partition(topic, each.getKey());
            var name = new TopicPartition(topic.name(), partition.index());
            List<Integer> replicas = replicas(each.getKey(), each.getValue(), user);
            moves.put(name, replicas);
            var adding = new ArrayList<>(replicas);
            adding.removeAll(partition.replicas());
            var removing = new ArrayList<>(partition.replicas());
            removing.removeAll(replicas);
            long size = size(name, directories);
            bytes += size * adding.size();
            items.add(new JsonObject()
                    .put("partition", partition.index())
                    .put("from", partition.replicas())
                    .put("to", replicas)
                    .put("adding", adding)
                    .put("removing", removing)
                    .put("bytes", size * adding.size()));
        }
        boolean preview = request.flag("preview");
        if (!preview) {
            new ReplicaAdmin(user.cluster()).reassign(moves);
            user.changed();
        }
        return new JsonObject()
                .put("preview", preview)
                .put("topic", topic.name())
                .put("partitions", items)
                .put("bytes", bytes);
    }

    /// Bytes of the largest replica; 0 where the user may not see them.
    private static long size(TopicPartition partition, List<Directory> directories) {
        long size = 0;
        for (Directory each : directories)
            size = Math.max(size, each.partitions().getOrDefault(partition, 0L));
        return size;
    }

    private static Partition partition(Topic topic, String number) throws ApiProblem {
        try {
            int index = Integer.parseInt(number);
            if (index >= 0 && index < topic.partitions().size())
                return topic.partitions().get(index);
        } catch (NumberFormatException e) {
            // refused below
        }
        throw ApiProblem.invalid("There is no partition " + number);
    }

    private static List<Integer> replicas(String partition, String text, User user) throws ApiProblem, ClientException {
        var replicas = new ArrayList<Integer>();
        var brokers = user.cluster().metadata().brokers();
        for (String each : text.split(",", REPLICAS_MAX + 1)) {
            try {
                int id = Integer.parseInt(each.strip());
                if (!brokers.containsKey(id)) throw ApiProblem.invalid("There is no node " + id + " that runs");
                replicas.add(id);
            } catch (NumberFormatException e) {
                throw ApiProblem.invalid("partitions." + partition + " is no list of node ids: " + text);
            }
        }
        if (replicas.size() > REPLICAS_MAX || new HashSet<>(replicas).size() < replicas.size())
            throw ApiProblem.invalid("partitions." + partition + " names a node twice: " + text);
        return replicas;
    }

    private static JsonObject cancel(ApiRequest request, User user) throws ClientException, ApiProblem {
        Topic topic = TopicRoutes.topicOf(request.neededText("topic"), user);
        var partitions = new ArrayList<TopicPartition>();
        for (String each : request.list("partitions"))
            partitions.add(
                    new TopicPartition(topic.name(), partition(topic, each).index()));
        if (partitions.isEmpty())
            for (Partition each : topic.partitions()) partitions.add(new TopicPartition(topic.name(), each.index()));
        var admin = new ReplicaAdmin(user.cluster());
        partitions.retainAll(admin.ongoing());
        if (!partitions.isEmpty()) admin.cancel(partitions);
        user.changed();
        return new JsonObject()
                .put("topic", topic.name())
                .put(
                        "partitions",
                        partitions.stream().map(TopicPartition::partition).toList());
    }
}
