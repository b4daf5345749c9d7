package barnabas.cluster;

import barnabas.broker.request.Api;
import barnabas.broker.request.ApiCatalog;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.ApiVersionsResponse.ApiVersion;
import barnabas.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import barnabas.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// ApiVersions of a controller listener, which answers before this node has an image.
///
/// @param catalog known only after all APIs, this one included, exist
/// @param image of the cluster; null while the node starts, and the answer then names no finalized level
record ControllerVersions(Supplier<ApiCatalog> catalog, Supplier<@Nullable ClusterImage> image)
        implements Api<ApiVersionsRequest> {
    private static final Need NEED = new Need.Nothing("versions are needed before a node can authenticate");
    /// Earlier versions cannot say that a feature's lowest level is 0, so such features are left out.
    private static final short LEVEL_ZERO_SINCE = 4;

    @Override
    public ApiKey key() {
        return ApiKey.API_VERSIONS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(ApiVersionsRequest request, Call call) {
        List<ApiVersion> apis = catalog.get().advertised().stream()
                .map(api -> new ApiVersion(api.key().id(), api.lowestVersion(), api.highestVersion()))
                .toList();
        List<SupportedFeatureKey> supported = Features.SUPPORTED.entrySet().stream()
                .filter(each ->
                        call.version() >= LEVEL_ZERO_SINCE || each.getValue().min() > 0)
                .map(each -> new SupportedFeatureKey(
                        each.getKey(), each.getValue().min(), each.getValue().max()))
                .toList();
        ApiVersionsResponse.Builder answer =
                ApiVersionsResponse.builder().apiKeys(apis).supportedFeatures(supported);
        ClusterImage now = image.get();
        if (now != null)
            answer.finalizedFeaturesEpoch(now.position().offset())
                    .finalizedFeatures(now.features().finalized().entrySet().stream()
                            .map(each -> new FinalizedFeatureKey(each.getKey(), each.getValue(), each.getValue()))
                            .toList());
        call.answer(answer.build());
    }
}
