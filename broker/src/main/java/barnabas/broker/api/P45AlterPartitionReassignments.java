package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;

/// Moves replicas (KIP-455). The controller decides; the answer comes when the change is in this broker's image.
public final class P45AlterPartitionReassignments implements BlockingApi<AlterPartitionReassignmentsRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    private final ClusterMetadata metadata;

    public P45AlterPartitionReassignments(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.ALTER_PARTITION_REASSIGNMENTS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(AlterPartitionReassignmentsRequest request, Call call) throws InterruptedException {
        return metadata.controller().ask(ControllerApis.ALTER_PARTITION_REASSIGNMENTS, request);
    }
}
