package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.TopicPartition;
import barnabas.client.admin.TopicAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.resources.TopicRoutes.Span;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.view.TopicsView;
import barnabas.console.view.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Create, extend, empty and delete topics. With `preview` nothing is changed, and the answer says what would be.
final class TopicChanges {
    private static final String PREVIEW = "preview:boolean change nothing, only say what would change";

    private TopicChanges() {}

    static List<Route> routes() {
        return List.of(
                Route.of("POST", "/topics", "Create a topic", TopicChanges::create)
                        .body(
                                "name:string of the topic",
                                "partitions:integer number, the cluster's default without it",
                                "replicationFactor:integer replicas of each partition, the cluster's default without it",
                                "configs:object values by name",
                                PREVIEW),
                Route.of("PUT", "/topics/{topic}/partitions", "Give a topic more partitions", TopicChanges::extend)
                        .body("count:integer partitions afterwards", PREVIEW),
                Route.of("DELETE", "/topics/{topic}/records", "Remove records of a topic", TopicChanges::empty)
                        .query(PREVIEW)
                        .body(
                                "before:object offsets by partition, up to which records go; all records without it",
                                PREVIEW),
                Route.of("DELETE", "/topics/{topic}", "Delete a topic", TopicChanges::delete)
                        .query(PREVIEW));
    }

    private static JsonObject create(ApiRequest request, User user) throws ClientException, ApiProblem {
        String name = request.neededText("name");
        int partitions = (int) request.bodyNumber("partitions", TopicAdmin.DEFAULT, 1, Integer.MAX_VALUE);
        int replicas = (int) request.bodyNumber("replicationFactor", TopicAdmin.DEFAULT, 1, Short.MAX_VALUE);
        boolean preview = request.flag("preview");
        TopicAdmin.Created created =
                new TopicAdmin(user.cluster()).create(name, partitions, replicas, request.texts("configs"), preview);
        user.changed();
        return new JsonObject()
                .put("preview", preview)
                .put("name", name)
                .put("partitions", created.partitions())
                .put("replicationFactor", created.replicationFactor());
    }

    private static JsonObject extend(ApiRequest request, User user) throws ClientException, ApiProblem {
        Topic topic = TopicRoutes.topicOf(request.path("topic"), user);
        int count = (int) request.bodyNumber("count", 0, 1, Integer.MAX_VALUE);
        if (count == 0) throw ApiProblem.invalid("count is missing");
        boolean preview = request.flag("preview");
        new TopicAdmin(user.cluster()).createPartitions(topic.name(), count, preview);
        user.changed();
        return new JsonObject()
                .put("preview", preview)
                .put("before", topic.partitions().size())
                .put("after", count)
                .put("note", "Records with a key go to other partitions than before");
    }

    private static JsonObject empty(ApiRequest request, User user) throws ClientException, ApiProblem {
        Topic topic = TopicRoutes.topicOf(request.path("topic"), user);
        Map<Integer, Span> spans = TopicRoutes.spans(topic, user);
        Map<Integer, Long> before = before(request, spans);
        long records = 0;
        var partitions = new ArrayList<JsonObject>();
        for (Map.Entry<Integer, Long> each : before.entrySet()) {
            Span span = spans.get(each.getKey());
            if (span == null) throw ApiProblem.invalid("There is no partition " + each.getKey() + " with a leader");
            if (each.getValue() > span.end())
                throw ApiProblem.invalid("Partition " + each.getKey() + " ends at " + span.end());
            long gone = Math.max(0, each.getValue() - span.start());
            records += gone;
            partitions.add(new JsonObject()
                    .put("partition", each.getKey())
                    .put("before", each.getValue())
                    .put("records", gone));
        }
        boolean preview = request.flag("preview");
        if (!preview) {
            var admin = new TopicAdmin(user.cluster());
            for (Map.Entry<Integer, Long> each : before.entrySet())
                admin.deleteRecords(new TopicPartition(topic.name(), each.getKey()), each.getValue());
            user.changed();
        }
        return new JsonObject()
                .put("preview", preview)
                .put("records", records)
                .put("partitions", partitions)
                .put("groups", TopicRoutes.groups(topic.name(), user));
    }

    private static Map<Integer, Long> before(ApiRequest request, Map<Integer, Span> spans) throws ApiProblem {
        Map<Integer, Long> before = new TreeMap<>();
        if (!request.has("before")) {
            spans.forEach((partition, span) -> before.put(partition, span.end()));
            return before;
        }
        for (Map.Entry<String, String> each : request.texts("before").entrySet())
            try {
                before.put(Integer.parseInt(each.getKey()), Long.parseLong(each.getValue()));
            } catch (NumberFormatException e) {
                throw ApiProblem.invalid("before is no offset by partition: " + each.getKey());
            }
        return before;
    }

    private static JsonObject delete(ApiRequest request, User user) throws ClientException, ApiProblem {
        Topic topic = TopicRoutes.topicOf(request.path("topic"), user);
        boolean preview = request.flag("preview");
        var answer = new JsonObject().put("preview", preview).put("name", topic.name());
        if (preview) {
            long records = 0;
            for (Span each : TopicRoutes.spans(topic, user).values()) records += each.end() - each.start();
            TopicsView.Topic listed = user.topics().topics().get(topic.name());
            return answer.put("partitions", topic.partitions().size())
                    .put("records", records)
                    .put("bytes", listed == null ? null : listed.bytes())
                    .put("groups", TopicRoutes.groups(topic.name(), user));
        }
        new TopicAdmin(user.cluster()).delete(topic.name());
        user.changed();
        return answer;
    }
}
