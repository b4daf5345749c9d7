package barnabas.cluster;

import barnabas.broker.cluster.EndpointType;
import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ControllerRegistration;
import barnabas.metadata.log.Voter;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeClusterResponse.DescribeClusterBroker;
import barnabas.quorum.QuorumMetadataLog;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// DescribeCluster on a controller listener: the controllers, for tools with `--bootstrap-controller` (KIP-919). Each
/// with its address on that listener: the one that the quorum uses, else the one that it has registered. Those without
/// a vote that have registered are among them.
record DescribedControllers(QuorumMetadataLog log, Supplier<@Nullable ClusterImage> image, String clusterId)
        implements Api<DescribeClusterRequest> {
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
        var voters = new HashSet<Integer>();
        for (Voter voter : log.voters()) {
            voters.add(voter.nodeId());
            boolean found = false;
            for (Voter.Endpoint at : voter.endpoints()) {
                if (!at.listener().equalsIgnoreCase(listener)) continue;
                controllers.add(new DescribeClusterBroker(voter.nodeId(), at.host(), at.port(), null, false));
                found = true;
            }
            if (!found) controllers.addAll(registered(voter.nodeId(), listener));
        }
        ClusterImage known = image.get();
        if (known != null)
            known.nodes().controllers().forEach((id, _) -> {
                if (!voters.contains(id)) controllers.addAll(registered(id, listener));
            });
        return DescribeClusterResponse.builder()
                .endpointType(EndpointType.CONTROLLER.id())
                .clusterId(clusterId)
                .controllerId(log.leadership().leaderId())
                .brokers(controllers)
                .build();
    }

    private List<DescribeClusterBroker> registered(int id, String listener) {
        ClusterImage known = image.get();
        if (known == null) return List.of();
        return known.nodes().controllers().get(id).map(ControllerRegistration::endpoints).orElse(List.of()).stream()
                .filter(at -> at.listener().equalsIgnoreCase(listener))
                .map(at -> new DescribeClusterBroker(id, at.host(), at.port(), null, false))
                .toList();
    }
}
