package barnabas.broker;

import barnabas.base.Deadline;
import barnabas.broker.cluster.BrokerConfigRules;
import barnabas.broker.cluster.Compaction;
import barnabas.broker.cluster.ElectionCounts;
import barnabas.broker.cluster.InternalTopic;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.cluster.ReplicaChanges;
import barnabas.broker.cluster.ReportedDirectories;
import barnabas.broker.cluster.Upkeep;
import barnabas.broker.fetch.DiskPool;
import barnabas.broker.follow.Replication;
import barnabas.broker.http.ControllerHealth;
import barnabas.broker.http.NodeAccess;
import barnabas.broker.http.NodeHealth;
import barnabas.broker.http.NodePages;
import barnabas.broker.identity.TlsListeners;
import barnabas.broker.identity.delegation.NodeUsers;
import barnabas.broker.leaders.BrokerSession;
import barnabas.broker.metrics.ForceTimes;
import barnabas.broker.metrics.NodeMetrics;
import barnabas.broker.mirrors.MirrorNode;
import barnabas.broker.mirrors.Mirrors;
import barnabas.broker.produce.AppendThreads;
import barnabas.broker.quota.ClientQuotas;
import barnabas.broker.request.ApiCatalog;
import barnabas.broker.request.Dispatcher;
import barnabas.broker.request.MemoryBudget;
import barnabas.broker.request.RequestMetrics;
import barnabas.broker.request.RequestServices;
import barnabas.broker.telemetry.ClientNumbers;
import barnabas.broker.validation.ClusterSchemaLog;
import barnabas.broker.validation.SchemaGates;
import barnabas.config.BrokerConfig;
import barnabas.config.NodeConfig;
import barnabas.config.QuotasConfig;
import barnabas.config.keys.HostAndPort;
import barnabas.config.listeners.Listener;
import barnabas.coordination.transactions.PartitionMarkers;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.Features;
import barnabas.metadata.log.MetadataLog;
import barnabas.metrics.MetricRegistry;
import barnabas.metrics.Reading;
import barnabas.metrics.SeriesLimits;
import barnabas.net.Server;
import barnabas.protocol.Message;
import barnabas.replication.LocalPartitions;
import barnabas.replication.ReplicaMoves;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One node, broker and controller in one process: everything that has to be started, in order, and stopped in the
/// opposite order.
public final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private static final int LOOP_LOGGED_SECONDS = 10;
    /// The publisher may have to open thousands of logs for one change.
    private static final int PUBLISHER_FACTOR = 10;

    private final ReentrantLock closing = new ReentrantLock();
    /// Parts started so far; the newest is closed first.
    private final Deque<AutoCloseable> started = new ArrayDeque<>();

    private final BrokerConfig config;
    private final World world;
    private final Server network;
    private final ClusterMetadata metadata;
    private final MetricRegistry metrics = new MetricRegistry();
    private final ApiCatalog catalog;
    private final NodePages pages;

    private Node(
            BrokerConfig config,
            World world,
            Membership membership,
            UnaryOperator<PartitionMarkers> outgoing,
            Doors doors)
            throws StartFailure {
        this.config = config;
        this.world = world;
        boolean complete = false;
        try {
            own(membership);
            pages = own(openPages(doors));
            Storage storage = own(Storage.open(config, membership, world));
            var live = new LiveConfig(config);
            var monitoring = new Monitoring(metrics, live, world);
            metadata = own(openMetadata(storage, live, membership));
            metadata.onFailure(cause -> world.threads().fail("metadata log", cause));
            // Before all others, which look at it: a broker's replicas, which refresh it too, come last in a cluster.
            if (membership.isShared()) metadata.addListener(live::changed);
            if (!config.node().roles().contains(NodeConfig.Role.BROKER)) {
                network = membership.controllers();
                catalog = new ApiCatalog(List.of());
                metrics.add(NodeMetrics.ofController(
                        network, metadata, config.node().nodeId()));
                own(new Watchdog(loops(network), world.clock(), world.threads()))
                        .start();
                own(doors.begin(() -> config));
                pages.serve(monitoring.page(), new ControllerHealth(metadata));
                monitoring.start(metadata, started::push);
                complete = true;
                return;
            }
            Predicate<LogDirectory> isCordoned = directory ->
                    live.current().storage().isCordoned(directory.path().toString());
            LocalPartitions partitions = storage.partitions(config, metadata, isCordoned, world.clock());
            partitions.throttles().limit(() -> live.current().quotas());
            partitions.guardWith(new SchemaGates(pages::schemaChecks));
            var upkeep = new Upkeep(partitions, storage.directories(), world.clock(), world.threads());
            own(upkeep);
            var cleaner = own(Compaction.of(
                    config.logUpkeep().cleaner(),
                    partitions,
                    storage.directories(),
                    world.clock(),
                    world.threads(),
                    world.random()));
            Coordinators coordinators =
                    own(Coordinators.start(live, metadata, partitions, world, doors.toBrokers(), outgoing));
            var replication = own(new Replication(
                    config,
                    metadata,
                    partitions.throttles().follower(),
                    doors.toBrokers(),
                    world.clock(),
                    world.threads()));
            partitions.askWith(replication);
            var replicas = new ReplicaChanges(
                    partitions,
                    replication,
                    coordinators.groups(),
                    coordinators.all(),
                    live,
                    world.clock(),
                    world.threads());
            boolean isAlone = !membership.isShared();
            if (isAlone) metadata.addListener(replicas);
            var reported = own(new ReportedDirectories(
                    config.node().nodeId(),
                    metadata,
                    storage.directories(),
                    isCordoned,
                    isAlone ? null : ReportedDirectories.InCluster.of(config.storage(), world.clock(), world.threads()),
                    world.threads()));
            metadata.addListener(reported);
            var moves = own(new ReplicaMoves(
                    partitions,
                    storage.directories(),
                    Objects.requireNonNullElse(
                            config.replication().moveThreads(),
                            storage.directories().size()),
                    () -> live.current().quotas().logDirMoveBytesPerSecondMax(),
                    world.clock(),
                    world.threads(),
                    replicas::moved));
            var disk = own(new DiskPool(config.network().ioThreads(), world.threads(), world.clock()));
            ExecutorService waiting = world.threads().perTask("request");
            own(waiting::shutdownNow);
            var appenders = own(
                    new AppendThreads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), world.threads()));
            var clients = new ClientNumbers();
            metrics.add(clients);
            var internalTopics = new InternalTopics(metadata, live::current, world.clock());
            var mirrors = own(new Mirrors(new MirrorNode(
                    metadata,
                    partitions,
                    coordinators.groups(),
                    () -> internalTopics.ensure(InternalTopic.GROUP_OFFSETS),
                    coordinators.producerIds()::atLeast,
                    world.disk(),
                    world.clock(),
                    world.threads(),
                    world.random(),
                    world.network().sockets())));
            var session = new BrokerSession(config.metadata().registration().sessionTimeoutMillis(), world.clock());
            catalog = Apis.catalog(
                    clients,
                    live,
                    metadata,
                    partitions,
                    session,
                    coordinators,
                    storage.directories(),
                    isCordoned,
                    appenders,
                    disk,
                    moves,
                    mirrors,
                    membership.apis(),
                    world);
            var requests = new RequestMetrics();
            var quotas = new ClientQuotas(metadata::current, config.quotas().clients(), world.clock());
            var services = new RequestServices(
                            MemoryBudget.ofProcess(),
                            waiting,
                            Authorization.of(config, live, metadata),
                            requests,
                            world.clock())
                    .with(quotas);
            own(doors.begin(
                    live::current,
                    new NodeUsers(
                            () -> metadata.current().access(),
                            Authorization.tokens(config),
                            world.clock(),
                            world.random())));
            network = own(listen(new Dispatcher(catalog, services, doors.identities()), doors.tls()));
            metrics.add(requests);
            metrics.add(partitions.traffics());
            metrics.add(ForceTimes.of(storage.directories()));
            metrics.add(NodeMetrics.of(
                    network,
                    storage.directories(),
                    cleaner,
                    partitions,
                    metadata,
                    coordinators.groups(),
                    world.clock()));
            metrics.add(NodeMetrics.lateTransactions(partitions, config.transactions(), world.clock()));
            metrics.add(doors.tls());
            metrics.add(quotas);
            metrics.add(replication);
            catalog.sources().forEach(metrics::add);
            var elections = new ElectionCounts(metadata, config.node().nodeId());
            metrics.add(elections);
            metadata.addListener(elections);
            metadata.addListener(new LimitChanges(config, live, network, disk, cleaner, waiting));
            var registration = own(
                    Registration.register(config, !isAlone, metadata, network, storage.directories(), reported, world));
            // An image from before the registration may still give this broker the roles of its last run, whose
            // records it may have lost: as leader in the same epoch it would have them truncated by its followers.
            if (!isAlone) metadata.addListener(replicas);
            long unfencedNanos = world.clock().nanos();
            registration.unfence();
            // Ready means that all there is here is served; in a cluster, others lead meanwhile.
            if (isAlone)
                replication.awaitDirectories(Deadline.inMillis(config.network().requestTimeoutMillis(), world.clock()));
            own(new Watchdog(loops(network), world.clock(), world.threads())).start();
            upkeep.start(live, replicas);
            cleaner.start();
            metadata.addListener(mirrors);
            if (!isAlone) {
                session.taken(unfencedNanos);
                own(Heartbeats.start(reported, partitions, replication, session, config, metadata, world));
            }
            pages.serve(
                    monitoring.page(),
                    new NodeAccess(
                            config,
                            this::address,
                            new OwnListeners(doors.tls(), live),
                            () -> traffic(partitions),
                            new NodeHealth(metadata, partitions, storage.directories()),
                            topic -> new ClusterSchemaLog(
                                    topic, config, metadata, partitions, doors.toBrokers(), world.clock()),
                            pages::registry,
                            world.clock(),
                            world.threads(),
                            world.random()));
            monitoring.start(metadata, started::push);
            complete = true;
        } catch (InterruptedException e) {
            throw new StartFailure("The start was interrupted", e); // files of an interrupted thread cannot be closed
        } finally {
            if (!complete) close();
        }
    }

    public static Node start(BrokerConfig config, World world) throws StartFailure {
        return start(config, world, Membership.ALONE, UnaryOperator.identity());
    }

    /// @param outgoing what stands between the transaction coordinator and its markers, for tests that plant a bug
    public static Node start(
            BrokerConfig config, World world, Membership membership, UnaryOperator<PartitionMarkers> outgoing)
            throws StartFailure {
        List<String> unserved = membership.unserved(config);
        if (!unserved.isEmpty()) throw new StartFailure(unserved);
        membership.secure(world);
        return new Node(config, world, membership, outgoing, new Doors(config, membership.isShared(), world));
    }

    private <T extends AutoCloseable> T own(T part) {
        started.push(part);
        return part;
    }

    private Reading traffic(LocalPartitions partitions) {
        var reading = new Reading(world.clock().nanos(), SeriesLimits.NONE);
        partitions.traffics().read(reading);
        return reading;
    }

    private NodePages openPages(Doors doors) throws StartFailure {
        try {
            return NodePages.open(config.monitoring(), world.network(), doors.pages());
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private ClusterMetadata openMetadata(Storage storage, LiveConfig live, Membership membership)
            throws StartFailure, InterruptedException {
        int nodeId = config.node().nodeId();
        Path directory = Path.of(config.storage().metadataLogDir());
        List<Message> bootstrap = Bootstrap.records(directory, config, world.disk());
        QuotasConfig.MutationWindow mutations = config.quotas().controllerMutations();
        var topics = new ControllerSettings.Topics(
                config.topics().partitionsDefault(),
                (short) config.topics().replicationFactorDefault(),
                MemoryBudget.ofProcess().partitionsMax(),
                MemoryBudget.ofProcess().settingsBytesMax(),
                (double) mutations.samples() * mutations.sampleSeconds(),
                config.topics().deletable());
        var snapshots = new ControllerSettings.Snapshots(
                config.metadata().log().recordBytesBetweenSnapshotsMax(),
                config.metadata().log().snapshotIntervalMillisMax());
        var settings = new ControllerSettings(
                nodeId,
                storage.clusterId(),
                bootstrap,
                Features.SUPPORTED,
                topics,
                snapshots,
                new ControllerSettings.Timeouts(
                        config.network().requestTimeoutMillis(),
                        config.metadata().registration().sessionTimeoutMillis(),
                        Authorization.tokens(config)));
        try {
            if (membership.equals(Membership.ALONE)) storage.refuseLostMetadata(directory, world.disk());
            MetadataLog log = membership.open(storage.home(directory, nodeId), world);
            if (membership.isShared())
                return ClusterMetadata.join(
                        log,
                        settings,
                        new BrokerConfigRules(live),
                        world.clock(),
                        world.threads(),
                        world.random(),
                        membership.route(),
                        membership.joinMax());
            return ClusterMetadata.start(
                    log,
                    settings,
                    new BrokerConfigRules(live),
                    world.clock(),
                    world.threads(),
                    world.random(),
                    membership.route());
        } catch (IOException e) {
            throw new StartFailure("The metadata log cannot be read: " + e.getMessage(), e);
        }
    }

    /// Loops under watch: while one stands still, its connections wait, or changes of the metadata take no effect.
    private List<Watchdog.Loop> loops(Server server) {
        int endSeconds = config.node().stalledLoopSecondsMax();
        List<Watchdog.Loop> loops = new ArrayList<>();
        for (Executor each : server.loops())
            loops.add(new Watchdog.Loop("event loop", each, LOOP_LOGGED_SECONDS, endSeconds));
        loops.add(new Watchdog.Loop(
                "metadata-publisher", metadata.publisher(), PUBLISHER_FACTOR * LOOP_LOGGED_SECONDS, (int)
                        Math.min(Integer.MAX_VALUE, (long) PUBLISHER_FACTOR * endSeconds)));
        return loops;
    }

    private Server listen(Dispatcher dispatcher, TlsListeners tls) throws StartFailure {
        try {
            return world.network().listen(Listening.config(config, MemoryBudget.ofProcess(), tls), dispatcher);
        } catch (IOException e) {
            throw new StartFailure(String.valueOf(e.getMessage()), e);
        }
    }

    /// Of the clients, or of the controller on a node without clients.
    private Listener firstListener() {
        List<Listener> clients = config.listeners().clients();
        return clients.isEmpty() ? config.listeners().all().getFirst() : clients.getFirst();
    }

    /// Logs which limits of the process are lower than the configured ones.
    void reportLimits() {
        if (config.node().roles().contains(NodeConfig.Role.BROKER)) Listening.reportConnectionsMax(config);
    }

    InetSocketAddress address() {
        return address(firstListener().name());
    }

    String bootstrapServers() {
        Listener first = firstListener();
        String host = first.host().isEmpty() || first.host().equals("::") ? "localhost" : first.host();
        return new HostAndPort(host, network.port(first.name())).toString();
    }

    InetSocketAddress address(String listener) {
        return network.address(listener);
    }

    String clusterId() {
        return metadata.current().clusterId();
    }

    ApiCatalog catalog() {
        return catalog;
    }

    /// Present values of everything that this node counts.
    Reading metrics() {
        return metrics.read(world.clock().nanos(), SeriesLimits.UNLIMITED);
    }

    /// Addresses of the pages over HTTP.
    List<String> pages() {
        return pages.urls();
    }

    List<String> registryPages() {
        return pages.registryUrls();
    }

    int nodeId() {
        return config.node().nodeId();
    }

    /// By several threads at a time, all of which return when the node has stopped.
    @Override
    public void close() {
        closing.lock();
        try {
            closeAll();
        } finally {
            closing.unlock();
        }
    }

    private void closeAll() {
        if (pages != null) pages.stopping();
        while (!started.isEmpty()) {
            AutoCloseable part = started.pop();
            try {
                part.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.error("{} was not stopped cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
