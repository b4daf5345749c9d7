package barnabas.metadata.controller;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.VersionRange;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UnregisterBrokerResponse;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.UnregisterBrokerRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Brokers register, are unfenced, shut down, are fenced and leave (KIP-631).
///
/// A broker comes in fenced: it neither leads nor is shown to clients until its first heartbeat says that it has seen
/// its own registration and does not want to be fenced.
final class BrokerLifecycle {
    private static final byte UNFENCE = -1;
    private static final byte FENCE = 1;
    private static final byte BEGIN_SHUTDOWN = 1;

    private final ClusterImage image;
    private final ControllerSettings settings;
    private final ConfigRules rules;
    private final BrokerSessions sessions;
    private final long nowNanos;

    BrokerLifecycle(
            ClusterImage image,
            ControllerSettings settings,
            ConfigRules rules,
            BrokerSessions sessions,
            long nowNanos) {
        this.image = image;
        this.settings = settings;
        this.rules = rules;
        this.sessions = sessions;
        this.nowNanos = nowNanos;
    }

    /// @param nextOffset where the registration will be in the log: the broker's new epoch
    Decision<BrokerRegistrationResponse> register(BrokerRegistrationRequest request, long nextOffset) {
        ErrorCode error = problemWith(request);
        if (error != ErrorCode.NONE) return Decision.answer(registered(error, -1));
        BrokerRegistration previous = image.nodes().brokers().find(request.brokerId());
        if (previous != null && previous.incarnationId().equals(request.incarnationId())) {
            // The same process again: what it says of itself may have changed, nothing else does.
            sessions.recordContact(previous.id(), previous.epoch(), nowNanos);
            return Decision.atomic(
                    List.of(record(request, previous.epoch(), previous.fenced(), previous.inControlledShutdown())),
                    registered(ErrorCode.NONE, previous.epoch()));
        }
        var records = new ArrayList<Message>();
        records.add(record(request, nextOffset, true, false));
        if (previous != null) {
            if (isStillRunning(previous))
                return Decision.answer(registered(ErrorCode.DUPLICATE_BROKER_REGISTRATION, -1));
            boolean clean = request.previousBrokerEpoch() == previous.epoch();
            var sweep = new PartitionSweep(image, rules);
            if (clean) sweep.comesBack(request.brokerId(), previous.logDirs(), request.logDirs(), records);
            else sweep.comesBackUncleanly(request.brokerId(), previous.logDirs(), request.logDirs(), records);
        }
        sessions.recordContact(request.brokerId(), nextOffset, nowNanos);
        return Decision.gradual(records, registered(ErrorCode.NONE, nextOffset));
    }

    /// The broker in the controller's own process is the one that registers now: its predecessor ended with the term.
    private boolean isStillRunning(BrokerRegistration previous) {
        return previous.id() != settings.nodeId()
                && !previous.inControlledShutdown()
                && sessions.isAlive(previous, nowNanos);
    }

    static BrokerRegistrationResponse registered(ErrorCode error, long epoch) {
        return BrokerRegistrationResponse.builder()
                .errorCode(error.code())
                .brokerEpoch(epoch)
                .build();
    }

    private ErrorCode problemWith(BrokerRegistrationRequest request) {
        if (!request.clusterId().equals(image.clusterId())) return ErrorCode.INCONSISTENT_CLUSTER_ID;
        if (request.isMigratingZkBroker()) return ErrorCode.BROKER_ID_NOT_REGISTERED;
        if (image.features().metadataVersion().recordsDirectories()) {
            ErrorCode error = problemWithDirectories(request);
            if (error != ErrorCode.NONE) return error;
        }
        Map<String, VersionRange> supported = new HashMap<>();
        for (var feature : request.features()) {
            supported.put(
                    feature.name(), new VersionRange(feature.minSupportedVersion(), feature.maxSupportedVersion()));
        }
        for (var finalized : image.features().finalized().entrySet()) {
            VersionRange range = supported.get(finalized.getKey());
            if (range == null || !range.contains(finalized.getValue())) return ErrorCode.UNSUPPORTED_VERSION;
        }
        return ErrorCode.NONE;
    }

    private ErrorCode problemWithDirectories(BrokerRegistrationRequest request) {
        Set<Uuid> directories = new HashSet<>(request.logDirs());
        if (directories.isEmpty() || directories.size() < request.logDirs().size()) {
            return ErrorCode.INVALID_REGISTRATION;
        }
        for (Uuid directory : directories) {
            boolean reserved = directory.mostSignificantBits() == 0
                    && directory.leastSignificantBits() >= 0
                    && directory.leastSignificantBits() < 100;
            if (reserved) return ErrorCode.INVALID_REGISTRATION;
        }
        for (BrokerRegistration other : image.brokersById()) {
            if (other.id() != request.brokerId() && other.logDirs().stream().anyMatch(directories::contains)) {
                return ErrorCode.INVALID_REGISTRATION;
            }
        }
        return ErrorCode.NONE;
    }

    private RegisterBrokerRecord record(
            BrokerRegistrationRequest request, long epoch, boolean fenced, boolean inControlledShutdown) {
        return RegisterBrokerRecord.builder()
                .brokerId(request.brokerId())
                .incarnationId(request.incarnationId())
                .brokerEpoch(epoch)
                .endPoints(request.listeners().stream()
                        .map(each -> new RegisterBrokerRecord.BrokerEndpoint(
                                each.name(), each.host(), each.port(), each.securityProtocol()))
                        .toList())
                .features(request.features().stream()
                        .map(each -> new RegisterBrokerRecord.BrokerFeature(
                                each.name(), each.minSupportedVersion(), each.maxSupportedVersion()))
                        .toList())
                .rack(request.rack())
                .fenced(fenced)
                .inControlledShutdown(inControlledShutdown)
                .logDirs(
                        image.features().metadataVersion().recordsDirectories()
                                ? List.copyOf(request.logDirs())
                                : List.of())
                .build();
    }

    Decision<BrokerHeartbeatResponse> heartbeat(BrokerHeartbeatRequest request) {
        BrokerRegistration broker = image.nodes().brokers().find(request.brokerId());
        if (broker == null || broker.epoch() != request.brokerEpoch()) {
            return Decision.answer(BrokerHeartbeatResponse.builder()
                    .errorCode(ErrorCode.STALE_BROKER_EPOCH.code())
                    .build());
        }
        sessions.recordContact(broker.id(), broker.epoch(), nowNanos);
        var records = new ArrayList<Message>();
        boolean hasSeenItself = request.currentMetadataOffset() >= broker.epoch();
        boolean fenced = broker.fenced();
        var change =
                BrokerRegistrationChangeRecord.builder().brokerId(broker.id()).brokerEpoch(broker.epoch());
        boolean changes = directories(request, broker, change);
        List<Uuid> failed = broker.logDirs().stream()
                .filter(request.offlineLogDirs()::contains)
                .toList();
        var sweep = new PartitionSweep(image, rules);
        var partitions = new ArrayList<Message>();
        if (request.wantShutDown()) {
            // Its leaderships go in the same step, so there is nothing left to wait for.
            if (!broker.inControlledShutdown()) {
                change.inControlledShutdown(BEGIN_SHUTDOWN);
                changes = true;
            }
            if (!fenced) change.fenced(FENCE);
            changes |= !fenced;
            fenced = true;
            sweep.leaves(broker.id(), false, partitions);
        } else if (request.wantFence() && !fenced) {
            change.fenced(FENCE);
            changes = true;
            fenced = true;
            sweep.leaves(broker.id(), false, partitions);
        } else if (!failed.isEmpty()) {
            // a fence ends with the next heartbeat, when the registration has the directories that are left
            sweep.leaves(
                    broker.id(),
                    false,
                    (_, partition) -> failed.contains(partition.directoryOf(broker.id())),
                    partitions);
        } else if (!request.wantFence() && fenced && hasSeenItself && !broker.inControlledShutdown()) {
            // A broker that stops comes back with another registration: this may be a heartbeat from before the stop.
            change.fenced(UNFENCE);
            changes = true;
            fenced = false;
            sweep.joins(broker.id(), partitions);
        }
        if (changes) records.add(change.build());
        records.addAll(partitions);
        return Decision.gradual(
                records,
                BrokerHeartbeatResponse.builder()
                        .isCaughtUp(hasSeenItself)
                        .isFenced(fenced)
                        .shouldShutDown(request.wantShutDown())
                        .build());
    }

    /// Directories that failed are no longer the broker's; cordoned ones take no new partitions.
    private boolean directories(
            BrokerHeartbeatRequest request, BrokerRegistration broker, BrokerRegistrationChangeRecord.Builder change) {
        boolean changes = false;
        List<Uuid> online = broker.logDirs().stream()
                .filter(directory -> !request.offlineLogDirs().contains(directory))
                .toList();
        if (online.size() < broker.logDirs().size() && !online.isEmpty()) {
            change.logDirs(online);
            changes = true;
        }
        List<Uuid> cordoned = request.cordonedLogDirs();
        boolean recorded = image.features().metadataVersion().recordsCordonedDirectories();
        if (recorded && cordoned != null && !cordoned.equals(broker.cordonedLogDirs())) {
            change.cordonedLogDirs(List.copyOf(cordoned));
            changes = true;
        }
        return changes;
    }

    /// Fences brokers without a heartbeat for a whole session.
    Decision<List<Integer>> expire() {
        var records = new ArrayList<Message>();
        var fenced = new ArrayList<Integer>();
        for (BrokerRegistration broker : sessions.expired(image, nowNanos)) {
            fence(broker, records);
            fenced.add(broker.id());
            // One at a time: what the next one may lead depends on this one being gone.
            break;
        }
        return Decision.gradual(records, List.copyOf(fenced));
    }

    private void fence(BrokerRegistration broker, List<Message> records) {
        records.add(BrokerRegistrationChangeRecord.builder()
                .brokerId(broker.id())
                .brokerEpoch(broker.epoch())
                .fenced(FENCE)
                .build());
        new PartitionSweep(image, rules).leaves(broker.id(), false, records);
    }

    /// Brokers that should be running and sent no heartbeat after `nanos`; not the one of this process.
    List<BrokerRegistration> silentSince(long nanos) {
        return image.brokersById().stream()
                .filter(broker ->
                        !broker.fenced() && broker.id() != settings.nodeId() && sessions.isSilentSince(broker, nanos))
                .toList();
    }

    /// Fences a broker whose process has ended. Its session ends with it: the next process may register at once.
    Decision<Boolean> fenceEnded(int id, long epoch, long silentSinceNanos) {
        BrokerRegistration broker = image.nodes().brokers().find(id);
        if (broker == null || broker.fenced() || broker.epoch() != epoch) return Decision.answer(false);
        if (!sessions.isSilentSince(broker, silentSinceNanos)) return Decision.answer(false);
        var records = new ArrayList<Message>();
        fence(broker, records);
        sessions.forget(id);
        return Decision.gradual(records, true);
    }

    Decision<UnregisterBrokerResponse> unregister(UnregisterBrokerRequest request) {
        int id = request.brokerId();
        BrokerRegistration broker = image.nodes().brokers().find(id);
        if (broker == null) {
            return Decision.answer(RefusedReplies.unregisterBroker(new Refusal(
                    ErrorCode.BROKER_ID_NOT_REGISTERED, "Broker ID " + id + " is not currently registered")));
        }
        var records = new ArrayList<Message>();
        new PartitionSweep(image, rules).leaves(id, true, records);
        records.add(new UnregisterBrokerRecord(id, broker.epoch()));
        sessions.forget(id);
        return Decision.gradual(
                records, UnregisterBrokerResponse.builder().errorMessage(null).build());
    }
}
