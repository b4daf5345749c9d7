package barnabas.broker.api;

import barnabas.broker.cluster.Endpoints;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.coordination.Shards;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import barnabas.protocol.message.FindCoordinatorResponse.Coordinator;
import java.util.List;
import java.util.Optional;

/// Finds the broker that coordinates a group or a transactional id: the leader of its partition of the internal topic,
/// which is created by the first who asks.
public final class P10FindCoordinator implements BlockingApi<FindCoordinatorRequest> {
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    /// From this version on several keys are asked for at once (KIP-699).
    private static final short BATCHED_SINCE = 4;

    private final ClusterMetadata metadata;
    private final InternalTopics internalTopics;

    public P10FindCoordinator(ClusterMetadata metadata, InternalTopics internalTopics) {
        this.metadata = metadata;
        this.internalTopics = internalTopics;
    }

    @Override
    public ApiKey key() {
        return ApiKey.FIND_COORDINATOR;
    }

    @Override
    public ResponseMessage answer(FindCoordinatorRequest request, Call call) {
        String listener = call.connection().listenerName();
        if (call.version() >= BATCHED_SINCE) {
            List<Coordinator> found = request.coordinatorKeys().stream()
                    .map(key -> find(request.keyType(), key, listener))
                    .toList();
            return FindCoordinatorResponse.builder().coordinators(found).build();
        }
        Coordinator found = find(request.keyType(), request.key(), listener);
        return FindCoordinatorResponse.builder()
                .errorCode(found.errorCode())
                .errorMessage(found.errorMessage())
                .nodeId(found.nodeId())
                .host(found.host())
                .port(found.port())
                .build();
    }

    private Coordinator find(byte keyType, String key, String listener) {
        String topicName = switch (keyType) {
            case GROUP -> InternalTopics.GROUP_OFFSETS;
            case TRANSACTION -> InternalTopics.TRANSACTION_STATE;
            default -> "";
        };
        if (topicName.isEmpty()) return failed(key, ErrorCode.INVALID_REQUEST);
        Optional<TopicImage> topic = internalTopics.ensure(topicName);
        if (topic.isEmpty()) return failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        int index = Shards.partitionFor(key, topic.get().partitionCount());
        int leader = topic.get().partition(index).map(PartitionImage::leader).orElse(PartitionImage.NO_LEADER);
        return Endpoints.alive(metadata.current(), listener).stream()
                .filter(node -> node.id() == leader)
                .findFirst()
                .map(node -> Coordinator.builder()
                        .key(key)
                        .nodeId(node.id())
                        .host(node.host())
                        .port(node.port())
                        .build())
                .orElseGet(() -> failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE));
    }

    private static Coordinator failed(String key, ErrorCode error) {
        return Coordinator.builder()
                .key(key)
                .nodeId(-1)
                .port(-1)
                .errorCode(error.code())
                .build();
    }
}
