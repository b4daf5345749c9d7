package barnabas.sim;

import barnabas.base.Deadline;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.controller.Controller;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import java.util.List;

/// The heartbeats of one run of a node to the controller, and, at the controller, the end of sessions without any.
final class Heartbeats {
    private static final long INTERVAL_NANOS = 100_000_000;
    private static final long TIMEOUT_MILLIS = 250;

    private static final ControllerApi<BrokerHeartbeatRequest, BrokerHeartbeatResponse> HEARTBEAT = new ControllerApi<>(
            ApiKey.BROKER_HEARTBEAT,
            (controller, request, now) -> controller.heartbeat(ofThisRun(controller, request), now),
            (_, refusal) -> refused(refusal),
            _ -> 0);

    private static final ControllerApi<BrokerHeartbeatRequest, BrokerHeartbeatResponse> EXPIRE = new ControllerApi<>(
            ApiKey.BROKER_HEARTBEAT,
            (controller, _, now) -> {
                Decision<List<Integer>> decision = controller.expireSessions(now);
                return new Decision<>(
                        decision.records(),
                        decision.atomic(),
                        BrokerHeartbeatResponse.builder()
                                .isFenced(!decision.reply().isEmpty())
                                .build());
            },
            (_, refusal) -> refused(refusal),
            _ -> 0);

    private Heartbeats() {}

    private static BrokerHeartbeatRequest ofThisRun(Controller controller, BrokerHeartbeatRequest request) {
        BrokerRegistration broker = controller.ahead().nodes().brokers().find(request.brokerId());
        long epoch = broker == null ? -1 : broker.epoch();
        return BrokerHeartbeatRequest.builder()
                .brokerId(request.brokerId())
                .brokerEpoch(epoch)
                .currentMetadataOffset(epoch)
                .build();
    }

    private static BrokerHeartbeatResponse refused(Refusal refusal) {
        return BrokerHeartbeatResponse.builder()
                .errorCode(refusal.error().code())
                .build();
    }

    /// Two threads of the process: a heartbeat without an answer must not keep the controller from its own work.
    static void start(
            SimulatedCluster cluster, int nodeId, SimulatedProcess run, ControllerPort way, ControllerPort own) {
        var request = BrokerHeartbeatRequest.builder().brokerId(nodeId).build();
        run.start("heartbeats", () -> every(run, () -> way.ask(HEARTBEAT, request, deadline(run))));
        run.start(
                "sessions",
                () -> every(run, () -> {
                    if (cluster.controllerId() == nodeId) own.ask(EXPIRE, request, deadline(run));
                }));
    }

    private static Deadline deadline(SimulatedProcess run) {
        return Deadline.inMillis(TIMEOUT_MILLIS, run);
    }

    private interface Step {
        void take() throws InterruptedException;
    }

    private static void every(SimulatedProcess run, Step step) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                step.take();
                run.pause(INTERVAL_NANOS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
