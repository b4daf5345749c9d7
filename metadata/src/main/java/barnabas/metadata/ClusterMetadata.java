package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.controller.Controller;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.Decision;
import barnabas.metadata.controller.Refusal;
import barnabas.metadata.controller.RefusedReplies;
import barnabas.metadata.controller.StripedPlacer;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.Leadership;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.Voter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.AllocateProducerIdsResponse;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ElectLeadersResponse;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsResponse;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UnregisterBrokerResponse;
import barnabas.protocol.message.UpdateFeaturesRequest;
import barnabas.protocol.message.UpdateFeaturesResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cluster's state and the way to change it, for one node.
///
/// Reading is free: [#current] is one volatile read of an immutable image. A change blocks the calling virtual thread
/// until it is committed and the local image (and every listener) has it; requests and answers are the protocol's own
/// messages, because a node that does not lead passes them on as they are. Every answer is complete: when the change
/// could not be made (time-out, no leader, failed disk), each entry carries the error code that says so.
///
/// ```java
/// try (var metadata = ClusterMetadata.start(log, settings, rules, clock, threads, random)) {
///     metadata.addListener(replicas);
///     metadata.registerBroker(...); metadata.heartbeat(... wantFence false ...);
///     TopicImage topic = metadata.current().topic("orders").orElseThrow();
///     CreateTopicsResponse response = metadata.createTopics(request);
/// }
/// ```
public final class ClusterMetadata implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterMetadata.class);

    private static final Refusal NOT_CONTROLLER =
            new Refusal(ErrorCode.NOT_CONTROLLER, "This is not the correct controller for this cluster.");
    private static final Refusal TIMED_OUT = new Refusal(ErrorCode.REQUEST_TIMED_OUT, "The request timed out.");
    private static final Refusal FAILED = new Refusal(ErrorCode.KAFKA_STORAGE_ERROR, "The metadata log has failed.");

    private final MetadataLog log;
    private final ControllerSettings settings;
    private final Clock clock;
    private final ImageFollower images;
    private final SnapshotKeeper snapshots;

    /// Held for decisions and for handing their records to the log, which does not wait: memory work only.
    private final ReentrantLock deciding = new ReentrantLock();
    /// Guarded by `deciding`.
    private final Controller controller;

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicReference<@Nullable Consumer<Throwable>> failureAction = new AtomicReference<>();

    private ClusterMetadata(
            MetadataLog log,
            ControllerSettings settings,
            ConfigRules rules,
            Clock clock,
            Threads threads,
            RandomGenerator random) {
        this.log = log;
        this.settings = settings;
        this.clock = clock;
        this.images = new ImageFollower(settings.clusterId(), clock);
        this.snapshots = new SnapshotKeeper(log, settings.snapshots(), clock, threads);
        this.controller = new Controller(settings, rules, new StripedPlacer(), random);
    }

    /// Loads the log and, when it is empty and this node leads, writes what a new cluster begins with
    /// ([ControllerSettings#bootstrap]). Returns when there is an image to work with. The log is closed with this.
    ///
    /// @throws IOException when the log cannot be read, or when no leader is found in time
    public static ClusterMetadata start(
            MetadataLog log,
            ControllerSettings settings,
            ConfigRules rules,
            Clock clock,
            Threads threads,
            RandomGenerator random)
            throws IOException, InterruptedException {
        var metadata = new ClusterMetadata(log, settings, rules, clock, threads, random);
        boolean started = false;
        try {
            log.start(metadata.new Notices());
            metadata.snapshots.open();
            // The first record of all finalizes a feature: with any image at all, the cluster has begun.
            if (!metadata.images.awaitOffset(0, settings.timeouts().requestMillis() * 1_000_000L)) {
                throw new IOException("the metadata log has no leader and no content", metadata.failure.get());
            }
            started = true;
            return metadata;
        } finally {
            if (!started) metadata.close();
        }
    }

    /// Calls from the log, one at a time.
    private final class Notices implements MetadataLog.Listener {
        @Override
        public void snapshotLoaded(MetadataLog.Snapshot snapshot) {
            images.load(snapshot);
        }

        @Override
        public void committed(MetadataLog.CommittedBatch batch) {
            images.apply(batch);
            ClusterImage image = images.image();
            deciding.lock();
            try {
                controller.caughtUp(image);
            } finally {
                deciding.unlock();
            }
            snapshots.committed(batch.sizeBytes(), image);
        }

        @Override
        public void leaderChanged(Leadership leadership) {
            deciding.lock();
            try {
                if (!leadership.isLedBy(settings.nodeId())) {
                    controller.follow();
                    return;
                }
                var decision = controller.lead(images.image(), leadership.epoch(), log.endOffset(), clock.nanos());
                Refusal refusal = append(decision);
                if (refusal != null) LOG.error("Cannot write the records of a new cluster: {}", refusal);
            } finally {
                deciding.unlock();
            }
        }

        @Override
        public void failed(Throwable cause) {
            failure.compareAndSet(null, cause);
            images.end();
            tellFailure();
        }
    }

    /// The newest committed image.
    public ClusterImage current() {
        return images.image();
    }

    /// Topics whose deletion stood in the log when it was read at the start, behind its last snapshot. A crash may have
    /// come before their partitions were deleted.
    public Set<Uuid> topicsDeletedBefore() {
        return images.deletedBefore();
    }

    /// Who leads the metadata log (the active controller).
    public Leadership leadership() {
        return log.leadership();
    }

    /// Who votes on the metadata log.
    public List<Voter> voters() {
        return log.voters();
    }

    /// Calls `listener` at once, on this thread, with everything there is (a delta from an empty image), and from then
    /// on with every change, on the log's thread. A listener must not wait for a change. An exception out of
    /// it ends the log: the node would go on with a part of itself that missed a change.
    public void addListener(MetadataListener listener) {
        images.addListener(listener);
    }

    /// Calls `action` when the metadata log has failed, at once when it already has. The node cannot go on as a
    /// controller then; what it has in memory stays readable.
    public void onFailure(Consumer<Throwable> action) {
        failureAction.set(action);
        tellFailure();
    }

    private void tellFailure() {
        Throwable cause = failure.get();
        if (cause == null) return;
        Consumer<Throwable> action = failureAction.getAndSet(null);
        if (action != null) action.accept(cause);
    }

    /// Waits until the local image contains `offset`.
    ///
    /// @return false when that did not happen in time or the log has failed
    public boolean awaitOffset(long offset, long timeoutNanos) throws InterruptedException {
        return images.awaitOffset(offset, timeoutNanos);
    }

    /// Lets the controller decide, has the records committed, and answers when the image shows them. Also an answer
    /// without records waits for what was decided before, because it may be based on that.
    private <R> R change(int timeoutMillis, Function<Controller, Decision<R>> decide, Function<Refusal, R> refuse)
            throws InterruptedException {
        Decision<R> decision;
        long offset;
        deciding.lockInterruptibly();
        try {
            if (failure.get() != null) return refuse.apply(FAILED);
            if (!controller.isActive()) return refuse.apply(NOT_CONTROLLER);
            decision = decide.apply(controller);
            Refusal refusal = append(decision);
            if (refusal != null) return refuse.apply(refusal);
            offset = controller.ahead().position().offset();
        } finally {
            deciding.unlock();
        }
        if (images.awaitOffset(offset, Math.max(0, timeoutMillis) * 1_000_000L)) return decision.reply();
        return refuse.apply(failure.get() == null ? TIMED_OUT : FAILED);
    }

    /// With `deciding` held. Null when all records are in the log.
    private @Nullable Refusal append(Decision<?> decision) {
        List<Message> records = decision.records();
        int batch = decision.atomic() ? Math.max(1, records.size()) : Decision.RECORDS_MAX;
        for (int from = 0; from < records.size(); from += batch) {
            List<Message> part = records.subList(from, Math.min(records.size(), from + batch));
            ClusterImage next = controller.preview(part);
            MetadataLog.Appended appended =
                    log.append(controller.epoch(), next.features().metadataVersion(), part);
            if (!(appended instanceof MetadataLog.Appended.Accepted accepted)) return refusalOf(appended);
            controller.appended(next, accepted.lastOffset());
        }
        return null;
    }

    private @Nullable Refusal refusalOf(MetadataLog.Appended appended) {
        return switch (appended) {
            case MetadataLog.Appended.Accepted _ -> null;
            case MetadataLog.Appended.NotLeader _ -> NOT_CONTROLLER;
            case MetadataLog.Appended.TooLarge _ -> Refusal.TOO_MANY_RECORDS;
            case MetadataLog.Appended.Overloaded _ -> TIMED_OUT;
            case MetadataLog.Appended.Closed _ -> failure.get() == null ? NOT_CONTROLLER : FAILED;
        };
    }

    public CreateTopicsResponse createTopics(CreateTopicsRequest request) throws InterruptedException {
        return change(
                request.timeoutMs(),
                controller -> controller.createTopics(request),
                refusal -> RefusedReplies.of(request, refusal));
    }

    public DeleteTopicsResponse deleteTopics(DeleteTopicsRequest request) throws InterruptedException {
        return change(
                request.timeoutMs(),
                controller -> controller.deleteTopics(request),
                refusal -> RefusedReplies.of(request, refusal));
    }

    public CreatePartitionsResponse createPartitions(CreatePartitionsRequest request) throws InterruptedException {
        return change(
                request.timeoutMs(),
                controller -> controller.createPartitions(request),
                refusal -> RefusedReplies.of(request, refusal));
    }

    /// Resources of type BROKER_LOGGER are the broker's own business and are refused here. That a request for the
    /// configs of one broker reached that broker is for the broker to check.
    public IncrementalAlterConfigsResponse incrementalAlterConfigs(IncrementalAlterConfigsRequest request)
            throws InterruptedException {
        return change(
                settings.timeouts().requestMillis(),
                controller -> controller.incrementalAlterConfigs(request),
                refusal -> RefusedReplies.of(request, refusal));
    }

    /// As [#incrementalAlterConfigs], but what is not mentioned is removed.
    public AlterConfigsResponse alterConfigs(AlterConfigsRequest request) throws InterruptedException {
        return change(
                settings.timeouts().requestMillis(),
                controller -> controller.alterConfigs(request),
                refusal -> RefusedReplies.of(request, refusal));
    }

    public UpdateFeaturesResponse updateFeatures(UpdateFeaturesRequest request) throws InterruptedException {
        return change(
                request.timeoutMs(), controller -> controller.updateFeatures(request), RefusedReplies::updateFeatures);
    }

    public ElectLeadersResponse electLeaders(ElectLeadersRequest request) throws InterruptedException {
        return change(
                request.timeoutMs(),
                controller -> controller.electLeaders(request),
                refusal -> RefusedReplies.of(request, refusal));
    }

    public AlterPartitionReassignmentsResponse alterPartitionReassignments(AlterPartitionReassignmentsRequest request)
            throws InterruptedException {
        return change(
                request.timeoutMs(),
                controller -> controller.alterPartitionReassignments(request),
                RefusedReplies::alterPartitionReassignments);
    }

    public ListPartitionReassignmentsResponse listPartitionReassignments(ListPartitionReassignmentsRequest request)
            throws InterruptedException {
        return change(
                request.timeoutMs(),
                controller -> controller.listPartitionReassignments(request),
                RefusedReplies::listPartitionReassignments);
    }

    public UnregisterBrokerResponse unregisterBroker(UnregisterBrokerRequest request) throws InterruptedException {
        return change(
                settings.timeouts().requestMillis(),
                controller -> controller.unregisterBroker(request, clock.nanos()),
                RefusedReplies::unregisterBroker);
    }

    public AlterClientQuotasResponse alterClientQuotas(AlterClientQuotasRequest request) throws InterruptedException {
        return change(
                settings.timeouts().requestMillis(),
                controller -> controller.alterClientQuotas(request),
                refusal -> RefusedReplies.of(request, refusal));
    }

    /// A block of 1000 producer ids for the broker alone.
    public AllocateProducerIdsResponse allocateProducerIds(AllocateProducerIdsRequest request)
            throws InterruptedException {
        return change(
                settings.timeouts().requestMillis(),
                controller -> controller.allocateProducerIds(request),
                RefusedReplies::allocateProducerIds);
    }

    /// The broker comes in fenced; the first [#heartbeat] that does not want to be fenced lets it lead.
    public BrokerRegistrationResponse registerBroker(BrokerRegistrationRequest request) throws InterruptedException {
        return change(
                settings.timeouts().requestMillis(),
                controller -> controller.registerBroker(request, clock.nanos()),
                RefusedReplies::registerBroker);
    }

    /// Unfences, fences or lets go of a broker, as the request wants.
    public BrokerHeartbeatResponse heartbeat(BrokerHeartbeatRequest request) throws InterruptedException {
        return change(
                settings.timeouts().requestMillis(),
                controller -> controller.heartbeat(request, clock.nanos()),
                RefusedReplies::heartbeat);
    }

    /// Fences brokers that sent no heartbeat for a session; for a timer in a cluster. A node alone needs no heartbeats
    /// and does not call this.
    ///
    /// @return ids of the brokers that were fenced
    public List<Integer> fenceSilentBrokers() throws InterruptedException {
        var fenced = new ArrayList<Integer>();
        while (true) {
            List<Integer> now = change(
                    settings.timeouts().requestMillis(),
                    controller -> controller.expireSessions(clock.nanos()),
                    _ -> List.of());
            if (now.isEmpty()) return fenced;
            fenced.addAll(now);
        }
    }

    /// Ends waiting requests with an error, and closes the log.
    @Override
    public void close() throws IOException {
        try {
            log.close();
        } finally {
            snapshots.close();
            images.end();
        }
    }
}
