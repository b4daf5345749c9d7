package barnabas.cluster;

import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.log.Voter;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import barnabas.quorum.QuorumMetadataLog;
import java.util.ArrayList;

/// DescribeCluster on a controller listener: the controllers, for tools with `--bootstrap-controller` (KIP-919).
record DescribedControllers(QuorumMetadataLog log, String clusterId) implements Api<DescribeClusterRequest> {
    private static final Need NEED = new Need.Nothing("addresses of controllers");
    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

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
        if (request.endpointType() == CONTROLLERS) {
            call.answer(described(call.connection().listenerName()));
            return;
        }
        call.answer(
                request.endpointType() == BROKERS
                        ? failed(
                                ErrorCode.MISMATCHED_ENDPOINT_TYPE,
                                "The request was sent to an endpoint of type CONTROLLER, but we wanted an endpoint of type"
                                        + " BROKER")
                        : failed(
                                ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
                                "Unsupported endpoint type " + request.endpointType()));
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
                .endpointType(CONTROLLERS)
                .clusterId(clusterId)
                .controllerId(log.leadership().leaderId())
                .brokers(controllers)
                .build();
    }

    private static DescribeClusterResponse failed(ErrorCode error, String message) {
        return DescribeClusterResponse.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }
}
