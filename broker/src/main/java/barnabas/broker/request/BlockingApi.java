package barnabas.broker.request;

import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;

/// An API whose answer may have to wait (for the controller, a group, a disk): it runs on a virtual thread and waits by
/// waiting.
///
/// @param <R> the request it answers
public interface BlockingApi<R extends RequestMessage> extends Api<R> {
    ResponseMessage answer(R request, Call call) throws InterruptedException;

    @Override
    default void handle(R request, Call call) {
        call.later(() -> answer(request, call));
    }
}
