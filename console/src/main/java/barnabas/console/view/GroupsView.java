package barnabas.console.view;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Lane;
import barnabas.client.Connection;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.client.admin.GroupAdmin;
import barnabas.client.admin.GroupAdmin.Listing;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchResponse;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// All groups that a user may see, with committed offsets and ends of the partitions. Immutable.
///
/// @param groups by id
/// @param ends of the partitions that some group has read
public record GroupsView(Map<String, Group> groups, Map<TopicPartition, Long> ends) {
    /// Versions from 10 on name topics by id only.
    private static final short NAMES_VERSION_MAX = 9;

    private static final short BATCHED_VERSION = 8;
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    /// Groups in one request.
    private static final int BATCH = 500;

    /// A group in a list.
    ///
    /// @param committed offsets
    public record Group(Listing listing, Map<TopicPartition, Long> committed) {}

    static GroupsView load(Cluster cluster, TopicsView topics) throws ClientException {
        List<Listing> listings = new GroupAdmin(cluster).list();
        Map<Integer, List<String>> byCoordinator = new TreeMap<>();
        for (Listing each : listings)
            byCoordinator
                    .computeIfAbsent(each.coordinatorId(), _ -> new ArrayList<>())
                    .add(each.id());
        Map<String, Map<TopicPartition, Long>> committed = new HashMap<>();
        for (Map.Entry<Integer, List<String>> each : byCoordinator.entrySet())
            for (int from = 0; from < each.getValue().size(); from += BATCH)
                fetch(
                        cluster.broker(each.getKey(), Lane.CALLS),
                        each.getValue()
                                .subList(
                                        from,
                                        Math.min(from + BATCH, each.getValue().size())),
                        committed);
        Map<String, Group> groups = new TreeMap<>();
        Set<TopicPartition> partitions = new HashSet<>();
        for (Listing each : listings) {
            Map<TopicPartition, Long> offsets = committed.getOrDefault(each.id(), Map.of());
            partitions.addAll(offsets.keySet());
            groups.put(each.id(), new Group(each, offsets));
        }
        return new GroupsView(groups, ends(cluster, topics, partitions));
    }

    private static void fetch(
            Connection coordinator, List<String> groups, Map<String, Map<TopicPartition, Long>> committed)
            throws ClientException {
        short version = (short) Math.min(NAMES_VERSION_MAX, coordinator.version(ApiKey.OFFSET_FETCH));
        if (version < BATCHED_VERSION)
            throw new RequestFailedException(
                    "offsets of groups", ErrorCode.UNSUPPORTED_VERSION, "the broker is too old");
        var asked = new ArrayList<OffsetFetchRequestGroup>();
        for (String each : groups)
            asked.add(
                    OffsetFetchRequestGroup.builder().groupId(each).topics(null).build());
        var pending = coordinator.send(
                OffsetFetchRequest.builder().groups(asked).build(), OffsetFetchResponse.class, version);
        OffsetFetchResponse response = coordinator.receive(pending, ANSWER_MAX);
        for (OffsetFetchResponseGroup group : response.groups()) {
            if (group.errorCode() != ErrorCode.NONE.code()) continue;
            var offsets = new TreeMap<TopicPartition, Long>();
            for (var topic : group.topics())
                for (var each : topic.partitions())
                    if (each.errorCode() == ErrorCode.NONE.code() && each.committedOffset() >= 0)
                        offsets.put(new TopicPartition(topic.name(), each.partitionIndex()), each.committedOffset());
            committed.put(group.groupId(), offsets);
        }
    }

    /// Ends of the partitions that are still there and have a leader; others are left out.
    private static Map<TopicPartition, Long> ends(Cluster cluster, TopicsView topics, Set<TopicPartition> partitions)
            throws ClientException {
        var led = new HashSet<TopicPartition>();
        for (TopicPartition each : partitions) {
            TopicsView.Topic topic = topics.topics().get(each.topic());
            if (topic != null && topic.offline() == 0 && each.partition() < topic.partitions()) led.add(each);
        }
        Map<TopicPartition, Long> ends = new HashMap<>();
        if (led.isEmpty()) return ends;
        Offsets.list(cluster, led, new OffsetSpec.Latest(), IsolationLevel.READ_UNCOMMITTED)
                .forEach((partition, found) -> ends.put(partition, found.offset()));
        return ends;
    }

    /// Records that a group has not committed, of the partitions whose end is known.
    public OptionalLong lag(Group group) {
        long lag = 0;
        boolean known = false;
        for (Map.Entry<TopicPartition, Long> each : group.committed().entrySet()) {
            Long end = ends.get(each.getKey());
            if (end == null) continue;
            known = true;
            lag += Math.max(0, end - each.getValue());
        }
        return known ? OptionalLong.of(lag) : OptionalLong.empty();
    }

    /// Lag on one topic of the groups that have read it, by group.
    public Map<String, Long> lagByGroup(String topic) {
        Map<String, Long> lags = new TreeMap<>();
        for (Group group : groups.values())
            for (Map.Entry<TopicPartition, Long> each : group.committed().entrySet()) {
                if (!each.getKey().topic().equals(topic)) continue;
                Long end = ends.get(each.getKey());
                lags.merge(group.listing().id(), end == null ? 0 : Math.max(0, end - each.getValue()), Long::sum);
            }
        return lags;
    }

    /// Groups and largest lag by topic.
    public Map<String, TopicReaders> readers() {
        Map<String, Map<String, Long>> lags = new HashMap<>();
        for (Group group : groups.values())
            for (Map.Entry<TopicPartition, Long> each : group.committed().entrySet()) {
                Long end = ends.get(each.getKey());
                lags.computeIfAbsent(each.getKey().topic(), _ -> new HashMap<>())
                        .merge(group.listing().id(), end == null ? 0 : Math.max(0, end - each.getValue()), Long::sum);
            }
        Map<String, TopicReaders> readers = new HashMap<>();
        lags.forEach((topic, byGroup) -> {
            long max = 0;
            for (long each : byGroup.values()) max = Math.max(max, each);
            readers.put(topic, new TopicReaders(byGroup.size(), max));
        });
        return readers;
    }

    /// Groups that have committed offsets of a topic.
    ///
    /// @param lagMax of the group that is furthest behind, in records
    public record TopicReaders(int groups, long lagMax) {}
}
