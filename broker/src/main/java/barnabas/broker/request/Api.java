package barnabas.broker.request;

import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;

/// One API of the protocol.
///
/// @param <R> the request it answers
public interface Api<R extends RequestMessage> {
    ApiKey key();

    /// Right that a client must have to call this API at all.
    Need needs();

    /// The highest version that is served and advertised.
    default short highestVersion() {
        return key().highestStableVersion();
    }

    /// Called on the event loop, and for large requests on a virtual thread: answers at once, or hands the work to
    /// [Call#later]. Every call is completed exactly once.
    void handle(R request, Call call);
}
