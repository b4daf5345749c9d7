package barnabas.console.resources;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ClusterMetadata.Topic;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.GroupAdmin;
import barnabas.client.group.GroupLink;
import barnabas.client.group.GroupOffsets;
import barnabas.client.group.GroupOffsets.Committed;
import barnabas.client.group.GroupOffsets.Committer;
import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import barnabas.console.view.User;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Moves the committed offsets of a group without members.
final class OffsetReset {
    static final String[] FIELDS = {
        "to:string earliest, latest, an offset, or a time as 2026-11-28T10:00:00Z",
        "by:string number of records to move forward, or backward if negative, instead of to",
        "topic:string to move; all topics with committed offsets without it",
        "partitions:array numbers of the topic's partitions; all without it",
        "preview:boolean move nothing, only say where offsets would go"
    };

    private OffsetReset() {}

    static JsonObject reset(ApiRequest request, User user) throws ClientException, ApiProblem {
        String group = request.path("group");
        Optional<String> to = request.text("to");
        if (to.isPresent() == request.has("by")) throw ApiProblem.invalid("Exactly one of to and by is needed");
        refuseActive(group, request, user);
        Cluster cluster = user.cluster();
        var link = new GroupLink(cluster, group);
        Map<TopicPartition, Committed> committed = GroupOffsets.fetch(link);
        List<TopicPartition> partitions = partitions(request, committed, user);
        Map<TopicPartition, Long> starts = offsets(cluster, partitions, new OffsetSpec.Earliest());
        Map<TopicPartition, Long> ends = offsets(cluster, partitions, new OffsetSpec.Latest());
        Map<TopicPartition, Long> wanted = to.isPresent()
                ? wanted(to.get(), cluster, partitions, starts, ends)
                : shifted(request, partitions, committed);
        Map<TopicPartition, Committed> moves = new TreeMap<>();
        var shown = new ArrayList<JsonObject>();
        for (TopicPartition each : partitions) {
            Long target = wanted.get(each);
            if (target == null) continue;
            long start = starts.getOrDefault(each, 0L);
            long offset = Math.clamp(target, start, Math.max(start, ends.getOrDefault(each, target)));
            Committed before = committed.get(each);
            moves.put(each, Committed.at(offset));
            shown.add(new JsonObject()
                    .put("topic", each.topic())
                    .put("partition", each.partition())
                    .put("from", before == null ? null : before.offset())
                    .put("to", offset)
                    .put("lag", Math.max(0, ends.getOrDefault(each, offset) - offset)));
        }
        boolean preview = request.flag("preview");
        if (!preview) {
            GroupOffsets.commit(link, Committer.NO_MEMBER, moves);
            user.changed();
        }
        return new JsonObject().put("preview", preview).put("group", group).put("moves", shown);
    }

    /// A group that does not exist yet may get its first offsets this way.
    private static void refuseActive(String group, ApiRequest request, User user) throws ClientException, ApiProblem {
        try {
            var described = new GroupAdmin(user.cluster()).describe(group);
            if (described.isActive())
                throw new ApiProblem(
                        409,
                        "NON_EMPTY_GROUP",
                        "Group " + group + " has " + described.members().size()
                                + " members: stop them first, they would commit over it");
        } catch (RequestFailedException e) {
            if (e.error() != ErrorCode.GROUP_ID_NOT_FOUND || !request.has("topic")) throw e;
        }
    }

    private static List<TopicPartition> partitions(
            ApiRequest request, Map<TopicPartition, Committed> committed, User user)
            throws ClientException, ApiProblem {
        var names = new TreeSet<String>();
        Optional<String> named = request.text("topic");
        if (named.isPresent()) names.add(named.get());
        else for (TopicPartition each : committed.keySet()) names.add(each.topic());
        if (names.isEmpty()) throw ApiProblem.invalid("The group has committed nothing: name a topic");
        List<String> numbers = request.list("partitions");
        var partitions = new ArrayList<TopicPartition>();
        for (String name : names) {
            Topic topic = TopicRoutes.topicOf(name, user);
            for (int i = 0; i < topic.partitions().size(); i++)
                if (numbers.isEmpty() || numbers.contains(String.valueOf(i)))
                    partitions.add(new TopicPartition(name, i));
        }
        if (partitions.isEmpty()) throw ApiProblem.invalid("No such partition");
        return partitions;
    }

    private static Map<TopicPartition, Long> offsets(Cluster cluster, List<TopicPartition> partitions, OffsetSpec spec)
            throws ClientException {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        Offsets.list(cluster, partitions, spec, IsolationLevel.READ_UNCOMMITTED)
                .forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static Map<TopicPartition, Long> wanted(
            String to,
            Cluster cluster,
            List<TopicPartition> partitions,
            Map<TopicPartition, Long> starts,
            Map<TopicPartition, Long> ends)
            throws ClientException, ApiProblem {
        if (to.equals("earliest")) return starts;
        if (to.equals("latest")) return ends;
        Map<TopicPartition, Long> wanted = new TreeMap<>();
        if (!to.isEmpty() && to.chars().allMatch(c -> c >= '0' && c <= '9')) {
            long offset = RecordPlaces.millis(to);
            for (TopicPartition each : partitions) wanted.put(each, offset);
            return wanted;
        }
        var time = new OffsetSpec.AtTime(RecordPlaces.millis(to));
        offsets(cluster, partitions, time)
                .forEach((partition, offset) ->
                        wanted.put(partition, offset < 0 ? ends.getOrDefault(partition, 0L) : offset));
        return wanted;
    }

    private static Map<TopicPartition, Long> shifted(
            ApiRequest request, List<TopicPartition> partitions, Map<TopicPartition, Committed> committed)
            throws ApiProblem {
        long by = request.bodyNumber("by", 0, Long.MIN_VALUE / 2, Long.MAX_VALUE / 2);
        Map<TopicPartition, Long> wanted = new TreeMap<>();
        for (TopicPartition each : partitions) {
            Committed before = committed.get(each);
            if (before != null) wanted.put(each, Math.max(0, before.offset() + by));
        }
        return wanted;
    }
}
