package barnabas.broker.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.config.StorageConfig;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.image.ImageDelta;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports to the controller which of this broker's directories take no new partitions (KIP-1066), so that it places
/// none on a broker that has no other, and in a cluster which have failed (KIP-858), so that others lead their
/// partitions.
///
/// Owner: the thread that delivers images, and that of a failed write, notice a change; a change is reported from one
/// thread.
public final class ReportedDirectories implements MetadataListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReportedDirectories.class);

    private final int brokerId;
    private final ClusterMetadata metadata;
    private final List<LogDirectory> directories;
    private final Predicate<LogDirectory> cordoned;
    private final ExecutorService sender;
    private final @Nullable InCluster inCluster;
    private volatile long brokerEpoch = -1;
    private List<Uuid> noticed = List.of();
    private boolean recorded;

    /// Rules of a broker in a cluster, which does not go on without its metadata log or without a directory.
    ///
    /// @param metadata the directory of the metadata log
    /// @param reportMillisMax time to report a failure to the controller; a broker that cannot ends
    public record InCluster(Path metadata, long reportMillisMax, Clock clock, Threads threads) {
        public static InCluster of(StorageConfig config, Clock clock, Threads threads) {
            return new InCluster(Path.of(config.metadataLogDir()), config.dirFailureTimeoutMillis(), clock, threads);
        }
    }

    /// @param inCluster null for a node alone, which goes on with the directories that are left and the leaders as they
    ///     are
    public ReportedDirectories(
            int brokerId,
            ClusterMetadata metadata,
            List<LogDirectory> directories,
            Predicate<LogDirectory> cordoned,
            @Nullable InCluster inCluster,
            Threads threads) {
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.directories = directories;
        this.cordoned = cordoned;
        this.inCluster = inCluster;
        this.sender = threads.pool("directory-reports", 1);
        if (inCluster == null) return;
        for (LogDirectory each : directories) each.onFailure(() -> soon(() -> failed(each, inCluster)));
    }

    private List<Uuid> now() {
        return directories.stream()
                .filter(cordoned)
                .map(LogDirectory::directoryId)
                .toList();
    }

    /// Directories out of service, as far as the controller is to know.
    private List<Uuid> failed() {
        if (inCluster == null) return List.of();
        return directories.stream()
                .filter(each -> each.failure().isPresent())
                .map(LogDirectory::directoryId)
                .toList();
    }

    /// The heartbeat that makes a registered broker one that clients are sent to.
    public BrokerHeartbeatResponse unfence(long registeredEpoch) throws InterruptedException {
        brokerEpoch = registeredEpoch;
        return heartbeat();
    }

    private BrokerHeartbeatResponse heartbeat() throws InterruptedException {
        return metadata.controller().ask(BrokerApis.BROKER_HEARTBEAT, request(false));
    }

    /// Sends the heartbeat of a registered broker.
    ///
    /// @param wantShutDown whether this broker is about to stop and its leaderships must go to other brokers
    public BrokerHeartbeatResponse heartbeat(boolean wantShutDown, Deadline deadline) throws InterruptedException {
        return metadata.controller().ask(BrokerApis.BROKER_HEARTBEAT, request(wantShutDown), deadline);
    }

    private BrokerHeartbeatRequest request(boolean wantShutDown) {
        return BrokerHeartbeatRequest.builder()
                .brokerId(brokerId)
                .brokerEpoch(brokerEpoch)
                .currentMetadataOffset(metadata.current().position().offset())
                .wantFence(false)
                .wantShutDown(wantShutDown)
                .offlineLogDirs(failed())
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
        if (brokerEpoch >= 0) soon(this::reportCordoned);
    }

    private interface Report {
        void send() throws InterruptedException;
    }

    private void soon(Report report) {
        try {
            sender.execute(() -> {
                try {
                    report.send();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The state of directories is not reported: the broker stops");
        }
    }

    private void reportCordoned() throws InterruptedException {
        short error = heartbeat().errorCode();
        if (error != ErrorCode.NONE.code())
            LOG.error("The controller did not take the list of cordoned directories: {}", ErrorCode.of(error));
    }

    private void failed(LogDirectory directory, InCluster rules) throws InterruptedException {
        IOException cause = directory.failure().orElseThrow();
        String what = "The log directory " + directory.path();
        if (directory.path().equals(rules.metadata)) {
            rules.threads.fail(what + " with the metadata log", cause);
        } else if (failed().size() == directories.size()) {
            rules.threads.fail(what + ", the last one,", cause);
        } else {
            LOG.error("{} failed: its partitions are offline on this broker", what, cause);
            if (brokerEpoch < 0) return; // the first heartbeat says it
            short error = heartbeat(false, Deadline.inMillis(rules.reportMillisMax, rules.clock))
                    .errorCode();
            if (error != ErrorCode.NONE.code())
                rules.threads.fail(what + ", which the controller does not know (" + ErrorCode.of(error) + "),", cause);
        }
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
