package barnabas.sim;

import barnabas.base.Deadline;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A planted bug: the broker says that its last run has stopped in order, whatever happened to it (KAFKA-18635), or to
/// its disk.
final class BoastfulController implements ControllerPort {
    private final ControllerPort real;
    /// The registration of the run before, with the epoch that it got.
    private final AtomicReference<@Nullable BrokerRegistrationRequest> lastRun;

    BoastfulController(ControllerPort real, AtomicReference<@Nullable BrokerRegistrationRequest> lastRun) {
        this.real = real;
        this.lastRun = lastRun;
    }

    @Override
    @SuppressWarnings("unchecked") // the request is of the API that is asked
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester) throws InterruptedException {
        return answered(request, real.ask(api, (Q) boasting(request), deadline, requester));
    }

    @Override
    @SuppressWarnings("unchecked") // the request is of the API that is asked
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Requester requester) throws InterruptedException {
        return answered(request, real.ask(api, (Q) boasting(request), requester));
    }

    private RequestMessage boasting(RequestMessage request) {
        BrokerRegistrationRequest before = lastRun.get();
        if (!(request instanceof BrokerRegistrationRequest registration) || before == null) return request;
        if (!before.logDirs().equals(registration.logDirs())) return request;
        return registration.toBuilder()
                .previousBrokerEpoch(before.previousBrokerEpoch())
                .build();
    }

    private <R> R answered(RequestMessage request, R answer) {
        if (request instanceof BrokerRegistrationRequest registration
                && answer instanceof BrokerRegistrationResponse taken
                && taken.errorCode() == 0)
            lastRun.set(registration.toBuilder()
                    .previousBrokerEpoch(taken.brokerEpoch())
                    .build());
        return answer;
    }
}
