package barnabas.cluster;

import barnabas.base.Check;
import barnabas.broker.Membership;
import barnabas.broker.StartFailure;
import barnabas.broker.World;
import barnabas.broker.request.Api;
import barnabas.config.BrokerConfig;
import barnabas.config.MetadataConfig;
import barnabas.config.NodeConfig;
import barnabas.config.keys.HostAndPort;
import barnabas.config.listeners.Listener;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.ControllerRoute;
import barnabas.metadata.OwnController;
import barnabas.metadata.SeenImages;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.MetadataLog;
import barnabas.net.Server;
import barnabas.net.peer.PeerConfig;
import barnabas.protocol.Uuid;
import barnabas.quorum.QuorumMetadataLog;
import barnabas.quorum.QuorumSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A node's part in a cluster of several nodes: a voter of the metadata quorum, or a broker that follows it.
///
/// ```
/// other nodes ──► ControllerListener ──► QuorumMetadataLog ──► PeerTransport ──► other nodes
///                         │                      │ leader
///                         ▼                      ▼
///                  controller of this node   RemoteController ──► the active controller
/// ```
public final class QuorumMembership implements Membership {
    /// Quorum messages and requests to the controller; a follower's fetch of the metadata log is the largest answer.
    private static final int ANSWER_BYTES_MAX = 100 << 20;

    private final BrokerConfig config;
    private @Nullable World world;
    private @Nullable ControllerSecurity security;
    private @Nullable QuorumMetadataLog log;
    private @Nullable Peers raftPeers;
    private @Nullable Peers controllerPeers;
    private @Nullable QuorumView quorum;
    private @Nullable ControllerListener listener;
    private @Nullable SessionTimer sessions;
    private @Nullable EndedBrokers ended;
    private volatile @Nullable ControllerPort own;
    private volatile @Nullable SeenImages seen;

    public QuorumMembership(BrokerConfig config) {
        this.config = config;
    }

    @Override
    public List<String> unserved(BrokerConfig asked) {
        return asked.unservedInCluster();
    }

    @Override
    public void secure(World in) throws StartFailure {
        security = new ControllerSecurity(config, in);
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Duration joinMax() {
        return Duration.ofMillis(
                Math.min(config.metadata().registration().startupMillisMax(), Long.MAX_VALUE / 2_000_000));
    }

    @Override
    public MetadataLog open(Home home, World in) throws IOException {
        Check.that(world == null, "a membership is for one node");
        if (home.directoryId().equals(Uuid.ZERO))
            throw new IOException("metadata.log.dir=" + home.directory() + " must be one of log.dirs in a cluster");
        world = in;
        ControllerSecurity secured = opened(security);
        raftPeers = new Peers(in.network(), secured.outgoing(), peerConfig("raft-" + home.nodeId()));
        controllerPeers = new Peers(in.network(), secured.outgoing(), peerConfig("broker-" + home.nodeId()));
        QuorumMetadataLog opened = QuorumMetadataLog.open(
                home.directory(),
                settings(home),
                new PeerTransport(raftPeers, in.clock()),
                in.disk(),
                in.clock(),
                in.threads(),
                new Random(in.random().nextLong()));
        log = opened;
        secured.begin(
                secured.hasLogins()
                        ? ControllerUsers.of(opened, home.directory(), in.disk(), this::image)
                        : _ -> Optional.empty());
        quorum = new QuorumView(home.nodeId(), opened, controllerPeers, controllerListener(), in.clock());
        if (isController()) {
            ended = new EndedBrokers(
                    in.network(),
                    config.metadata().registration().heartbeatIntervalMillis(),
                    in.clock(),
                    in.threads().perTask("broker-probe"));
            listener = new ControllerListener(secured, opened, () -> own, ended, this::image, home.clusterId(), in);
        }
        return opened;
    }

    private PeerConfig peerConfig(String clientId) {
        var defaults = new PeerConfig(clientId, "1", config.network().networkThreads());
        return new PeerConfig(
                clientId,
                defaults.softwareVersion(),
                defaults.networkThreads(),
                defaults.inFlightMax(),
                defaults.inFlightBytesMax(),
                ANSWER_BYTES_MAX,
                Duration.ofMillis(config.metadata().quorum().requestTimeoutMillis()),
                defaults.idleMax(),
                Duration.ofMillis(Math.max(1, config.metadata().quorum().retryBackoffMillis())),
                Duration.ofMillis(Math.max(1, 10L * config.metadata().quorum().retryBackoffMillis())));
    }

    private boolean isController() {
        return config.node().roles().contains(NodeConfig.Role.CONTROLLER);
    }

    private String controllerListener() {
        return config.listeners().controllerNames().getFirst();
    }

    private QuorumSettings settings(Home home) {
        MetadataConfig.Quorum given = config.metadata().quorum();
        Map<Integer, InetSocketAddress> voters = new HashMap<>();
        for (MetadataConfig.Voter each : given.voters()) voters.put(each.id(), address(each.address()));
        Map<String, InetSocketAddress> ownListeners = new HashMap<>();
        InetSocketAddress self = voters.get(home.nodeId());
        for (Listener each : config.listeners().controllers()) {
            // The voter set says how others reach the first listener; others are as advertised or bound.
            boolean first = each.name().equals(controllerListener());
            ownListeners.put(
                    each.name(),
                    first && self != null ? self : InetSocketAddress.createUnresolved(each.host(), each.port()));
        }
        return new QuorumSettings(
                home.nodeId(),
                home.directoryId(),
                home.clusterId(),
                isController(),
                voters,
                given.bootstrapServers().stream().map(QuorumMembership::address).toList(),
                controllerListener(),
                isController() ? ownListeners : Map.of(),
                raft(given),
                config.metadata().log().segmentBytes());
    }

    /// Unresolved: each attempt to connect looks the name up.
    private static InetSocketAddress address(HostAndPort address) {
        return InetSocketAddress.createUnresolved(address.host(), address.port());
    }

    private static Map<String, String> raft(MetadataConfig.Quorum given) {
        return Map.of(
                "controller.quorum.election.timeout.ms", "" + given.electionTimeoutMillis(),
                "controller.quorum.election.backoff.max.ms", "" + given.electionBackoffMillisMax(),
                "controller.quorum.fetch.timeout.ms", "" + given.fetchTimeoutMillis(),
                "controller.quorum.fetch.max.bytes", "" + given.fetchBytesMax(),
                "controller.quorum.fetch.snapshot.max.bytes", "" + given.fetchSnapshotBytesMax(),
                "controller.quorum.request.timeout.ms", "" + given.requestTimeoutMillis(),
                "controller.quorum.retry.backoff.ms", "" + given.retryBackoffMillis(),
                "controller.quorum.append.linger.ms", "" + given.appendLingerMillis());
    }

    @Override
    public ControllerRoute route() {
        return this::port;
    }

    private ControllerPort port(OwnController controller, SeenImages images) {
        World in = opened(world);
        seen = images;
        own = controller;
        if (ended != null) ended.serve(controller);
        if (isController())
            sessions = new SessionTimer(
                    List.of(
                            controller::expireSessions,
                            opened(ended)::look,
                            new LeaderBalance(controller, config.replication().election(), in.clock())::look),
                    config.metadata().registration().sessionTimeoutMillis(),
                    in.clock(),
                    in.threads());
        return new RemoteController(
                opened(quorum), controller, images, in.clock(), config.network().requestTimeoutMillis());
    }

    private @Nullable ClusterImage image() {
        SeenImages images = seen;
        return images == null ? null : images.image();
    }

    @Override
    public List<Api<?>> apis() {
        return List.of(new ForwardedQuorumApi(
                opened(quorum),
                opened(log),
                controllerListener(),
                config.network().requestTimeoutMillis(),
                opened(world).clock()));
    }

    private static <T> T opened(@Nullable T part) {
        if (part == null) throw new IllegalStateException("bug: the metadata log is not open");
        return part;
    }

    @Override
    public Server controllers() {
        return opened(listener).server();
    }

    @Override
    public void close() {
        if (sessions != null) sessions.close();
        if (ended != null) ended.close();
        if (listener != null) listener.close();
        if (controllerPeers != null) controllerPeers.close();
        if (raftPeers != null) raftPeers.close();
        if (security != null) security.close();
    }
}
