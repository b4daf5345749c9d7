package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedAcls;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.CreateAclsRequest;

/// Adds ACLs (KIP-140, KIP-290). The controller decides; the answer comes when the change is in this
/// broker's image.
public final class P30CreateAcls implements BlockingApi<CreateAclsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    private static final Refusal DISABLED = new Refusal(ErrorCode.SECURITY_DISABLED, "No Authorizer is configured.");

    private final ClusterMetadata metadata;
    private final boolean hasAuthorizer;

    /// @param hasAuthorizer whether `authorizer.class.name` is set
    public P30CreateAcls(ClusterMetadata metadata, boolean hasAuthorizer) {
        this.metadata = metadata;
        this.hasAuthorizer = hasAuthorizer;
    }

    @Override
    public ApiKey key() {
        return ApiKey.CREATE_ACLS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(CreateAclsRequest request, Call call) throws InterruptedException {
        return hasAuthorizer
                ? metadata.controller().ask(ControllerApis.CREATE_ACLS, request)
                : RefusedAcls.of(request, DISABLED);
    }
}
