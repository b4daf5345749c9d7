package barnabas.cluster;

import barnabas.broker.api.P18ApiVersions;
import barnabas.broker.request.Api;
import barnabas.broker.request.ApiCatalog;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.QuorumLevel;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ApiVersionsRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// ApiVersions of a controller listener, which answers before this node has an image.
///
/// @param catalog known only after all APIs, this one included, exist
/// @param image of the cluster; null while the node starts, and the answer then names no finalized level
record ControllerVersions(Supplier<ApiCatalog> catalog, Supplier<@Nullable ClusterImage> image, QuorumLevel quorum)
        implements Api<ApiVersionsRequest> {
    private static final Need NEED = new Need.Nothing("versions are needed before a node can authenticate");

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
        ClusterImage known = image.get();
        call.answer(P18ApiVersions.versions(catalog.get(), known, level(known, quorum), call.version()));
    }

    /// The level of the quorum, which cannot be asked before there is an image; 0 until then.
    static short level(@Nullable ClusterImage image, QuorumLevel quorum) {
        return image == null ? 0 : quorum.quorumLevel();
    }
}
