package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ListConfigResourcesRequest;
import barnabas.protocol.message.ListConfigResourcesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Lists what has configurations: every topic and broker, and the groups and client metrics subscriptions that were
/// given some (KIP-1142).
public final class P74ListConfigResources implements BlockingApi<ListConfigResourcesRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE_CONFIGS);

    /// Version 0 knew client metrics subscriptions only (KIP-1000).
    private static final short TYPES_SINCE = 1;

    private final ClusterMetadata metadata;

    public P74ListConfigResources(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.LIST_CONFIG_RESOURCES;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ListConfigResourcesRequest request, Call call) {
        var types = new ArrayList<ConfigResource.Type>();
        if (call.version() < TYPES_SINCE) {
            types.add(ConfigResource.Type.CLIENT_METRICS);
        } else if (request.resourceTypes().isEmpty()) {
            types.addAll(List.of(ConfigResource.Type.values()));
        }
        for (byte code : request.resourceTypes()) {
            ConfigResource.Type type = ConfigResource.Type.of(code);
            if (type == null) {
                return ListConfigResourcesResponse.builder()
                        .errorCode(ErrorCode.UNSUPPORTED_VERSION.code())
                        .build();
            }
            types.add(type);
        }
        ClusterImage image = metadata.current();
        List<ListConfigResourcesResponse.ConfigResource> resources = types.stream()
                .distinct()
                .flatMap(type -> names(image, type)
                        .map(name -> new ListConfigResourcesResponse.ConfigResource(name, type.code())))
                .toList();
        return ListConfigResourcesResponse.builder().configResources(resources).build();
    }

    private static Stream<String> names(ClusterImage image, ConfigResource.Type type) {
        return switch (type) {
            case TOPIC -> image.topicsByName().stream().map(TopicImage::name);
            case BROKER, BROKER_LOGGER ->
                image.brokersById().stream().map(BrokerRegistration::id).map(String::valueOf);
            case GROUP, CLIENT_METRICS ->
                image.configuredResources(type).stream().map(ConfigResource::name);
        };
    }
}
