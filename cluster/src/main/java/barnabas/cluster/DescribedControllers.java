package barnabas.cluster;

import barnabas.broker.cluster.EndpointType;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.log.Voter;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import barnabas.quorum.QuorumMetadataLog;
import java.util.ArrayList;

/// DescribeCluster on a controller listener: the controllers, for tools with `--bootstrap-controller` (KIP-919).
record DescribedControllers(QuorumMetadataLog log, String clusterId) implements Api<DescribeClusterRequest> {
    private static final Need NEED = new Need.Nothing("addresses of controllers");

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_CLUSTER;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public void handle(DescribeClusterRequest request, Call call) {
        call.answer(
                request.endpointType() == EndpointType.CONTROLLER.id()
                        ? described(call.connection().listenerName())
                        : EndpointType.CONTROLLER.refusal(request.endpointType()));
    }

    private DescribeClusterResponse described(String listener) {
        var controllers = new ArrayList<DescribeClusterBroker>();
        for (Voter voter : log.voters()) {
            for (Voter.Endpoint at : voter.endpoints()) {
                if (at.listener().equalsIgnoreCase(listener))
                    controllers.add(new DescribeClusterBroker(voter.nodeId(), at.host(), at.port(), null, false));
            }
        }
        return DescribeClusterResponse.builder()
                .endpointType(EndpointType.CONTROLLER.id())
                .clusterId(clusterId)
                .controllerId(log.leadership().leaderId())
                .brokers(controllers)
                .build();
    }
}
