package barnabas.client.group;

import barnabas.client.ClientException;
import barnabas.client.Connection;
import barnabas.client.TopicPartition;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The offsets that a group has committed.
public final class GroupOffsets {
    /// Versions from 10 on name topics by id only; up to this one they have names, which is what is kept here.
    private static final int NAMES_VERSION_MAX = 9;

    /// Offset that a group committed for a partition.
    ///
    /// @param offset of the next record to read
    /// @param leaderEpoch -1 when it was not said
    /// @param metadata the committer's own words
    public record Committed(long offset, int leaderEpoch, String metadata) {
        public static Committed at(long offset) {
            return new Committed(offset, -1, "");
        }
    }

    /// Member that commits.
    ///
    /// @param memberId empty outside a group
    /// @param epoch generation or member epoch, -1 outside a group
    public record Committer(String memberId, int epoch) {
        public static final Committer NO_MEMBER = new Committer("", -1);
    }

    private GroupOffsets() {}

    /// All offsets of the group. Partitions that committed nothing are left out.
    public static Map<TopicPartition, Committed> fetch(GroupLink group) throws ClientException {
        return group.cluster().retrying(group.cluster().deadline(), () -> fetchOnce(group));
    }

    private static Map<TopicPartition, Committed> fetchOnce(GroupLink group) throws ClientException {
        var connection = group.connection();
        short version = versionWithNames(connection, ApiKey.OFFSET_FETCH);
        var request = OffsetFetchRequest.builder();
        if (version >= 8) {
            request.groups(List.of(OffsetFetchRequestGroup.builder()
                    .groupId(group.groupId())
                    .topics(null)
                    .build()));
        } else {
            request.groupId(group.groupId()).topics(null);
        }
        if (version >= 7) request.requireStable(true);
        var pending = connection.send(request.build(), OffsetFetchResponse.class, version);
        var response = connection.receive(pending, group.cluster().options().requestTimeout());
        var committed = new TreeMap<TopicPartition, Committed>();
        if (version < 8) {
            group.check("offsets of group", response.errorCode(), null);
            for (var topic : response.topics()) {
                for (var each : topic.partitions()) {
                    group.check("offsets of group", each.errorCode(), null);
                    put(
                            committed,
                            topic.name(),
                            each.partitionIndex(),
                            each.committedOffset(),
                            new Committed(
                                    each.committedOffset(), each.committedLeaderEpoch(), orEmpty(each.metadata())));
                }
            }
            return committed;
        }
        for (var result : response.groups()) {
            group.check("offsets of group", result.errorCode(), null);
            for (var topic : result.topics()) {
                for (var each : topic.partitions()) {
                    group.check("offsets of group", each.errorCode(), null);
                    put(
                            committed,
                            topic.name(),
                            each.partitionIndex(),
                            each.committedOffset(),
                            new Committed(
                                    each.committedOffset(), each.committedLeaderEpoch(), orEmpty(each.metadata())));
                }
            }
        }
        return committed;
    }

    private static void put(
            Map<TopicPartition, Committed> target, String topic, int partition, long offset, Committed value) {
        if (offset >= 0) target.put(new TopicPartition(topic, partition), value);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static short versionWithNames(Connection connection, ApiKey api) throws ClientException {
        return (short) Math.min(NAMES_VERSION_MAX, connection.version(api));
    }

    /// Commits offsets; all of them are taken, or an exception names the first that was not.
    public static void commit(GroupLink group, Committer committer, Map<TopicPartition, Committed> offsets)
            throws ClientException {
        if (offsets.isEmpty()) return;
        group.cluster().retrying(group.cluster().deadline(), () -> {
            commitOnce(group, committer, offsets);
            return true;
        });
    }

    private static void commitOnce(GroupLink group, Committer committer, Map<TopicPartition, Committed> offsets)
            throws ClientException {
        var byTopic = new TreeMap<String, List<OffsetCommitRequestPartition>>();
        offsets.forEach((partition, value) -> byTopic.computeIfAbsent(partition.topic(), topic -> new ArrayList<>())
                .add(new OffsetCommitRequestPartition(
                        partition.partition(), value.offset(), value.leaderEpoch(), value.metadata())));
        var topics = new ArrayList<OffsetCommitRequestTopic>();
        byTopic.forEach((topic, partitions) -> topics.add(OffsetCommitRequestTopic.builder()
                .name(topic)
                .partitions(partitions)
                .build()));
        var request = OffsetCommitRequest.builder()
                .groupId(group.groupId())
                .generationIdOrMemberEpoch(committer.epoch())
                .memberId(committer.memberId())
                .topics(topics)
                .build();
        var connection = group.connection();
        var pending = connection.send(
                request, OffsetCommitResponse.class, versionWithNames(connection, ApiKey.OFFSET_COMMIT));
        var response = connection.receive(pending, group.cluster().options().requestTimeout());
        for (var topic : response.topics()) {
            for (var each : topic.partitions()) {
                group.check("commit offsets of group", each.errorCode(), topic.name() + "-" + each.partitionIndex());
            }
        }
    }
}
