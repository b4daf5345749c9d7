package barnabas.console.resources;

import barnabas.broker.http.NodeAccess;
import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.TransactionAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.PartitionFetch;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.records.ReadRecord;
import barnabas.console.resources.TopicRoutes.Span;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.view.GroupsView;
import barnabas.console.view.User;
import barnabas.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One record: who wrote it, in which transaction with what outcome, and which groups have committed past it.
final class RecordTrace {
    private static final int FETCH_BYTES = 64 << 10;

    private RecordTrace() {}

    static JsonObject trace(ApiRequest request, User user, NodeAccess node)
            throws ClientException, ApiProblem, InterruptedException {
        TopicPartition partition = new TopicPartition(request.path("topic"), request.pathNumber("partition"));
        long offset = request.pathOffset("offset");
        ReadRecord record = find(partition, offset, user);
        KnownSchemas schemas = RecordRoutes.schemas(user, node);
        schemas.prepare(List.of(record));
        return ShownRecord.of(record, schemas)
                .put("topic", partition.topic())
                .put("transaction", transaction(record, partition, user))
                .put("groups", groups(partition, offset, user));
    }

    static HttpResponse value(ApiRequest request, User user) throws ClientException, ApiProblem {
        TopicPartition partition = new TopicPartition(request.path("topic"), request.pathNumber("partition"));
        ReadRecord record = find(partition, request.pathOffset("offset"), user);
        ByteBuffer value = record.value();
        if (value == null) throw ApiProblem.missing("The record has no value");
        String name = partition + "-" + record.offset() + ".bin";
        return new HttpResponse(
                200,
                "application/octet-stream",
                Map.of("Content-Disposition", "attachment; filename=\"" + name + "\""),
                ByteBuffer.wrap(ReadRecord.bytes(value)));
    }

    static ReadRecord find(TopicPartition partition, long offset, User user) throws ClientException, ApiProblem {
        Topic topic = TopicRoutes.topicOf(partition.topic(), user);
        if (partition.partition() >= topic.partitions().size())
            throw ApiProblem.missing("There is no partition " + partition.partition() + " of " + topic.name());
        Span span = TopicRoutes.spans(topic, user).get(partition.partition());
        if (span == null) throw new ApiProblem(503, "LEADER_NOT_AVAILABLE", partition + " has no leader");
        if (offset >= span.end())
            throw ApiProblem.missing(
                    "Offset " + offset + " was not written yet: " + partition + " ends at " + span.end());
        if (offset < span.start())
            throw ApiProblem.missing("Offset " + offset + " is deleted: " + partition + " begins at " + span.start());
        Fetched fetched =
                PartitionFetch.read(user.cluster(), partition, offset, FETCH_BYTES, IsolationLevel.READ_UNCOMMITTED);
        for (ReadRecord each : fetched.records()) if (each.offset() == offset) return each;
        throw ApiProblem.missing(
                "There is no record at offset " + offset + " of " + partition + ": compaction has removed it");
    }

    /// Null of a record without transaction.
    private static @Nullable JsonObject transaction(ReadRecord record, TopicPartition partition, User user)
            throws ClientException {
        ReadRecord.Producer producer = record.producer();
        if (producer == null || !producer.transactional()) return null;
        Fetched committed = PartitionFetch.read(
                user.cluster(), partition, record.offset(), FETCH_BYTES, IsolationLevel.READ_COMMITTED);
        String outcome = "committed";
        if (committed.lastStableOffset() >= 0 && record.offset() >= committed.lastStableOffset()) outcome = "open";
        for (var each : committed.aborted())
            if (each.producerId() == producer.id() && each.firstOffset() <= record.offset()) outcome = "aborted";
        return new JsonObject()
                .put("outcome", outcome)
                .put("transactionalId", transactionalId(producer.id(), user).orElse(null));
    }

    /// Empty when the coordinator has forgotten it, or the user may not see it.
    private static Optional<String> transactionalId(long producerId, User user) throws ClientException {
        try {
            for (TransactionAdmin.Listing each : new TransactionAdmin(user.cluster()).list(List.of()))
                if (each.producerId() == producerId) return Optional.of(each.transactionalId());
        } catch (RequestFailedException e) {
            if (!ApiErrors.isForbidden(e)) throw e;
        }
        return Optional.empty();
    }

    private static List<JsonObject> groups(TopicPartition partition, long offset, User user) throws ClientException {
        var groups = new ArrayList<JsonObject>();
        GroupsView view;
        try {
            view = user.groups();
        } catch (RequestFailedException e) {
            if (ApiErrors.isForbidden(e)) return groups;
            throw e;
        }
        for (GroupsView.Group each : view.groups().values()) {
            Long committed = each.committed().get(partition);
            if (committed == null) continue;
            groups.add(new JsonObject()
                    .put("id", each.listing().id())
                    .put("state", each.listing().state())
                    .put("committed", committed)
                    .put("past", committed > offset));
        }
        return groups;
    }
}
