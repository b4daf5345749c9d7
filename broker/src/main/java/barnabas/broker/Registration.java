package barnabas.broker;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.broker.cluster.ReportedDirectories;
import barnabas.config.BrokerConfig;
import barnabas.config.listeners.Listener;
import barnabas.log.directory.LastRun;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageDelta;
import barnabas.net.Server;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationRequest.Feature;
import barnabas.protocol.message.BrokerRegistrationResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes this process known to the controller, so that clients are sent here; again, when an upgrade of
/// `metadata.version` lets the controller record what it could not before: the log directories.
///
/// Owner: the thread that delivers images notices that; the registration is sent from one thread.
final class Registration implements MetadataListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);

    private static final long RETRY_NANOS = 100_000_000;

    private final ClusterMetadata metadata;
    private final ReportedDirectories reported;
    private final BrokerRegistrationRequest request;
    private final ExecutorService sender;
    private long brokerEpoch = -1;
    private boolean refreshing;

    private Registration(
            ClusterMetadata metadata,
            ReportedDirectories reported,
            BrokerRegistrationRequest request,
            Threads threads) {
        this.metadata = metadata;
        this.reported = reported;
        this.request = request;
        this.sender = threads.pool("registration", 1);
    }

    /// Returns when the controller has taken the broker, fenced, and this node's image says so.
    ///
    /// @param patiently whether another node may be the controller, which may be about to be elected or wait for
    ///     the end of the session of this broker's last process
    static Registration register(
            BrokerConfig config,
            boolean patiently,
            ClusterMetadata metadata,
            Server network,
            List<LogDirectory> directories,
            ReportedDirectories reported,
            World world)
            throws StartFailure, InterruptedException {
        var features = new ArrayList<Feature>();
        Features.SUPPORTED.forEach((name, levels) -> features.add(new Feature(name, levels.min(), levels.max())));
        var registration = new Registration(
                metadata,
                reported,
                BrokerRegistrationRequest.builder()
                        .brokerId(config.node().nodeId())
                        .clusterId(metadata.current().clusterId())
                        .incarnationId(Uuid.random(world.random()))
                        .listeners(advertised(config, network))
                        .features(features)
                        .rack(config.node().rack())
                        .previousBrokerEpoch(previousEpoch(directories))
                        .logDirs(directories.stream()
                                .map(LogDirectory::directoryId)
                                .toList())
                        .build(),
                world.threads());
        var clusterClock = new ClusterClock(world.clock(), config.node().nodeId());
        BrokerRegistrationResponse registered = patiently
                ? registration.registerInCluster(
                        Deadline.inMillis(config.metadata().registration().initialTimeoutMillis(), world.clock()),
                        world.clock())
                : metadata.controller().ask(BrokerApis.BROKER_REGISTRATION, registration.request);
        ErrorCode refused = ErrorCode.of(registered.errorCode());
        if (refused != ErrorCode.NONE)
            throw new StartFailure(List.of(RefusedRegistration.line(refused, registration.request)));
        // A broker that is refused from here on has lost nothing, and says so the next time.
        for (LogDirectory each : directories) each.lastRun().registered(registered.brokerEpoch());
        clusterClock.check(metadata.current().position());
        registration.brokerEpoch = registered.brokerEpoch();
        return registration;
    }

    /// Returns when clients are sent to the broker.
    void unfence() throws StartFailure, InterruptedException {
        BrokerHeartbeatResponse unfenced = reported.unfence(brokerEpoch);
        refuse(unfenced.errorCode());
        metadata.addListener(this);
    }

    /// Epoch of the last run if it left all directories in order; -1 otherwise. The controller then takes replicas of
    /// this broker for ones that may have lost acknowledged records (KIP-966).
    private static long previousEpoch(List<LogDirectory> directories) {
        long epoch = directories.getFirst().lastRun().brokerEpoch();
        for (LogDirectory each : directories) if (each.lastRun().brokerEpoch() != epoch) return LastRun.EPOCH_UNKNOWN;
        return epoch;
    }

    private BrokerRegistrationResponse registerInCluster(Deadline deadline, Clock clock) throws InterruptedException {
        BrokerRegistrationResponse reason = null;
        while (true) {
            BrokerRegistrationResponse answer =
                    metadata.controller().ask(BrokerApis.BROKER_REGISTRATION, request, deadline);
            ErrorCode error = ErrorCode.of(answer.errorCode());
            boolean passes = error == ErrorCode.DUPLICATE_BROKER_REGISTRATION || error.retriable();
            // That time is up says less than what the controller answered before.
            if (error != ErrorCode.REQUEST_TIMED_OUT || reason == null) reason = answer;
            if (!passes || deadline.passed()) return reason;
            LOG.info("The controller does not take this broker yet: {}", error);
            clock.parkUntil(this, clock.nanos() + RETRY_NANOS);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    @Override
    public void changed(ImageDelta delta) {
        ClusterImage image = delta.after();
        boolean lacking = image.features().metadataVersion().recordsDirectories()
                && image.broker(request.brokerId())
                        .filter(broker -> broker.logDirs().isEmpty())
                        .isPresent();
        if (lacking && !refreshing) sender.execute(this::refresh);
        refreshing = lacking;
    }

    private void refresh() {
        try {
            BrokerRegistrationResponse registered = metadata.controller().ask(BrokerApis.BROKER_REGISTRATION, request);
            short error = registered.errorCode();
            if (error == ErrorCode.NONE.code()) {
                error = reported.unfence(registered.brokerEpoch()).errorCode();
            }
            if (error != ErrorCode.NONE.code())
                LOG.error("The controller did not take the list of log directories: {}", ErrorCode.of(error));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }

    private static void refuse(short code) throws StartFailure {
        if (code != ErrorCode.NONE.code()) {
            throw new StartFailure(List.of("The controller refused the broker's heartbeat: " + ErrorCode.of(code)));
        }
    }

    /// Addresses advertised to clients: the configured ones, with the bound port in place of 0, and a name that
    /// other hosts can reach if none was configured.
    private static List<BrokerRegistrationRequest.Listener> advertised(BrokerConfig config, Server network) {
        var listeners = new ArrayList<BrokerRegistrationRequest.Listener>();
        for (Listener listener : config.listeners().advertised()) {
            // Kafka's own server.properties advertises the controller's listener as well; no client is sent there.
            if (config.listeners().controllerNames().contains(listener.name())) continue;
            int port = listener.port() == 0 ? network.port(listener.name()) : listener.port();
            String host = listener.host().isEmpty() ? Listening.hostName() : listener.host();
            listeners.add(new BrokerRegistrationRequest.Listener(listener.name(), host, port, protocolCode(listener)));
        }
        return listeners;
    }

    /// The numbers that registrations carry.
    private static short protocolCode(Listener listener) {
        return switch (listener.protocol()) {
            case PLAINTEXT -> 0;
            case SSL -> 1;
            case SASL_PLAINTEXT -> 2;
            case SASL_SSL -> 3;
        };
    }
}
