package barnabas.sim;

import barnabas.base.Deadline;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.decision.Decision;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import java.util.List;

/// Ends, at the controller, the sessions of brokers without heartbeats.
final class Sessions {
    private static final long INTERVAL_NANOS = 100_000_000;
    private static final long TIMEOUT_MILLIS = 250;

    private static final ControllerApi<BrokerHeartbeatRequest, BrokerHeartbeatResponse> EXPIRE = new ControllerApi<>(
            ApiKey.BROKER_HEARTBEAT,
            (controller, _, now) -> {
                Decision<List<Integer>> decision = controller.expireSessions(now.nowNanos());
                return new Decision<>(
                        decision.records(),
                        decision.atomic(),
                        BrokerHeartbeatResponse.builder()
                                .isFenced(!decision.reply().isEmpty())
                                .build());
            },
            (_, refusal) -> BrokerHeartbeatResponse.builder()
                    .errorCode(refusal.error().code())
                    .build(),
            _ -> 0);

    private Sessions() {}

    static void start(SimulatedCluster cluster, int nodeId, SimulatedProcess run, ControllerPort own) {
        var request = BrokerHeartbeatRequest.builder().brokerId(nodeId).build();
        run.start("sessions", () -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    if (cluster.controllerId() == nodeId)
                        own.ask(EXPIRE, request, Deadline.inMillis(TIMEOUT_MILLIS, run));
                    run.pause(INTERVAL_NANOS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
