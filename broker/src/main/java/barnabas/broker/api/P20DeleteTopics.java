package barnabas.broker.api;

import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsResponse;

/// Deletes topics by name or id. The controller decides; the answer comes when the change is in this broker's image.
public final class P20DeleteTopics implements BlockingApi<DeleteTopicsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    /// Before this version of the request there was no error code for a cluster that keeps its topics.
    private static final short DISABLED_SINCE = 3;

    private static final Refusal DISABLED = new Refusal(ErrorCode.TOPIC_DELETION_DISABLED, null);

    private final ClusterMetadata metadata;
    private final LiveConfig config;

    public P20DeleteTopics(ClusterMetadata metadata, LiveConfig config) {
        this.metadata = metadata;
        this.config = config;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DELETE_TOPICS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DeleteTopicsRequest request, Call call) throws InterruptedException {
        // The controller decides, as in Kafka. A broker whose own file says no asks none: an older one does not look.
        DeleteTopicsResponse answer = config.current().topics().deletable()
                ? metadata.controller().ask(ControllerApis.DELETE_TOPICS, request, call.requester())
                : RefusedReplies.of(request, DISABLED);
        call.holdBack(answer.throttleTimeMs());
        return call.version() < DISABLED_SINCE ? beforeDisabled(answer) : answer;
    }

    private static DeleteTopicsResponse beforeDisabled(DeleteTopicsResponse answer) {
        return answer.toBuilder()
                .responses(answer.responses().stream()
                        .map(each -> each.errorCode() == ErrorCode.TOPIC_DELETION_DISABLED.code()
                                ? each.toBuilder()
                                        .errorCode(ErrorCode.INVALID_REQUEST.code())
                                        .build()
                                : each)
                        .toList())
                .build();
    }
}
