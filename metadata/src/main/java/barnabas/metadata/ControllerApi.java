package barnabas.metadata;

import barnabas.metadata.controller.Controller;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.mutations.Asking;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import java.util.function.ToIntFunction;

/// One API that the controller answers: how it decides, the complete answer when nothing can be decided, and the time
/// that a request allows. All of them are in [ControllerApis].
///
/// @param timeoutMillis of a request in ms; [#NODE_TIMEOUT] where the request names none
public record ControllerApi<Q extends RequestMessage, R extends ResponseMessage>(
        ApiKey key, Decide<Q, R> decide, Refuse<Q, R> refuse, ToIntFunction<Q> timeoutMillis) {
    /// The node's own `request.timeout.ms` counts.
    public static final int NODE_TIMEOUT = -1;

    /// Runs the core.
    @FunctionalInterface
    public interface Decide<Q, R> {
        Decision<R> decide(Controller controller, Q request, Asking asking);
    }

    /// An answer in which every entry of the request has the error of `refusal`.
    @FunctionalInterface
    public interface Refuse<Q, R> {
        R refuse(Q request, Refusal refusal);
    }
}
