package barnabas.metadata;

import static barnabas.metadata.ControllerApi.NODE_TIMEOUT;

import barnabas.metadata.decision.RefusedReplies;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.AllocateProducerIdsRequest;
import barnabas.protocol.message.AllocateProducerIdsResponse;
import barnabas.protocol.message.AlterPartitionRequest;
import barnabas.protocol.message.AlterPartitionResponse;
import barnabas.protocol.message.AssignReplicasToDirsRequest;
import barnabas.protocol.message.AssignReplicasToDirsResponse;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;

/// Requests of brokers themselves: the part of the table of [ControllerApis] that every start needs. Apart from the
/// other rows, so that a start loads neither those nor their messages.
public final class BrokerApis {
    private BrokerApis() {}

    /// The in-sync replicas that leaders want, as far as their epochs are the present ones.
    public static final ControllerApi<AlterPartitionRequest, AlterPartitionResponse> ALTER_PARTITION =
            new ControllerApi<>(
                    ApiKey.ALTER_PARTITION,
                    (controller, request, _) -> controller.alterPartition(request),
                    (_, refusal) -> RefusedReplies.alterPartition(refusal),
                    _ -> NODE_TIMEOUT);

    /// The log directories that a broker's replicas lie in (KIP-858).
    public static final ControllerApi<AssignReplicasToDirsRequest, AssignReplicasToDirsResponse>
            ASSIGN_REPLICAS_TO_DIRS = new ControllerApi<>(
                    ApiKey.ASSIGN_REPLICAS_TO_DIRS,
                    (controller, request, _) -> controller.assignReplicasToDirs(request),
                    (_, refusal) -> RefusedReplies.assignReplicasToDirs(refusal),
                    _ -> NODE_TIMEOUT);

    /// A block of 1,000 producer ids for the broker that asks.
    public static final ControllerApi<AllocateProducerIdsRequest, AllocateProducerIdsResponse> ALLOCATE_PRODUCER_IDS =
            new ControllerApi<>(
                    ApiKey.ALLOCATE_PRODUCER_IDS,
                    (controller, request, _) -> controller.allocateProducerIds(request),
                    (_, refusal) -> RefusedReplies.allocateProducerIds(refusal),
                    _ -> NODE_TIMEOUT);

    /// The broker comes in fenced; the first [#BROKER_HEARTBEAT] that does not want to be fenced lets it lead.
    public static final ControllerApi<BrokerRegistrationRequest, BrokerRegistrationResponse> BROKER_REGISTRATION =
            new ControllerApi<>(
                    ApiKey.BROKER_REGISTRATION,
                    (controller, request, asking) -> controller.registerBroker(request, asking.nowNanos()),
                    (_, refusal) -> RefusedReplies.registerBroker(refusal),
                    _ -> NODE_TIMEOUT);

    /// Unfences, fences or shuts down a broker, as the request wants.
    public static final ControllerApi<BrokerHeartbeatRequest, BrokerHeartbeatResponse> BROKER_HEARTBEAT =
            new ControllerApi<>(
                    ApiKey.BROKER_HEARTBEAT,
                    (controller, request, asking) -> controller.heartbeat(request, asking.nowNanos()),
                    (_, refusal) -> RefusedReplies.heartbeat(refusal),
                    _ -> NODE_TIMEOUT);
}
