package barnabas.broker.api;

import barnabas.broker.access.AuthorizedOperations;
import barnabas.broker.cluster.ShownController;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import java.util.ArrayList;

/// Describes the cluster's nodes (KIP-700, KIP-919, KIP-1073).
public final class P60DescribeCluster implements Api<DescribeClusterRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private static final byte BROKERS = 1;
    private static final byte CONTROLLERS = 2;

    private final ClusterMetadata metadata;

    public P60DescribeCluster(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

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
        if (request.endpointType() != BROKERS) {
            call.answer(
                    request.endpointType() == CONTROLLERS
                            ? failed(
                                    ErrorCode.MISMATCHED_ENDPOINT_TYPE,
                                    "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type"
                                            + " CONTROLLER")
                            : failed(
                                    ErrorCode.UNSUPPORTED_ENDPOINT_TYPE,
                                    "Unsupported endpoint type " + request.endpointType()));
            return;
        }
        ClusterImage image = metadata.current();
        var brokers = new ArrayList<DescribeClusterBroker>();
        for (BrokerRegistration broker : image.brokersById()) {
            if (broker.fenced() && !request.includeFencedBrokers()) continue;
            broker.endpoint(call.connection().listenerName())
                    .ifPresent(at -> brokers.add(new DescribeClusterBroker(
                            broker.id(), at.host(), at.port(), broker.rack(), broker.fenced())));
        }
        call.answer(DescribeClusterResponse.builder()
                .endpointType(BROKERS)
                .clusterId(image.clusterId())
                .controllerId(ShownController.id(metadata, image))
                .brokers(brokers)
                .clusterAuthorizedOperations(
                        AuthorizedOperations.onCluster(request.includeClusterAuthorizedOperations()))
                .build());
    }

    private static DescribeClusterResponse failed(ErrorCode error, String message) {
        return DescribeClusterResponse.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .build();
    }
}
