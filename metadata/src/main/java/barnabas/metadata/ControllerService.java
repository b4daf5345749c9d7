package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.controller.Controller;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.MetadataPosition;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.mutations.Asking;
import barnabas.metadata.mutations.Requester;
import barnabas.metadata.placement.StripedPlacer;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the controller core of this node, which decides while this node leads the metadata log: the callers' threads
/// run it, one at a time, under a lock that is held for memory work only.
final class ControllerService implements OwnController {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerService.class);

    private static final Refusal NOT_CONTROLLER =
            new Refusal(ErrorCode.NOT_CONTROLLER, "This is not the correct controller for this cluster.");
    private static final Refusal TIMED_OUT = new Refusal(ErrorCode.REQUEST_TIMED_OUT, "The request timed out.");
    private static final Refusal FAILED = new Refusal(ErrorCode.KAFKA_STORAGE_ERROR, "The metadata log has failed.");
    private static final Refusal DROPPED = new Refusal(
            ErrorCode.KAFKA_STORAGE_ERROR,
            "The metadata log cannot be written now: its disk is full, or files or memory are short.");

    private static final Refusal NO_ROOM = new Refusal(
            ErrorCode.POLICY_VIOLATION,
            "There is no memory for more configurations, quotas, credentials and ACLs. Remove some, or give the"
                    + " controllers a larger heap.");

    private final MetadataLog log;
    private final ControllerSettings settings;
    private final Clock clock;
    private final MetadataFollower images;
    private final BooleanSupplier hasFailed;

    /// Held for decisions and for handing their records to the log, which does not wait.
    private final ReentrantLock deciding = new ReentrantLock();
    /// Guarded by `deciding`.
    private final Controller controller;

    /// @param hasFailed whether the metadata log has failed
    ControllerService(
            MetadataLog log,
            ControllerSettings settings,
            ConfigRules rules,
            MetadataFollower images,
            Clock clock,
            RandomGenerator random,
            BooleanSupplier hasFailed) {
        this.log = log;
        this.settings = settings;
        this.clock = clock;
        this.images = images;
        this.hasFailed = hasFailed;
        this.controller = new Controller(settings, rules, new StripedPlacer(), random, log);
    }

    @Override
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Requester requester) throws InterruptedException {
        int asked = api.timeoutMillis().applyAsInt(request);
        int millis = asked == ControllerApi.NODE_TIMEOUT ? settings.timeouts().requestMillis() : Math.max(0, asked);
        return ask(api, request, Deadline.inMillis(millis, clock), requester);
    }

    /// Has the controller decide and the records committed, and answers when the image shows them. An answer without
    /// records also waits for what was decided before, because it may be based on that.
    @Override
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester) throws InterruptedException {
        Decision<R> decision;
        MetadataFollower.Change change;
        deciding.lockInterruptibly();
        try {
            if (hasFailed.getAsBoolean()) return api.refuse().refuse(request, FAILED);
            if (!controller.isActive()) return api.refuse().refuse(request, NOT_CONTROLLER);
            decision = api.decide().decide(controller, request, new Asking(requester, clock.nanos(), clock.millis()));
            Refusal refusal = append(decision);
            if (refusal != null) return api.refuse().refuse(request, refusal);
            MetadataPosition last = controller.ahead().position();
            change = images.expect(last.offset(), last.epoch());
        } finally {
            deciding.unlock();
        }
        return switch (images.await(change, deadline)) {
            case SHOWN -> decision.reply();
            case DROPPED -> api.refuse().refuse(request, DROPPED);
            case DEPOSED -> api.refuse().refuse(request, NOT_CONTROLLER);
            case LATE -> api.refuse().refuse(request, hasFailed.getAsBoolean() ? FAILED : TIMED_OUT);
        };
    }

    @Override
    public void expireSessions() {
        deciding.lock();
        try {
            while (controller.isActive()) {
                Decision<List<Integer>> expired = controller.expireSessions(clock.nanos());
                if (expired.reply().isEmpty()) return;
                Refusal refusal = append(expired);
                if (refusal != null) {
                    LOG.warn("Cannot fence the silent brokers {}: {}", expired.reply(), refusal);
                    return;
                }
                LOG.warn("Fenced the brokers {}, which were silent for longer than a session", expired.reply());
            }
        } finally {
            deciding.unlock();
        }
    }

    /// Removes expired delegation tokens. Does nothing while another node leads.
    ///
    /// @return their number
    int removeExpiredTokens() {
        int removed = 0;
        deciding.lock();
        try {
            while (controller.isActive()) {
                Decision<Integer> expired = controller.tokens().removeExpired(clock.millis());
                if (expired.reply() == 0) break;
                Refusal refusal = append(expired);
                if (refusal != null) {
                    LOG.warn("Cannot remove {} expired delegation tokens: {}", expired.reply(), refusal);
                    break;
                }
                removed += expired.reply();
            }
        } finally {
            deciding.unlock();
        }
        return removed;
    }

    @Override
    public void balanceLeaders() {
        for (int moved = Controller.ELECTIONS_PER_BALANCE; moved == Controller.ELECTIONS_PER_BALANCE; ) {
            deciding.lock();
            try {
                if (!controller.isActive()) return;
                Decision<Integer> decision = controller.balanceLeaders();
                Refusal refusal = append(decision);
                if (refusal != null) {
                    LOG.warn("Cannot move {} leaders to preferred replicas: {}", decision.reply(), refusal);
                    return;
                }
                moved = decision.reply();
            } finally {
                deciding.unlock();
            }
            if (moved > 0) LOG.info("Moved {} leaders to preferred replicas", moved);
        }
    }

    @Override
    public List<BrokerRegistration> silentSince(long nanos) {
        deciding.lock();
        try {
            return controller.isActive() ? controller.silentSince(nanos) : List.of();
        } finally {
            deciding.unlock();
        }
    }

    @Override
    public boolean fenceEnded(int broker, long epoch, long silentSinceNanos) {
        deciding.lock();
        try {
            if (!controller.isActive()) return false;
            Decision<Boolean> decision = controller.fenceEnded(broker, epoch, silentSinceNanos, clock.nanos());
            Refusal refusal = append(decision);
            if (refusal != null) LOG.warn("Cannot fence broker {}, whose process has ended: {}", broker, refusal);
            return refusal == null && decision.reply();
        } finally {
            deciding.unlock();
        }
    }

    /// With `deciding` held. Null when all records are in the log.
    private @Nullable Refusal append(Decision<?> decision) {
        List<Message> records = decision.records();
        int batch = decision.atomic() ? Math.max(1, records.size()) : Decision.RECORDS_MAX;
        for (int from = 0; from < records.size(); from += batch) {
            List<Message> part = records.subList(from, Math.min(records.size(), from + batch));
            ClusterImage next = controller.preview(part);
            if (controller.lacksRoomFor(next)) return NO_ROOM;
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
            case MetadataLog.Appended.NoSpace _ -> DROPPED;
            case MetadataLog.Appended.Closed _ -> hasFailed.getAsBoolean() ? FAILED : NOT_CONTROLLER;
        };
    }

    // ---- notices of the log, on its thread

    void caughtUp(ClusterImage committed) {
        deciding.lock();
        try {
            controller.caughtUp(committed);
        } finally {
            deciding.unlock();
        }
    }

    /// The log has dropped what is not committed.
    ///
    /// @param goOn lets the log accept again; no request is decided between that and what comes before it
    void dropped(ClusterImage committed, Runnable goOn) {
        deciding.lock();
        try {
            controller.forget(committed, log.endOffset(), clock.nanos());
            goOn.run();
            images.drop(log.committedOffset());
        } finally {
            deciding.unlock();
        }
    }

    /// @param committed the image of everything before this leadership
    void leaderChanged(QuorumLeader leadership, ClusterImage committed) {
        deciding.lock();
        try {
            if (!leadership.isLedBy(settings.nodeId())) {
                controller.follow();
                images.deposed();
                return;
            }
            var decision = controller.lead(committed, leadership.epoch(), log.endOffset(), clock.nanos());
            Refusal refusal = append(decision);
            if (refusal != null) LOG.error("Cannot write the records of a new cluster: {}", refusal);
        } finally {
            deciding.unlock();
        }
    }
}
