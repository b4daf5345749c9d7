package barnabas.broker.api;

import barnabas.broker.request.Api;
import barnabas.broker.request.ApiCatalog;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.FeaturesImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.ApiVersionsResponse.ApiVersion;
import barnabas.protocol.message.ApiVersionsResponse.FinalizedFeatureKey;
import barnabas.protocol.message.ApiVersionsResponse.SupportedFeatureKey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The first request of every connection: which APIs and features there are (KIP-35, KIP-511, KIP-584), and whether the
/// client has reached the cluster and node it meant (KIP-1242).
public final class P18ApiVersions implements Api<ApiVersionsRequest> {
    private static final Need NEED = new Need.Nothing("versions are needed before a client can authenticate");

    private static final Pattern SOFTWARE = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");
    private static final short SOFTWARE_SINCE = 3;
    private static final int SOFTWARE_CHARS_MAX = 256;
    /// A client that names neither cluster nor node; one without the other is refused.
    private static final int NO_NODE = -1;

    /// Earlier versions cannot say that a feature's lowest level is 0, so such features are left out.
    private static final short LEVEL_ZERO_SINCE = 4;

    private final ClusterMetadata metadata;
    private final int nodeId;
    private final Supplier<ApiCatalog> catalog;

    /// A broker's ApiVersions.
    ///
    /// @param catalog known only after all APIs, this one included, exist
    public P18ApiVersions(ClusterMetadata metadata, int nodeId, Supplier<ApiCatalog> catalog) {
        this.metadata = metadata;
        this.nodeId = nodeId;
        this.catalog = catalog;
    }

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
        if (call.version() >= SOFTWARE_SINCE) {
            if (!SOFTWARE.matcher(request.clientSoftwareName()).matches()
                    || !SOFTWARE.matcher(request.clientSoftwareVersion()).matches()
                    || (request.clusterId() == null) != (request.nodeId() == NO_NODE)) {
                call.answer(failed(ErrorCode.INVALID_REQUEST));
                return;
            }
            call.connection()
                    .attach(call.client()
                            .withSoftware(
                                    shortened(request.clientSoftwareName()),
                                    shortened(request.clientSoftwareVersion())));
        }
        ClusterImage image = metadata.current();
        boolean otherCluster =
                request.clusterId() != null && !request.clusterId().equals(image.clusterId());
        boolean otherNode = request.nodeId() != NO_NODE && request.nodeId() != nodeId;
        call.answer(
                otherCluster || otherNode
                        ? failed(ErrorCode.REBOOTSTRAP_REQUIRED)
                        : versions(catalog.get(), image, metadata.quorumLevel(), call.version()));
    }

    /// Kept for as long as the connection lives.
    private static String shortened(String text) {
        return text.substring(0, Math.min(text.length(), SOFTWARE_CHARS_MAX));
    }

    private static ApiVersionsResponse failed(ErrorCode error) {
        return ApiVersionsResponse.builder().errorCode(error.code()).build();
    }

    /// Answer with the APIs of a listener and the features of the cluster.
    ///
    /// @param image null while the node starts: the answer then names no finalized level
    /// @param quorumLevel level of `kraft.version`, which is not in the image
    /// @param version of the answer
    public static ApiVersionsResponse versions(
            ApiCatalog catalog, @Nullable ClusterImage image, short quorumLevel, short version) {
        List<ApiVersion> apis = catalog.advertised().stream()
                .map(api -> new ApiVersion(api.key().id(), api.lowestVersion(), api.highestVersion()))
                .toList();
        List<SupportedFeatureKey> supported = Features.SUPPORTED.entrySet().stream()
                .filter(each -> version >= LEVEL_ZERO_SINCE || each.getValue().min() > 0)
                .map(each -> new SupportedFeatureKey(
                        each.getKey(), each.getValue().min(), each.getValue().max()))
                .toList();
        ApiVersionsResponse.Builder answer =
                ApiVersionsResponse.builder().apiKeys(apis).supportedFeatures(supported);
        if (image != null)
            answer.finalizedFeaturesEpoch(image.position().offset()).finalizedFeatures(finalized(image, quorumLevel));
        return answer.build();
    }

    private static List<FinalizedFeatureKey> finalized(ClusterImage image, short quorumLevel) {
        var levels = new ArrayList<FinalizedFeatureKey>();
        image.features().finalized().forEach((name, level) -> levels.add(new FinalizedFeatureKey(name, level, level)));
        if (quorumLevel > 0) levels.add(new FinalizedFeatureKey(FeaturesImage.KRAFT_VERSION, quorumLevel, quorumLevel));
        return levels;
    }
}
