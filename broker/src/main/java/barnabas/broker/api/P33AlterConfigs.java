package barnabas.broker.api;

import barnabas.broker.identity.AlteredSecurity;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.config.dynamic.AlteredNode;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.AlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;

/// Replaces all configurations of a resource. The controller decides; the answer comes when the change is in this
/// broker's image.
public final class P33AlterConfigs implements BlockingApi<AlterConfigsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final ClusterMetadata metadata;
    private final AlteredSecurity security;
    private final int nodeId;

    public P33AlterConfigs(ClusterMetadata metadata, AlteredSecurity security, int nodeId) {
        this.metadata = metadata;
        this.security = security;
        this.nodeId = nodeId;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ALTER_CONFIGS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(AlterConfigsRequest request, Call call) throws InterruptedException {
        var responses = new ArrayList<AlterConfigsResourceResponse>();
        var others = new ArrayList<AlterConfigsResource>();
        for (AlterConfigsResource each : request.resources()) {
            String problem =
                    isLogger(each) ? null : AlteredNode.problem(each.resourceType(), each.resourceName(), nodeId);
            if (problem == null) problem = security.problem(each);
            if (problem == null) others.add(each);
            else
                responses.add(new AlterConfigsResourceResponse(
                        ErrorCode.INVALID_REQUEST.code(), problem, each.resourceType(), each.resourceName()));
        }
        if (!others.isEmpty()) {
            var rest = new AlterConfigsRequest(others, request.validateOnly());
            responses.addAll(metadata.controller()
                    .ask(ControllerApis.ALTER_CONFIGS, rest)
                    .responses());
        }
        return AlterConfigsResponse.builder().responses(responses).build();
    }

    /// Log levels came with the newer API; the controller knows no such resource.
    private static boolean isLogger(AlterConfigsResource resource) {
        return resource.resourceType() == ConfigResource.Type.BROKER_LOGGER.code();
    }
}
