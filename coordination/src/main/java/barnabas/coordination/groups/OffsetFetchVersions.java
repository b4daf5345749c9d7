package barnabas.coordination.groups;

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
import java.util.ArrayList;
import java.util.List;

/// OffsetFetch has two shapes: up to version 7 it asks about one group, from 8 on about several. Inside, it is
/// always several.
final class OffsetFetchVersions {
    static final short GROUPS = 8;
    static final short TOPIC_IDS = 10;
    /// Before this version an error of the group can only be returned for each partition.
    private static final short TOP_LEVEL_ERROR = 2;

    private OffsetFetchVersions() {}

    static List<OffsetFetchRequestGroup> groups(OffsetFetchRequest request, short version) {
        if (version >= GROUPS) return request.groups();
        List<OffsetFetchRequestTopic> topics = request.topics();
        var group = OffsetFetchRequestGroup.builder().groupId(request.groupId());
        if (topics == null) {
            group.topics(null);
        } else {
            var wanted = new ArrayList<OffsetFetchRequestTopics>(topics.size());
            for (OffsetFetchRequestTopic each : topics) {
                wanted.add(new OffsetFetchRequestTopics(each.name(), Uuid.ZERO, each.partitionIndexes()));
            }
            group.topics(wanted);
        }
        return List.of(group.build());
    }

    static OffsetFetchResponse answer(
            List<OffsetFetchRequestGroup> asked, List<OffsetFetchResponseGroup> groups, short version) {
        if (version >= GROUPS)
            return OffsetFetchResponse.builder().groups(groups).build();
        OffsetFetchResponseGroup only = groups.get(0);
        if (only.errorCode() != ErrorCode.NONE.code() && version < TOP_LEVEL_ERROR) {
            return OffsetFetchResponse.builder()
                    .topics(errorEverywhere(asked.get(0), only.errorCode()))
                    .build();
        }
        var topics = new ArrayList<OffsetFetchResponseTopic>(only.topics().size());
        for (var topic : only.topics()) {
            var partitions = new ArrayList<OffsetFetchResponsePartition>(
                    topic.partitions().size());
            for (OffsetFetchResponsePartitions each : topic.partitions()) {
                partitions.add(new OffsetFetchResponsePartition(
                        each.partitionIndex(),
                        each.committedOffset(),
                        each.committedLeaderEpoch(),
                        each.metadata(),
                        each.errorCode()));
            }
            topics.add(new OffsetFetchResponseTopic(topic.name(), partitions));
        }
        return OffsetFetchResponse.builder()
                .topics(topics)
                .errorCode(only.errorCode())
                .build();
    }

    private static List<OffsetFetchResponseTopic> errorEverywhere(OffsetFetchRequestGroup asked, short error) {
        var topics = new ArrayList<OffsetFetchResponseTopic>();
        List<OffsetFetchRequestTopics> wanted = asked.topics();
        if (wanted == null) return topics;
        for (OffsetFetchRequestTopics topic : wanted) {
            var partitions = new ArrayList<OffsetFetchResponsePartition>();
            for (int partition : topic.partitionIndexes()) {
                partitions.add(new OffsetFetchResponsePartition(partition, -1, -1, "", error));
            }
            topics.add(new OffsetFetchResponseTopic(topic.name(), partitions));
        }
        return topics;
    }
}
