package barnabas.broker.access;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import barnabas.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import barnabas.protocol.message.OffsetFetchResponse;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import barnabas.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Guard of OffsetFetch, whose older versions ask for one group and the newer ones for several. Of all topics
/// of a group those are shown that the client may describe.
final class OffsetFetchGuard {
    private static final int IDS_SINCE = 10;
    private static final short GROUPS_SINCE = 8;
    /// Before this version an error of the group stood at each partition.
    private static final short ERROR_OF_GROUP_SINCE = 2;

    private static final long NO_OFFSET = -1;
    private static final int NO_EPOCH = -1;

    private OffsetFetchGuard() {}

    static Verdict check(OffsetFetchRequest request, Access access, Right group, Right topic) {
        return access.version() >= GROUPS_SINCE
                ? groups(request, access, group, topic)
                : oneGroup(request, access, group, topic);
    }

    private static Verdict oneGroup(OffsetFetchRequest request, Access access, Right group, Right topic) {
        List<OffsetFetchRequestTopic> topics = request.topics();
        if (!access.may(group, request.groupId())) {
            short error = ErrorCode.GROUP_AUTHORIZATION_FAILED.code();
            return new Verdict.Refused(OffsetFetchResponse.builder()
                    .errorCode(access.version() >= ERROR_OF_GROUP_SINCE ? error : 0)
                    .topics(
                            topics == null || access.version() >= ERROR_OF_GROUP_SINCE
                                    ? List.of()
                                    : refused(topics, ErrorCode.GROUP_AUTHORIZATION_FAILED))
                    .build());
        }
        if (topics == null) {
            return Verdict.amended(
                    request,
                    OffsetFetchResponse.class,
                    answer -> answer.toBuilder()
                            .topics(answer.topics().stream()
                                    .filter(each -> access.sees(topic, each.name()))
                                    .toList())
                            .build());
        }
        var split = access.split(topics, topic, OffsetFetchRequestTopic::name);
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<OffsetFetchResponseTopic> refused = refused(split.denied(), ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                OffsetFetchResponse.class,
                answer -> answer.errorCode() != ErrorCode.NONE.code()
                        ? answer
                        : answer.toBuilder()
                                .topics(Lists.joined(answer.topics(), refused))
                                .build(),
                true);
    }

    private static List<OffsetFetchResponseTopic> refused(List<OffsetFetchRequestTopic> topics, ErrorCode error) {
        return topics.stream()
                .map(topic -> new OffsetFetchResponseTopic(
                        topic.name(),
                        topic.partitionIndexes().stream()
                                .map(index ->
                                        new OffsetFetchResponsePartition(index, NO_OFFSET, NO_EPOCH, "", error.code()))
                                .toList()))
                .toList();
    }

    private static Verdict groups(OffsetFetchRequest request, Access access, Right group, Right topic) {
        var split = access.split(request.groups(), group, OffsetFetchRequestGroup::groupId);
        List<OffsetFetchResponseGroup> refused = split.denied().stream()
                .map(each -> OffsetFetchResponseGroup.builder()
                        .groupId(each.groupId())
                        .errorCode(ErrorCode.GROUP_AUTHORIZATION_FAILED.code())
                        .build())
                .toList();
        List<OffsetFetchRequestGroup> asked = new ArrayList<>();
        Map<String, List<OffsetFetchResponseTopics>> hidden = new HashMap<>();
        for (OffsetFetchRequestGroup each : split.allowed()) {
            List<OffsetFetchRequestTopics> topics = each.topics();
            if (topics == null) {
                asked.add(each);
                continue;
            }
            var parts = access.split(topics, one -> access.may(topic, one.name(), one.topicId(), IDS_SINCE));
            asked.add(each.toBuilder().topics(parts.allowed()).build());
            hidden.computeIfAbsent(each.groupId(), _ -> new ArrayList<>()).addAll(hidden(parts.denied()));
        }
        return Verdict.part(
                request.toBuilder().groups(asked).build(),
                OffsetFetchResponse.class,
                answer -> answer.toBuilder()
                        .groups(Lists.joined(
                                answer.groups().stream()
                                        .map(each -> shown(each, hidden.get(each.groupId()), access, topic))
                                        .toList(),
                                refused))
                        .build(),
                !refused.isEmpty());
    }

    private static List<OffsetFetchResponseTopics> hidden(List<OffsetFetchRequestTopics> topics) {
        return topics.stream()
                .map(topic -> new OffsetFetchResponseTopics(
                        topic.name(),
                        topic.topicId(),
                        topic.partitionIndexes().stream()
                                .map(index -> new OffsetFetchResponsePartitions(
                                        index, NO_OFFSET, NO_EPOCH, "", ErrorCode.TOPIC_AUTHORIZATION_FAILED.code()))
                                .toList()))
                .toList();
    }

    /// @param refused of the topics that were asked for; null when all were, which then shows those of the client
    private static OffsetFetchResponseGroup shown(
            OffsetFetchResponseGroup group,
            @Nullable List<OffsetFetchResponseTopics> refused,
            Access access,
            Right topic) {
        if (group.errorCode() != ErrorCode.NONE.code()) return group;
        if (refused != null)
            return group.toBuilder()
                    .topics(Lists.joined(group.topics(), refused))
                    .build();
        return group.toBuilder()
                .topics(group.topics().stream()
                        .filter(each -> isShown(each.name(), each.topicId(), access, topic))
                        .toList())
                .build();
    }

    private static boolean isShown(String name, Uuid id, Access access, Right topic) {
        String found = access.topicName(name, id);
        return found != null && access.sees(topic, found);
    }
}
