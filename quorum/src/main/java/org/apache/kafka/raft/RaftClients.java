package org.apache.kafka.raft;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.memory.MemoryPool;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.common.serialization.RecordSerde;

/// Makes Raft clients whose queue and randomness are the caller's. The constructor that takes them is visible in its
/// package only.
public final class RaftClients {
    private static final int FETCH_WAIT_MILLIS_MAX = 500;

    private RaftClients() {}

    /// Identity of a client in the quorum, beside the parts that run it.
    ///
    /// @param directoryId of the log directory
    /// @param canVote false for a broker that only follows
    /// @param bootstrapServers where to look for the leader when the voters are not known
    /// @param ownListeners under which the other nodes reach this one
    public record Identity(
            int nodeId,
            Uuid directoryId,
            String clusterId,
            boolean canVote,
            List<InetSocketAddress> bootstrapServers,
            Endpoints ownListeners) {}

    public static <T> KafkaRaftClient<T> create(
            Identity identity,
            RecordSerde<T> serde,
            NetworkChannel channel,
            RaftMessageQueue queue,
            RaftLog log,
            MemoryPool memory,
            Time time,
            ExpirationService expiration,
            Random random,
            QuorumConfig config) {
        return new KafkaRaftClient<>(
                OptionalInt.of(identity.nodeId()),
                identity.directoryId(),
                serde,
                channel,
                queue,
                log,
                memory,
                time,
                expiration,
                FETCH_WAIT_MILLIS_MAX,
                identity.canVote(),
                identity.clusterId(),
                identity.bootstrapServers(),
                identity.ownListeners(),
                new SupportedVersionRange(
                        KRaftVersion.KRAFT_VERSION_0.featureLevel(), KRaftVersion.LATEST_PRODUCTION.featureLevel()),
                new LogContext("[raft " + identity.nodeId() + "] "),
                random,
                config);
    }
}
