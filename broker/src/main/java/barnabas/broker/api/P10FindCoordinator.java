package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.cluster.Endpoints;
import barnabas.broker.cluster.InternalTopic;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.coordination.Coordinator;
import barnabas.coordination.Shards;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.image.TopicImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.FindCoordinatorResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds the broker that coordinates a group or a transactional id: the leader of its partition of the internal topic,
/// which is created by the first who asks.
public final class P10FindCoordinator implements BlockingApi<FindCoordinatorRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    /// From this version on several keys are asked for at once (KIP-699).
    private static final short BATCHED_SINCE = 4;

    /// A client that asks is not sent to a coordinator that would refuse it because it is still loading, unless
    /// that takes longer.
    private static final long LOADING_MILLIS_MAX = 500;

    /// Kafka's message of an INVALID_REQUEST without a more exact one.
    private static final String MALFORMED =
            "This most likely occurs because of a request being malformed by the client library or the message was sent"
                    + " to an incompatible broker. See the broker logs for more details.";

    private final int nodeId;
    private final ClusterMetadata metadata;
    private final InternalTopics internalTopics;
    private final List<Coordinator> coordinators;
    private final Clock clock;

    public P10FindCoordinator(
            int nodeId,
            ClusterMetadata metadata,
            InternalTopics internalTopics,
            List<Coordinator> coordinators,
            Clock clock) {
        this.nodeId = nodeId;
        this.metadata = metadata;
        this.internalTopics = internalTopics;
        this.coordinators = List.copyOf(coordinators);
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return ApiKey.FIND_COORDINATOR;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(FindCoordinatorRequest request, Call call) throws InterruptedException {
        String listener = call.connection().listenerName();
        Deadline loaded = Deadline.inMillis(LOADING_MILLIS_MAX, clock);
        if (call.version() >= BATCHED_SINCE) {
            var found = new ArrayList<FindCoordinatorResponse.Coordinator>();
            for (String key : new LinkedHashSet<>(request.coordinatorKeys()))
                found.add(find(request.keyType(), key, listener, loaded));
            return FindCoordinatorResponse.builder().coordinators(found).build();
        }
        FindCoordinatorResponse.Coordinator found = find(request.keyType(), request.key(), listener, loaded);
        return FindCoordinatorResponse.builder()
                .errorCode(found.errorCode())
                .errorMessage(message(found))
                .nodeId(found.nodeId())
                .host(found.host())
                .port(found.port())
                .build();
    }

    /// Before several keys could be asked for, every answer had a message: the general one of its code, `NONE` too.
    private static @Nullable String message(FindCoordinatorResponse.Coordinator found) {
        if (found.errorCode() == ErrorCode.NONE.code()) return ErrorCode.NONE.name();
        return found.errorCode() == ErrorCode.COORDINATOR_NOT_AVAILABLE.code()
                ? "The coordinator is not available."
                : found.errorMessage();
    }

    private FindCoordinatorResponse.Coordinator find(byte keyType, String key, String listener, Deadline loaded)
            throws InterruptedException {
        Optional<InternalTopic> kind = InternalTopic.ofKeyType(keyType);
        if (kind.isEmpty()) {
            return failed(key, ErrorCode.INVALID_REQUEST).toBuilder()
                    .errorMessage(MALFORMED)
                    .build();
        }
        Optional<TopicImage> topic = internalTopics.ensure(kind.get());
        if (topic.isEmpty()) return failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE);
        int index = Shards.partitionFor(key, topic.get().partitionCount());
        int leader = topic.get().partition(index).map(PartitionImage::leader).orElse(PartitionImage.NO_LEADER);
        // A client connects to the returned coordinator at once, and sends some requests only once.
        if (leader == nodeId) awaitLoaded(kind.get(), index, loaded);
        return Endpoints.alive(metadata.current(), listener).stream()
                .filter(node -> node.id() == leader)
                .findFirst()
                .map(node -> FindCoordinatorResponse.Coordinator.builder()
                        .key(key)
                        .nodeId(node.id())
                        .host(node.host())
                        .port(node.port())
                        .build())
                .orElseGet(() -> failed(key, ErrorCode.COORDINATOR_NOT_AVAILABLE));
    }

    private void awaitLoaded(InternalTopic kind, int partition, Deadline loaded) throws InterruptedException {
        for (var coordinator : coordinators) {
            if (coordinator.topic().equals(kind.topicName())) {
                boolean _ = coordinator.shards().awaitLoaded(partition, loaded);
            }
        }
    }

    private static FindCoordinatorResponse.Coordinator failed(String key, ErrorCode error) {
        return FindCoordinatorResponse.Coordinator.builder()
                .key(key)
                .nodeId(-1)
                .port(-1)
                .errorCode(error.code())
                .build();
    }
}
