package barnabas.cluster;

import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.CloseReason;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An API of a controller listener that is answered from this node's image. The listener opens before there is one:
/// until then the connection is closed, after which clients try again.
///
/// @param image null while the node starts
record ImageApi<R extends RequestMessage>(Api<R> api, Supplier<@Nullable ClusterImage> image) implements Api<R> {
    @Override
    public ApiKey key() {
        return api.key();
    }

    @Override
    public Need needs() {
        return api.needs();
    }

    @Override
    public void handle(R request, Call call) {
        if (image.get() == null) call.close(CloseReason.BROKER_DECISION, "this controller has no metadata yet");
        else api.handle(request, call);
    }
}
