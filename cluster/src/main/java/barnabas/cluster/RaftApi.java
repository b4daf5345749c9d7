package barnabas.cluster;

import barnabas.broker.request.Api;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.net.CloseReason;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.quorum.QuorumMetadataLog;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A request of the quorum, which the Raft engine of this node answers.
final class RaftApi implements Api<RequestMessage> {
    /// All that the engine answers.
    static final List<ApiKey> KEYS = List.of(
            ApiKey.FETCH,
            ApiKey.VOTE,
            ApiKey.BEGIN_QUORUM_EPOCH,
            ApiKey.END_QUORUM_EPOCH,
            ApiKey.DESCRIBE_QUORUM,
            ApiKey.FETCH_SNAPSHOT,
            ApiKey.ADD_RAFT_VOTER,
            ApiKey.REMOVE_RAFT_VOTER,
            ApiKey.UPDATE_RAFT_VOTER);

    private final ApiKey key;
    private final QuorumMetadataLog log;
    private final ForeignNodes foreign;

    RaftApi(ApiKey key, QuorumMetadataLog log, ForeignNodes foreign) {
        this.key = key;
        this.foreign = foreign;
        this.log = log;
    }

    @Override
    public ApiKey key() {
        return key;
    }

    /// The rights that Kafka's controllers ask for.
    @Override
    public Need needs() {
        return new Need.OnCluster(operation(key));
    }

    static Operation operation(ApiKey key) {
        if (key == ApiKey.ADD_RAFT_VOTER || key == ApiKey.REMOVE_RAFT_VOTER) return Operation.ALTER;
        return key == ApiKey.DESCRIBE_QUORUM ? Operation.DESCRIBE : Operation.CLUSTER_ACTION;
    }

    @Override
    public void handle(RequestMessage request, Call call) {
        short version = call.version();
        var answered = log.handle(call.connection().listenerName(), key.id(), version, 0, Bodies.of(request, version));
        // Back on the loop: the Raft thread must never wait for a slow reader.
        var _ = answered.whenComplete((body, failed) -> call.connection().onLoop(() -> answer(body, failed, call)));
    }

    private void answer(@Nullable ByteBuffer body, @Nullable Throwable failed, Call call) {
        if (body == null) call.close(CloseReason.UNSUPPORTED_REQUEST, key + " cannot be answered: " + failed);
        else
            call.attempt(() -> {
                ResponseMessage answer = Bodies.response(key, body, call.version());
                foreign.log(answer, call.connection());
                call.answer(answer);
            });
    }
}
