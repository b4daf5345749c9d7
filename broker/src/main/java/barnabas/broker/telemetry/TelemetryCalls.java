package barnabas.broker.telemetry;

import barnabas.broker.request.Call;
import barnabas.config.dynamic.ClientMetricsConfigs;
import barnabas.config.dynamic.ClientMetricsConfigs.Subscription;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.Uuid;
import java.net.InetSocketAddress;
import java.util.List;

/// Data of a call and of the cluster that both telemetry APIs use.
public final class TelemetryCalls {
    private TelemetryCalls() {}

    public static TelemetryClient client(Uuid id, Call call) {
        InetSocketAddress address = call.connection().remoteAddress();
        return new TelemetryClient(
                id,
                call.clientId(),
                call.client().softwareName(),
                call.client().softwareVersion(),
                address.getAddress().getHostAddress(),
                address.getPort());
    }

    public static List<Subscription> subscriptions(ClusterImage image) {
        return image.configuredResources(ConfigResource.Type.CLIENT_METRICS).stream()
                .map(resource -> ClientMetricsConfigs.subscription(image.configs(resource)))
                .toList();
    }
}
