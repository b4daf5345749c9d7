package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;

/// Lists the moves of replicas that are under way (KIP-455). The controller decides; the answer comes when the change
/// is in this broker's image.
public final class P46ListPartitionReassignments implements BlockingApi<ListPartitionReassignmentsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE);

    private final ClusterMetadata metadata;

    public P46ListPartitionReassignments(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.LIST_PARTITION_REASSIGNMENTS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(ListPartitionReassignmentsRequest request, Call call) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.LIST_PARTITION_REASSIGNMENTS, request);
    }
}
