package barnabas.client.group;

import java.time.Duration;

/// Options of a member. Names in brackets are those of Kafka's consumer.
///
/// @param protocol which of the two protocols it uses (`group.protocol`)
/// @param sessionTimeout classic: the coordinator gives a silent member up (`session.timeout.ms`)
/// @param heartbeatInterval classic: (`heartbeat.interval.ms`); in the other protocol the coordinator sets it
/// @param rebalanceTimeout how long a rebalance waits for a member (`max.poll.interval.ms`)
public record GroupOptions(
        Protocol protocol, Duration sessionTimeout, Duration heartbeatInterval, Duration rebalanceTimeout) {
    /// The two group protocols.
    public enum Protocol {
        /// The newer one where the cluster has it.
        AUTO,
        /// Members elect a leader that assigns (JoinGroup, SyncGroup).
        CLASSIC,
        /// The coordinator assigns (KIP-848).
        CONSUMER
    }

    public static final GroupOptions DEFAULT =
            new GroupOptions(Protocol.AUTO, Duration.ofSeconds(45), Duration.ofSeconds(3), Duration.ofMinutes(5));

    public GroupOptions withProtocol(Protocol value) {
        return new GroupOptions(value, sessionTimeout, heartbeatInterval, rebalanceTimeout);
    }
}
