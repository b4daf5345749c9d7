package barnabas.quorum;

import barnabas.metadata.log.QuorumLeader;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.FetchSnapshotResponseData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// The quorum's requests and answers as bytes without headers.
final class RaftMessages {
    /// Before it, Fetch names a replica by its id alone (KIP-903).
    private static final short FETCH_VERSION_MIN = 15;

    private RaftMessages() {}

    /// The engine leaves the records of a FetchSnapshot answer with an error out, and they cannot be written then. A
    /// follower that never gets that error asks for a snapshot that is gone without end.
    static ByteBuffer encode(ApiMessage message, short version) {
        if (message instanceof FetchSnapshotResponseData answer)
            for (var topic : answer.topics())
                for (var partition : topic.partitions())
                    if (partition.unalignedRecords() == null) partition.setUnalignedRecords(MemoryRecords.EMPTY);
        return MessageUtil.toByteBufferAccessor(message, version).buffer();
    }

    static ApiMessage request(ApiKeys api, short version, ByteBuffer body) {
        ApiMessage message = api.messageType.newRequest();
        message.read(new ByteBufferAccessor(body), version);
        return message;
    }

    static ApiMessage response(ApiKeys api, short version, ByteBuffer body) {
        ApiMessage message = api.messageType.newResponse();
        message.read(new ByteBufferAccessor(body), version);
        return message;
    }

    static boolean asksForPreVote(ApiMessage message) {
        return message instanceof VoteRequestData vote
                && vote.topics().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .anyMatch(partition -> partition.preVote());
    }

    /// Message of a leader that resigns, with this node as the one that is to follow.
    static EndQuorumEpochRequestData resignation(String clusterId, QuorumLeader leader, int nodeId, Uuid directoryId) {
        var self = new EndQuorumEpochRequestData.ReplicaInfo()
                .setCandidateId(nodeId)
                .setCandidateDirectoryId(directoryId);
        var partition = new EndQuorumEpochRequestData.PartitionData()
                .setPartitionIndex(Topic.CLUSTER_METADATA_TOPIC_PARTITION.partition())
                .setLeaderId(leader.leaderId())
                .setLeaderEpoch(leader.epoch())
                .setPreferredCandidates(List.of(self));
        var topic = new EndQuorumEpochRequestData.TopicData()
                .setTopicName(Topic.CLUSTER_METADATA_TOPIC_PARTITION.topic())
                .setPartitions(List.of(partition));
        return new EndQuorumEpochRequestData().setClusterId(clusterId).setTopics(List.of(topic));
    }

    static short lowestVersion(ApiKeys api) {
        return api == ApiKeys.FETCH ? FETCH_VERSION_MIN : api.oldestVersion();
    }
}
