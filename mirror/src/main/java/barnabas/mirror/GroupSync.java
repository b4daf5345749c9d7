package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.TopicPartition;
import barnabas.client.admin.GroupAdmin;
import barnabas.client.group.GroupLink;
import barnabas.client.group.GroupOffsets;
import barnabas.client.group.GroupOffsets.Committed;
import barnabas.coordination.RequestContext;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestPartition;
import barnabas.protocol.message.OffsetCommitRequest.OffsetCommitRequestTopic;
import barnabas.replication.Partition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Committed offsets of groups: each broker commits for the groups that it coordinates. A group with members here is
/// left alone.
final class GroupSync {
    private static final Logger LOG = LoggerFactory.getLogger(GroupSync.class);
    private static final short COMMIT_VERSION = 9;
    private static final int GROUPS_MAX = 10_000;

    private final MirrorContext context;
    private final MirrorDefinition definition;
    private final Cluster source;

    GroupSync(MirrorContext context, MirrorDefinition definition, Cluster source) {
        this.context = context;
        this.definition = definition;
        this.source = source;
    }

    void run(Rounds rounds) throws ClientException {
        Set<String> mirrored = new HashSet<>();
        for (MirrorTopic each : MirrorTopic.of(context.image(), context.name()))
            if (each.state() != MirrorTopic.State.STOPPING && isSource(each))
                mirrored.add(each.topic().name());
        if (mirrored.isEmpty()) return;
        Set<String> groups = new HashSet<>();
        for (GroupAdmin.Listing group : new GroupAdmin(source).list())
            if (definition.copiesGroup(group.id()) && groups.size() < GROUPS_MAX) groups.add(group.id());
        var _ = rounds.take(groups, group -> {
            try {
                copy(group, mirrored);
            } catch (ClientException e) {
                LOG.debug("Offsets of group {} are not copied: {}", group, e.getMessage());
            }
        });
    }

    /// False when the source has another topic of that name: it was created again, or the source is another cluster.
    private boolean isSource(MirrorTopic mirrored) {
        var found = source.metadata().topics().get(mirrored.topic().name());
        return found != null && found.id().equals(mirrored.sourceId());
    }

    private void copy(String group, Set<String> mirrored) throws ClientException {
        Map<TopicPartition, Committed> committed = GroupOffsets.fetch(new GroupLink(source, group));
        var byTopic = new TreeMap<String, List<OffsetCommitRequestPartition>>();
        committed.forEach((name, each) -> {
            if (!mirrored.contains(name.topic()) || each.offset() < 0) return;
            long offset = each.offset();
            Partition here = context.node().partitions().find(name.topic(), name.partition());
            // what is not copied yet is committed later
            if (here != null) offset = Math.min(offset, here.highWatermark());
            byTopic.computeIfAbsent(name.topic(), _ -> new ArrayList<>())
                    .add(new OffsetCommitRequestPartition(
                            name.partition(), offset, each.leaderEpoch(), each.metadata()));
        });
        if (byTopic.isEmpty()) return;
        // No client of this cluster may have used a group yet.
        context.node().offsetsTopic().run();
        var topics = new ArrayList<OffsetCommitRequestTopic>();
        byTopic.forEach((name, partitions) -> topics.add(OffsetCommitRequestTopic.builder()
                .name(name)
                .partitions(partitions)
                .build()));
        var request = OffsetCommitRequest.builder()
                .groupId(group)
                .generationIdOrMemberEpoch(-1)
                .memberId("")
                .topics(topics)
                .build();
        var response = context.node()
                .groups()
                .offsetCommit(new RequestContext(COMMIT_VERSION, "mirror-" + context.name(), "/local"), request);
        for (var topic : response.topics())
            for (var each : topic.partitions())
                if (each.errorCode() != ErrorCode.NONE.code()) {
                    LOG.debug("Offsets of group {} are not taken: {}", group, ErrorCode.of(each.errorCode()));
                    return;
                }
    }
}
