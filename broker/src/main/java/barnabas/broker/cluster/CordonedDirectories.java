package barnabas.broker.cluster;

import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.image.ImageDelta;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports to the controller which of this broker's directories take no new partitions (KIP-1066), so that it
/// places none on a broker that has no other.
///
/// Owner: the thread that delivers images notices a change; heartbeats are sent from one thread.
public final class CordonedDirectories implements MetadataListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CordonedDirectories.class);

    private final int brokerId;
    private final ClusterMetadata metadata;
    private final List<LogDirectory> directories;
    private final Predicate<LogDirectory> cordoned;
    private final ExecutorService sender;
    private volatile long brokerEpoch = -1;
    private List<Uuid> noticed = List.of();
    private boolean recorded;

    public CordonedDirectories(
            int brokerId,
            ClusterMetadata metadata,
            List<LogDirectory> directories,
            Predicate<LogDirectory> cordoned,
            Threads threads) {
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.directories = directories;
        this.cordoned = cordoned;
        this.sender = threads.pool("cordoned-directories", 1);
    }

    private List<Uuid> now() {
        return directories.stream()
                .filter(cordoned)
                .map(LogDirectory::directoryId)
                .toList();
    }

    /// The heartbeat that makes a registered broker one that clients are sent to.
    public BrokerHeartbeatResponse unfence(long registeredEpoch) throws InterruptedException {
        brokerEpoch = registeredEpoch;
        return heartbeat();
    }

    private BrokerHeartbeatResponse heartbeat() throws InterruptedException {
        return metadata.controller().ask(ControllerApis.BROKER_HEARTBEAT, request(false));
    }

    /// Sends the heartbeat of a registered broker.
    ///
    /// @param wantShutDown whether this broker is about to stop and its leaderships must go to other brokers
    public BrokerHeartbeatResponse heartbeat(boolean wantShutDown, Deadline deadline) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.BROKER_HEARTBEAT, request(wantShutDown), deadline);
    }

    private BrokerHeartbeatRequest request(boolean wantShutDown) {
        return BrokerHeartbeatRequest.builder()
                .brokerId(brokerId)
                .brokerEpoch(brokerEpoch)
                .currentMetadataOffset(metadata.current().position().offset())
                .wantFence(false)
                .wantShutDown(wantShutDown)
                .cordonedLogDirs(now())
                .build();
    }

    @Override
    public void changed(ImageDelta delta) {
        List<Uuid> cordonedNow = now();
        boolean recordedBefore = recorded;
        recorded = delta.after().features().metadataVersion().recordsCordonedDirectories();
        // A report to a controller that could not record it is sent again.
        if (cordonedNow.equals(noticed) && (recordedBefore || !recorded)) return;
        noticed = cordonedNow;
        if (brokerEpoch >= 0) sender.execute(this::tell);
    }

    private void tell() {
        try {
            short error = heartbeat().errorCode();
            if (error != ErrorCode.NONE.code())
                LOG.error("The controller did not take the list of cordoned directories: {}", ErrorCode.of(error));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
