package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.broker.RefusedRegistration;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lines in the controller's log on brokers that it refuses: one every half a minute for each process and error, which
/// asks again and again.
final class RefusedBrokers {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedBrokers.class);

    private static final long REPORT_NANOS = 30_000_000_000L;
    private static final int PROCESSES_MAX = 64;

    /// @param process its incarnation, or the broker's id and the epoch of its registration
    private record Refused(Uuid process, short error) {}

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    /// Times of the last lines, oldest process first. Guarded by `lock`.
    private final LinkedHashMap<Refused, Long> reportedNanos = new LinkedHashMap<>();

    RefusedBrokers(Clock clock) {
        this.clock = clock;
    }

    void log(BrokerRegistrationRequest request, BrokerRegistrationResponse answer, String address) {
        line(request, answer, address).ifPresent(LOG::warn);
    }

    /// The line that is due; empty for a registration that was taken, or that another controller has to decide.
    Optional<String> line(BrokerRegistrationRequest request, BrokerRegistrationResponse answer, String address) {
        ErrorCode error = ErrorCode.of(answer.errorCode());
        if (error == ErrorCode.NONE || error == ErrorCode.NOT_CONTROLLER || error == ErrorCode.REQUEST_TIMED_OUT)
            return Optional.empty();
        return isDue(new Refused(request.incarnationId(), answer.errorCode()), true)
                ? Optional.of(RefusedRegistration.line(error, request) + " (from " + address + ")")
                : Optional.empty();
    }

    void log(BrokerHeartbeatRequest request, BrokerHeartbeatResponse answer, String address) {
        line(request, answer, address).ifPresent(LOG::warn);
    }

    /// The line that is due on a heartbeat of an earlier registration. Not at the first one, which may have crossed
    /// another registration of the same process.
    Optional<String> line(BrokerHeartbeatRequest request, BrokerHeartbeatResponse answer, String address) {
        if (answer.errorCode() != ErrorCode.STALE_BROKER_EPOCH.code()) return Optional.empty();
        var process = new Uuid(request.brokerId(), request.brokerEpoch());
        return isDue(new Refused(process, answer.errorCode()), false)
                ? Optional.of("The controller refuses the heartbeats of a process of broker " + request.brokerId()
                        + ": another process has registered with this node.id since, or the broker was unregistered"
                        + " (from " + address + ")")
                : Optional.empty();
    }

    private boolean isDue(Refused refused, boolean atOnce) {
        long now = clock.nanos();
        lock.lock();
        try {
            Long last = reportedNanos.get(refused);
            if (last != null && now - last < REPORT_NANOS) return false;
            if (last == null && reportedNanos.size() == PROCESSES_MAX) reportedNanos.pollFirstEntry();
            boolean due = atOnce || last != null;
            reportedNanos.put(refused, due ? now : now - REPORT_NANOS);
            return due;
        } finally {
            lock.unlock();
        }
    }
}
