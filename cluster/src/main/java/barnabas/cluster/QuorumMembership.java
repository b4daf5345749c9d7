package barnabas.cluster;

import barnabas.base.Check;
import barnabas.base.Deadline;
import barnabas.broker.Membership;
import barnabas.broker.StartFailure;
import barnabas.broker.World;
import barnabas.broker.request.Api;
import barnabas.cluster.security.ControllerSecurity;
import barnabas.cluster.security.ControllerUsers;
import barnabas.cluster.upkeep.SessionTimer;
import barnabas.config.BrokerConfig;
import barnabas.config.NodeConfig;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.ControllerRoute;
import barnabas.metadata.OwnController;
import barnabas.metadata.SeenImages;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.MetadataLog;
import barnabas.net.Server;
import barnabas.net.peer.PeerConfig;
import barnabas.protocol.ApiKey;
import barnabas.protocol.Uuid;
import barnabas.quorum.QuorumMetadataLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private @Nullable ControllerEntry entry;
    private volatile @Nullable ControllerPort own;
    private volatile @Nullable ControllerPort way;
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
    public Optional<String> clusterToJoin(World in) throws IOException, InterruptedException {
        try (var peers = new Peers(in.network(), opened(security).outgoing(), peerConfig("join"))) {
            var others = OtherControllers.of(config, peers, in.clock());
            if (others.isEmpty()) return Optional.empty();
            return Optional.of(others.clusterId(Deadline.in(joinMax(), in.clock())));
        }
    }

    @Override
    public MetadataLog open(Home home, World in) throws IOException, InterruptedException {
        Check.that(world == null, "a membership is for one node");
        if (home.directoryId().equals(Uuid.ZERO))
            throw new IOException("metadata.log.dir=" + home.directory() + " must be one of log.dirs in a cluster");
        world = in;
        ControllerSecurity secured = opened(security);
        var first = new FirstVoter(home, isController(), config.metadata().quorum());
        Peers peers = new Peers(in.network(), secured.outgoing(), peerConfig("raft-" + home.nodeId()));
        raftPeers = peers;
        boolean founds = first.isNeeded(in.disk(), OtherControllers.of(config, peers, in.clock()));
        controllerPeers = new Peers(in.network(), secured.outgoing(), peerConfig("broker-" + home.nodeId()));
        QuorumMetadataLog opened = QuorumMetadataLog.open(
                home.directory(),
                EngineSettings.of(config, home, founds),
                new PeerTransport(peers, in.network(), in.clock()),
                in.disk(),
                in.clock(),
                in.threads(),
                new Random(in.random().nextLong()));
        log = opened;
        if (secured.hasLogins())
            secured.begin(
                    ControllerUsers.of(opened, home.directory(), in.disk(), this::image, secured.tokens(this::image)));
        else secured.beginWithoutUsers();
        quorum = new QuorumView(home.nodeId(), opened, controllerPeers, controllerListener(), in.clock());
        if (isController()) {
            var probing = new EndedBrokers(
                    in.network(),
                    config.metadata().registration().heartbeatIntervalMillis(),
                    in.clock(),
                    in.threads().perTask("broker-probe"));
            ended = probing;
            opened.afterLeaderChange(leader -> probing.controllerChanged(leader, home.nodeId()));
            listener = new ControllerListener(secured, opened, () -> own, probing, this::image, home.clusterId(), in);
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

    @Override
    public ControllerRoute route() {
        return this::port;
    }

    private ControllerPort port(OwnController controller, SeenImages images) {
        World in = opened(world);
        seen = images;
        own = controller;
        if (ended != null) ended.serve(controller);
        var remote = new RemoteController(
                opened(quorum), controller, images, in.clock(), config.network().requestTimeoutMillis());
        way = remote;
        if (isController()) {
            entry = new ControllerEntry(
                    config.node().nodeId(),
                    Uuid.random(in.random()),
                    EngineSettings.listeners(config),
                    remote,
                    images,
                    in.threads().perTask("controller-entry"),
                    in.clock());
            sessions = new SessionTimer(
                    controller, List.of(opened(ended)::look, entry::look), config, in.clock(), in.threads());
        }
        return remote;
    }

    private @Nullable ClusterImage image() {
        SeenImages images = seen;
        return images == null ? null : images.image();
    }

    @Override
    public List<Api<?>> apis() {
        List<Api<?>> apis = new ArrayList<>();
        for (ApiKey each : ForwardedQuorumApi.KEYS)
            apis.add(new ForwardedQuorumApi(
                    each,
                    opened(quorum),
                    opened(log),
                    controllerListener(),
                    config.network().requestTimeoutMillis(),
                    opened(world).clock()));
        apis.add(new UnregisteredController(() -> way));
        return apis;
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
        if (entry != null) entry.close();
        if (ended != null) ended.close();
        if (listener != null) listener.close();
        if (controllerPeers != null) controllerPeers.close();
        if (raftPeers != null) raftPeers.close();
        if (security != null) security.close();
    }
}
