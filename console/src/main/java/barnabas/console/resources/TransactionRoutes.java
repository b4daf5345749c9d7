package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.TransactionAdmin;
import barnabas.client.admin.TransactionAdmin.ActiveProducer;
import barnabas.client.admin.TransactionAdmin.Listing;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.view.TopicsView;
import barnabas.console.view.User;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `/transactions`: transactional ids, open and hanging transactions, and their end.
final class TransactionRoutes {
    /// Partitions that one request asks for producers.
    private static final int PARTITIONS_MAX = 2_000;

    private TransactionRoutes() {}

    static List<Route> routes() {
        return List.of(
                Route.get("/transactions", "Transactional ids with their state", TransactionRoutes::list)
                        .query(Rows.PARAMETERS),
                Route.get(
                                "/transactions/open",
                                "Transactions that are open in partitions, and whether they hang",
                                TransactionRoutes::open)
                        .query(
                                "topic:string to look at; all topics without it",
                                "minutes:integer that the producer has written nothing, 0 by default"),
                Route.get(
                        "/transactions/{id}",
                        "A transactional id with its transaction",
                        (request, user) -> one(request.path("id"), user)),
                Route.of(
                        "POST",
                        "/transactions/{id}/abort",
                        "Abort the open transaction and fence its producer",
                        TransactionRoutes::abort),
                Route.of(
                                "POST",
                                "/transactions/open/abort",
                                "Abort a transaction that no coordinator knows",
                                TransactionRoutes::abortHanging)
                        .body(
                                "topic:string in which it hangs",
                                "partition:integer in which it hangs",
                                "startOffset:integer of its first record"));
    }

    private static JsonObject list(ApiRequest request, User user) throws ClientException, ApiProblem {
        List<Listing> all = new TransactionAdmin(user.cluster()).list(List.of());
        Map<String, Comparator<Listing>> sorts = Map.of(
                "state", Comparator.comparing(Listing::state),
                "producer", Comparator.comparingLong(Listing::producerId));
        return Rows.of(request, all, Listing::transactionalId, sorts)
                .json(each -> new JsonObject()
                        .put("id", each.transactionalId())
                        .put("producerId", each.producerId())
                        .put("state", each.state())
                        .put("coordinator", each.coordinatorId()));
    }

    private static JsonObject one(String id, User user) throws ClientException {
        TransactionAdmin.Description each = new TransactionAdmin(user.cluster()).describe(id);
        return new JsonObject()
                .put("id", id)
                .put("state", each.state())
                .put("producerId", each.producerId())
                .put("producerEpoch", each.producerEpoch())
                .put("timeoutMillis", each.timeoutMillis())
                .put("startMillis", each.startMillis() < 0 ? null : each.startMillis())
                .put("coordinator", each.coordinatorId())
                .put(
                        "partitions",
                        each.partitions().stream().map(TopicPartition::toString).toList());
    }

    private static JsonObject open(ApiRequest request, User user) throws ClientException, ApiProblem {
        long minutes = request.number("minutes", 0, 0, 1_000_000);
        long now = user.clock().millis();
        Map<Long, String> ids = new HashMap<>();
        var admin = new TransactionAdmin(user.cluster());
        for (Listing each : admin.list(List.of())) ids.put(each.producerId(), each.transactionalId());
        var items = new ArrayList<JsonObject>();
        admin.openSince(
                        partitions(request, user),
                        now - Duration.ofMinutes(minutes).toMillis())
                .forEach((partition, producers) -> {
                    for (ActiveProducer each : producers) items.add(open(partition, each, ids.get(each.producerId())));
                });
        return JsonObject.of("items", items);
    }

    private static JsonObject open(TopicPartition partition, ActiveProducer each, @Nullable String id) {
        return new JsonObject()
                .put("topic", partition.topic())
                .put("partition", partition.partition())
                .put("producerId", each.producerId())
                .put("producerEpoch", each.producerEpoch())
                .put("startOffset", each.transactionStart())
                .put("lastMillis", each.lastTimestampMillis())
                .put("transactionalId", id)
                .put("hanging", id == null);
    }

    private static List<TopicPartition> partitions(ApiRequest request, User user) throws ClientException, ApiProblem {
        var partitions = new ArrayList<TopicPartition>();
        Optional<String> named = request.query("topic");
        if (named.isPresent()) {
            int count = TopicRoutes.topicOf(named.get(), user).partitions().size();
            for (int i = 0; i < count; i++) partitions.add(new TopicPartition(named.get(), i));
            return partitions;
        }
        for (TopicsView.Topic each : user.topics().topics().values()) {
            if (each.offline() > 0 || each.name().equals("__transaction_state")) continue;
            for (int i = 0; i < each.partitions(); i++) partitions.add(new TopicPartition(each.name(), i));
        }
        if (partitions.size() > PARTITIONS_MAX)
            throw ApiProblem.invalid(
                    "There are " + partitions.size() + " partitions, more than " + PARTITIONS_MAX + ": name a topic");
        return partitions;
    }

    private static JsonObject abort(ApiRequest request, User user) throws ClientException {
        new TransactionAdmin(user.cluster()).abort(request.path("id"));
        return JsonObject.of("aborted", request.path("id"));
    }

    private static JsonObject abortHanging(ApiRequest request, User user) throws ClientException, ApiProblem {
        var partition = new TopicPartition(
                request.neededText("topic"), (int) request.bodyNumber("partition", 0, 0, Integer.MAX_VALUE));
        long start = request.bodyNumber("startOffset", -1, 0, Long.MAX_VALUE);
        if (start < 0) throw ApiProblem.invalid("startOffset is missing");
        TopicRoutes.topicOf(partition.topic(), user);
        new TransactionAdmin(user.cluster()).abortHanging(partition, start);
        return JsonObject.of("aborted", partition.toString());
    }
}
