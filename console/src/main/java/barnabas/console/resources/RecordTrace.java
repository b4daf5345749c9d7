package barnabas.console.resources;

import barnabas.broker.http.NodeAccess;
import barnabas.client.ClientException;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.TransactionAdmin;
import barnabas.console.json.JsonObject;
import barnabas.console.records.Cursor;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.PartitionFetch;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.records.ReadRecord;
import barnabas.console.records.RecordPages;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One record: who wrote it, in which transaction with what outcome, and which groups have committed past it.
public final class RecordTrace {
    private static final int FETCH_BYTES = 64 << 10;

    /// A record with all that the cluster knows of it.
    ///
    /// @param transaction null of a record without one
    public record Trace(ReadRecord record, @Nullable Transaction transaction, List<Reader> groups) {}

    /// @param outcome committed, aborted or open
    /// @param id transactional id; null when the coordinator has forgotten it, or the user may not see it
    public record Transaction(String outcome, @Nullable String id) {}

    /// A group that has committed an offset of the record's partition.
    public record Reader(String group, String state, long committed) {}

    private RecordTrace() {}

    static JsonObject trace(ApiRequest request, User user, NodeAccess node)
            throws ClientException, ApiProblem, InterruptedException {
        TopicPartition partition = new TopicPartition(request.path("topic"), request.pathNumber("partition"));
        long offset = request.pathOffset("offset");
        Trace trace = of(partition, offset, user);
        KnownSchemas schemas = RecordRoutes.schemas(user, node);
        schemas.prepare(List.of(trace.record));
        Transaction transaction = trace.transaction;
        return ShownRecord.of(trace.record, schemas)
                .put("topic", partition.topic())
                .put(
                        "transaction",
                        transaction == null
                                ? null
                                : new JsonObject()
                                        .put("outcome", transaction.outcome)
                                        .put("transactionalId", transaction.id))
                .put(
                        "groups",
                        trace.groups.stream().map(each -> group(each, offset)).toList());
    }

    private static JsonObject group(Reader each, long offset) {
        return new JsonObject()
                .put("id", each.group)
                .put("state", each.state)
                .put("committed", each.committed)
                .put("past", each.committed > offset);
    }

    /// @throws ApiProblem when the record is not there, with the reason
    public static Trace of(TopicPartition partition, long offset, User user) throws ClientException, ApiProblem {
        ReadRecord record = find(partition, offset, user);
        return new Trace(record, transaction(record, partition, user), groups(partition, user));
    }

    /// The newest record with a key.
    ///
    /// @throws ApiProblem when there is none, or all that the command may look at were looked at
    public static Trace ofKey(String name, ByteBuffer key, User user)
            throws ClientException, ApiProblem, InterruptedException {
        Topic topic = TopicRoutes.topicOf(name, user);
        Map<Integer, Long> starts = new TreeMap<>();
        Map<Integer, Long> bounds = new TreeMap<>();
        TopicRoutes.spans(topic, user).forEach((partition, span) -> {
            starts.put(partition, span.start());
            bounds.put(partition, span.end());
        });
        var pages = new RecordPages(user, name, 1, record -> key.equals(record.key()), KnownSchemas.none(), false);
        long looked = 0;
        while (true) {
            RecordPages.Page page = pages.newest(starts, bounds);
            looked += page.looked();
            if (!page.records().isEmpty()) {
                ReadRecord found = page.records().getFirst();
                return of(new TopicPartition(name, found.partition()), found.offset(), user);
            }
            if (!page.more())
                throw ApiProblem.missing("No record of " + name + " has this key: " + looked + " looked at");
            bounds.putAll(Cursor.parse(page.next()));
        }
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
    private static @Nullable Transaction transaction(ReadRecord record, TopicPartition partition, User user)
            throws ClientException {
        ReadRecord.Producer producer = record.producer();
        if (producer == null || !producer.transactional()) return null;
        Fetched committed = PartitionFetch.read(
                user.cluster(), partition, record.offset(), FETCH_BYTES, IsolationLevel.READ_COMMITTED);
        String outcome = "committed";
        if (committed.lastStableOffset() >= 0 && record.offset() >= committed.lastStableOffset()) outcome = "open";
        for (var each : committed.aborted())
            if (each.producerId() == producer.id() && each.firstOffset() <= record.offset()) outcome = "aborted";
        return new Transaction(outcome, transactionalId(producer.id(), user).orElse(null));
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

    private static List<Reader> groups(TopicPartition partition, User user) throws ClientException {
        var groups = new ArrayList<Reader>();
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
            groups.add(new Reader(each.listing().id(), each.listing().state(), committed));
        }
        return groups;
    }
}
