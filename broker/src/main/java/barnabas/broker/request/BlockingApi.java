package barnabas.broker.request;

import barnabas.net.CloseReason;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import org.jspecify.annotations.Nullable;

/// An API whose answer may have to wait (for the controller, a group, a disk): it runs on a virtual thread and waits by
/// waiting.
///
/// @param <R> the request it answers
public interface BlockingApi<R extends RequestMessage> extends Api<R> {
    ResponseMessage answer(R request, Call call) throws InterruptedException;

    /// The answer while too many requests wait, with a code after which clients try again; null has the connection
    /// closed, after which they do so too.
    default @Nullable ResponseMessage busy(R request, Call call) {
        return null;
    }

    /// Whether the answer waits for other clients, for as long as they or this one want.
    default boolean waitsForClients() {
        return false;
    }

    @Override
    default void handle(R request, Call call) {
        // On a virtual thread the request has its part of the memory, unless that would be kept from others.
        boolean has = !call.connection().isOnLoop() && !waitsForClients();
        if (has || call.mayWait()) {
            if (waitsForClients()) call.laterWhileConnected(() -> answer(request, call));
            else call.later(() -> answer(request, call));
            return;
        }
        ResponseMessage refusal = busy(request, call);
        if (refusal != null) call.answer(refusal);
        else call.close(CloseReason.TOO_MANY_WAITING_REQUESTS, String.valueOf(call.key()));
    }
}
