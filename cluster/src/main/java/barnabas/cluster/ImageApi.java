package barnabas.cluster;

import barnabas.broker.api.P29DescribeAcls;
import barnabas.broker.api.P32DescribeConfigs;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.logging.LogLevels;
import barnabas.broker.logging.LoggerConfigs;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.config.BrokerConfig;
import barnabas.metadata.image.ClusterImage;
import barnabas.net.CloseReason;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An API of a controller listener that is answered from this node's image. The listener opens before there is one:
/// until then the connection is closed, after which clients try again.
///
/// @param image null while the node starts
record ImageApi<R extends RequestMessage>(Api<R> api, Supplier<@Nullable ClusterImage> image) implements Api<R> {
    /// Descriptions that tools ask a controller for (`--bootstrap-controller`, KIP-919), answered as by a broker.
    static List<Api<?>> all(BrokerConfig config, Supplier<@Nullable ClusterImage> image) {
        Supplier<ClusterImage> known = () -> {
            ClusterImage present = image.get();
            if (present == null) throw new IllegalStateException("bug: asked before the metadata is there");
            return present;
        };
        var acls =
                new P29DescribeAcls(known, !config.security().authorizerClass().isEmpty());
        var configs = new P32DescribeConfigs(
                known, live(config, known), new LoggerConfigs(LogLevels.ofProcess()), P32DescribeConfigs.Statuses.NONE);
        return List.of(new ImageApi<>(acls, image), new ImageApi<>(configs, image));
    }

    /// Settings with those of the metadata, read once for each image: a request may ask for thousands of resources.
    private static Supplier<BrokerConfig> live(BrokerConfig config, Supplier<ClusterImage> images) {
        record Read(WeakReference<ClusterImage> image, BrokerConfig config) {}
        var last = new AtomicReference<@Nullable Read>();
        return () -> {
            ClusterImage image = images.get();
            Read present = last.get();
            if (present == null || !present.image.refersTo(image)) {
                present = new Read(new WeakReference<>(image), LiveConfig.of(config, image));
                last.set(present);
            }
            return present.config;
        };
    }

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
