package barnabas.quorum;

import barnabas.metadata.log.QuorumLeader;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.RaftRequest;

/// The Raft engine of this node as the watch of its leader uses it.
///
/// @param voters the present ones
record WatchedEngine(
        KafkaRaftClient<ByteBuffer> client,
        RaftQueue queue,
        QuorumSettings settings,
        Supplier<Voters> voters,
        RaftTime time)
        implements LeaderWatch.Engine {
    @Override
    public QuorumLeader leadership() {
        return Notices.leadership(client.leaderAndEpoch());
    }

    @Override
    public int placeWithout(int leader) {
        return settings.canVote() ? voters.get().placeWithout(leader, settings.nodeId()) : -1;
    }

    @Override
    public CompletionStage<?> leaderEnded(QuorumLeader leader) {
        return client.handle(new RaftRequest.Inbound(
                ListenerName.normalised(settings.controllerListener()),
                0,
                ApiKeys.END_QUORUM_EPOCH.latestVersion(),
                RaftMessages.resignation(
                        settings.clusterId(),
                        leader,
                        settings.nodeId(),
                        QuorumMetadataLog.kafka(settings.directoryId())),
                time.milliseconds()));
    }

    @Override
    public void after(long millis, Runnable action) {
        var _ = queue.failAfter(millis).whenComplete((_, _) -> action.run());
    }
}
