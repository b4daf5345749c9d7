package barnabas.cluster;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.decision.Refusal;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A request to the controller of this node.
///
/// @param needs the right of the client that asks
/// @param own the controller; null while the node starts
/// @param ended is informed of connections that carry heartbeats
/// @param refused is informed of answers to registrations and of refused heartbeats
record ControllerCall<Q extends RequestMessage, R extends ResponseMessage>(
        ControllerApi<Q, R> api,
        Need needs,
        Supplier<@Nullable ControllerPort> own,
        EndedBrokers ended,
        RefusedBrokers refused)
        implements BlockingApi<Q> {
    /// For requests of brokers, which have checked the rights of their clients.
    static final Need OF_BROKERS = new Need.OnCluster(Operation.CLUSTER_ACTION);

    private static final Refusal NOT_CONTROLLER =
            new Refusal(ErrorCode.NOT_CONTROLLER, "This is not the correct controller for this cluster.");

    @Override
    public ApiKey key() {
        return api.key();
    }

    @Override
    public ResponseMessage answer(Q request, Call call) throws InterruptedException {
        ControllerPort port = own.get();
        if (port == null) return api.refuse().refuse(request, NOT_CONTROLLER);
        R answer = needs.equals(OF_BROKERS) ? port.ask(api, request) : port.ask(api, request, call.requester());
        if (request instanceof BrokerHeartbeatRequest beat && answer instanceof BrokerHeartbeatResponse given) {
            if (given.errorCode() == ErrorCode.NONE.code()) ended.heard(beat, call.connection());
            else refused.log(beat, given, String.valueOf(call.connection().remoteAddress()));
        }
        if (request instanceof BrokerRegistrationRequest asked && answer instanceof BrokerRegistrationResponse given)
            refused.log(asked, given, String.valueOf(call.connection().remoteAddress()));
        return answer;
    }
}
