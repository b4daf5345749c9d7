package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.TopicPartition;
import barnabas.client.admin.GroupAdmin;
import barnabas.client.admin.GroupAdmin.Description;
import barnabas.client.admin.GroupAdmin.Member;
import barnabas.client.group.GroupLink;
import barnabas.client.group.GroupOffsets;
import barnabas.console.json.JsonObject;
import barnabas.console.records.PartitionFetch;
import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.rest.Route;
import barnabas.console.view.GroupsView;
import barnabas.console.view.GroupsView.Group;
import barnabas.console.view.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `/groups`: the list, and a group with members, assignment and lag in records and time.
final class GroupRoutes {
    /// Partitions of a group whose lag is shown in time: each takes a read.
    private static final int TIMED_PARTITIONS_MAX = 200;

    private static final int FIRST_RECORD_BYTES = 1 << 10;

    private GroupRoutes() {}

    static List<Route> routes() {
        return List.of(
                Route.get("/groups", "Groups, searched, sorted and cut", GroupRoutes::list)
                        .query(Rows.PARAMETERS),
                Route.get(
                        "/groups/{group}",
                        "A group with members, assignment and lag",
                        (request, user) -> group(request.path("group"), user)),
                Route.of(
                                "POST",
                                "/groups/{group}/offsets",
                                "Move the offsets of a group without members",
                                OffsetReset::reset)
                        .body(OffsetReset.FIELDS),
                Route.of("DELETE", "/groups/{group}", "Delete a group without members", GroupRoutes::delete)
                        .query("preview:boolean delete nothing, only say what would go"));
    }

    private static JsonObject list(ApiRequest request, User user) throws ClientException, ApiProblem {
        GroupsView view = user.groups();
        Map<String, Comparator<Group>> sorts = Map.of(
                "state", Comparator.comparing(each -> each.listing().state()),
                "type", Comparator.comparing(each -> each.listing().type()),
                "topics", Comparator.comparingInt(each -> topics(each).size()),
                "lag", Comparator.comparingLong(each -> view.lag(each).orElse(-1)));
        return Rows.of(request, view.groups().values(), each -> each.listing().id(), sorts)
                .json(each -> row(each, view));
    }

    private static JsonObject row(Group group, GroupsView view) {
        var lag = view.lag(group);
        return new JsonObject()
                .put("id", group.listing().id())
                .put("type", group.listing().type())
                .put("state", group.listing().state())
                .put("coordinator", group.listing().coordinatorId())
                .put("topics", topics(group).size())
                .put("lag", lag.isPresent() ? lag.getAsLong() : null);
    }

    private static Set<String> topics(Group group) {
        var topics = new TreeSet<String>();
        for (TopicPartition each : group.committed().keySet()) topics.add(each.topic());
        return topics;
    }

    private static JsonObject group(String id, User user) throws ClientException {
        Cluster cluster = user.cluster();
        Description group = new GroupAdmin(cluster).describe(id);
        Map<TopicPartition, Long> committed = new TreeMap<>();
        GroupOffsets.fetch(new GroupLink(cluster, id))
                .forEach((partition, each) -> committed.put(partition, each.offset()));
        Map<TopicPartition, Member> owners = new HashMap<>();
        for (Member member : group.members()) for (TopicPartition each : member.partitions()) owners.put(each, member);
        var partitions = new TreeSet<>(committed.keySet());
        partitions.addAll(owners.keySet());
        Map<TopicPartition, Long> ends = Ends.of(cluster, partitions);
        long lag = 0;
        int timed = 0;
        var offsets = new ArrayList<JsonObject>();
        for (TopicPartition each : partitions) {
            Long at = committed.get(each);
            Long end = ends.get(each);
            Long behind = at == null || end == null ? null : (Long) Math.max(0, end - at);
            Long age = null;
            if (at != null && behind != null && behind > 0 && timed++ < TIMED_PARTITIONS_MAX) age = age(each, at, user);
            if (behind != null) lag += behind;
            Member owner = owners.get(each);
            offsets.add(new JsonObject()
                    .put("topic", each.topic())
                    .put("partition", each.partition())
                    .put("committed", at)
                    .put("end", end)
                    .put("lag", behind)
                    .put("lagMillis", behind != null && behind == 0 ? (Long) 0L : age)
                    .put("member", owner == null ? null : owner.id()));
        }
        return new JsonObject()
                .put("id", id)
                .put("type", group.type())
                .put("state", group.state())
                .put("assignor", group.assignor())
                .put("epoch", group.epoch())
                .put("coordinator", group.coordinatorId())
                .put("lag", lag)
                .put(
                        "members",
                        group.members().stream().map(GroupRoutes::member).toList())
                .put("offsets", offsets);
    }

    private static JsonObject member(Member member) {
        return new JsonObject()
                .put("id", member.id())
                .put("instance", member.instanceId())
                .put("client", member.clientId())
                .put("host", member.host())
                .put(
                        "partitions",
                        member.partitions().stream()
                                .map(TopicPartition::toString)
                                .toList());
    }

    /// Milliseconds since the first record that is not committed was written; null when that is not known.
    private static @Nullable Long age(TopicPartition partition, long committed, User user) {
        try {
            Fetched fetched = PartitionFetch.read(
                    user.cluster(), partition, committed, FIRST_RECORD_BYTES, IsolationLevel.READ_UNCOMMITTED);
            if (fetched.records().isEmpty()) return null;
            long written = fetched.records().getFirst().timestampMillis();
            long now = user.clock().millis();
            return written < 0 ? null : (Long) Math.max(0, now - written);
        } catch (ClientException e) {
            // The record is deleted, or the user may not read it.
            return null;
        }
    }

    private static JsonObject delete(ApiRequest request, User user) throws ClientException, ApiProblem {
        String id = request.path("group");
        boolean preview = request.flag("preview");
        Description group = new GroupAdmin(user.cluster()).describe(id);
        if (group.isActive())
            throw new ApiProblem(
                    409,
                    "NON_EMPTY_GROUP",
                    "Group " + id + " has " + group.members().size() + " members: stop them first");
        int offsets = GroupOffsets.fetch(new GroupLink(user.cluster(), id)).size();
        if (!preview) {
            new GroupAdmin(user.cluster()).delete(id);
            user.changed();
        }
        return new JsonObject().put("preview", preview).put("id", id).put("offsets", offsets);
    }
}
