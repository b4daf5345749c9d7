package barnabas.broker.api;

import barnabas.broker.access.AuthorizedOperations;
import barnabas.broker.cluster.EndpointType;
import barnabas.broker.cluster.ShownController;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import java.util.ArrayList;

/// Describes the cluster's nodes (KIP-700, KIP-919, KIP-1073).
public final class P60DescribeCluster implements Api<DescribeClusterRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

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
        if (request.endpointType() != EndpointType.BROKER.id()) {
            call.answer(EndpointType.BROKER.refusal(request.endpointType()));
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
                .endpointType(EndpointType.BROKER.id())
                .clusterId(image.clusterId())
                .controllerId(ShownController.id(metadata, image))
                .brokers(brokers)
                .clusterAuthorizedOperations(
                        AuthorizedOperations.onCluster(request.includeClusterAuthorizedOperations()))
                .build());
    }
}
