package barnabas.cluster;

import barnabas.broker.Listening;
import barnabas.broker.Membership.Home;
import barnabas.config.BrokerConfig;
import barnabas.config.MetadataConfig;
import barnabas.config.NodeConfig;
import barnabas.config.keys.HostAndPort;
import barnabas.config.listeners.Listener;
import barnabas.quorum.QuorumSettings;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/// Settings of a node's part in the quorum, from its configuration.
final class EngineSettings {
    private EngineSettings() {}

    /// @param founds whether the log of a node alone gets this node as its first voter
    static QuorumSettings of(BrokerConfig config, Home home, boolean founds) {
        MetadataConfig.Quorum given = config.metadata().quorum();
        boolean isController = config.node().roles().contains(NodeConfig.Role.CONTROLLER);
        Map<Integer, InetSocketAddress> voters = new HashMap<>();
        for (MetadataConfig.Voter each : given.voters()) voters.put(each.id(), address(each.address()));
        return new QuorumSettings(
                home.nodeId(),
                home.directoryId(),
                home.clusterId(),
                isController,
                voters,
                founds,
                given.bootstrapServers().stream().map(EngineSettings::address).toList(),
                config.listeners().controllerNames().getFirst(),
                isController ? listeners(config) : Map.of(),
                raft(given),
                config.metadata().log().segmentBytes());
    }

    /// The controller listeners, by name, as others reach them.
    static Map<String, InetSocketAddress> listeners(BrokerConfig config) {
        InetSocketAddress self = null;
        for (MetadataConfig.Voter each : config.metadata().quorum().voters())
            if (each.id() == config.node().nodeId()) self = address(each.address());
        Map<String, InetSocketAddress> listeners = new HashMap<>();
        for (Listener each : config.listeners().controllers()) {
            // Static voters say how others reach the first listener.
            boolean first =
                    each.name().equals(config.listeners().controllerNames().getFirst());
            listeners.put(each.name(), first && self != null ? self : advertised(config, each));
        }
        return listeners;
    }

    /// As others reach a listener: as it is advertised, else as it is bound, else by the name of this host.
    private static InetSocketAddress advertised(BrokerConfig config, Listener bound) {
        Listener found = bound;
        for (Listener each : config.listeners().advertised()) if (each.name().equals(bound.name())) found = each;
        boolean isAny = found.host().isEmpty()
                || found.host().equals("0.0.0.0")
                || found.host().equals("::");
        return InetSocketAddress.createUnresolved(isAny ? Listening.hostName() : found.host(), found.port());
    }

    /// Unresolved: each attempt to connect looks the name up.
    private static InetSocketAddress address(HostAndPort address) {
        return InetSocketAddress.createUnresolved(address.host(), address.port());
    }

    private static Map<String, String> raft(MetadataConfig.Quorum given) {
        return Map.of(
                "controller.quorum.auto.join.enable", "" + given.autoJoin(),
                "controller.quorum.election.timeout.ms", "" + given.electionTimeoutMillis(),
                "controller.quorum.election.backoff.max.ms", "" + given.electionBackoffMillisMax(),
                "controller.quorum.fetch.timeout.ms", "" + given.fetchTimeoutMillis(),
                "controller.quorum.fetch.max.bytes", "" + given.fetchBytesMax(),
                "controller.quorum.fetch.snapshot.max.bytes", "" + given.fetchSnapshotBytesMax(),
                "controller.quorum.request.timeout.ms", "" + given.requestTimeoutMillis(),
                "controller.quorum.retry.backoff.ms", "" + given.retryBackoffMillis(),
                "controller.quorum.append.linger.ms", "" + given.appendLingerMillis());
    }
}
