package barnabas.broker.api;

import barnabas.broker.identity.AlteredSecurity;
import barnabas.broker.logging.LoggerConfigs;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.config.dynamic.AlteredNode;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.decision.Refusal;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Changes single configurations (KIP-339). The controller decides; the answer comes when the change is in this
/// broker's image. Log levels (KIP-412) are this process's own.
public final class P44IncrementalAlterConfigs implements BlockingApi<IncrementalAlterConfigsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final ClusterMetadata metadata;
    private final LoggerConfigs loggers;
    private final AlteredSecurity security;
    private final int nodeId;

    public P44IncrementalAlterConfigs(
            ClusterMetadata metadata, LoggerConfigs loggers, AlteredSecurity security, int nodeId) {
        this.metadata = metadata;
        this.loggers = loggers;
        this.security = security;
        this.nodeId = nodeId;
    }

    @Override
    public ApiKey key() {
        return ApiKey.INCREMENTAL_ALTER_CONFIGS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(IncrementalAlterConfigsRequest request, Call call) throws InterruptedException {
        var responses = new ArrayList<AlterConfigsResourceResponse>();
        var others = new ArrayList<AlterConfigsResource>();
        Set<String> repeatedLoggers = repeatedLoggers(request.resources());
        for (AlterConfigsResource each : request.resources()) {
            String problem = isLogger(each) && repeatedLoggers.contains(each.resourceName())
                    ? "Each resource must appear at most once."
                    : AlteredNode.problem(each.resourceType(), each.resourceName(), nodeId);
            if (problem == null) problem = security.problem(each);
            if (problem != null) responses.add(response(each, new Refusal(ErrorCode.INVALID_REQUEST, problem)));
            else if (isLogger(each)) responses.add(response(each, altered(each, request.validateOnly())));
            else others.add(each);
        }
        if (!others.isEmpty()) {
            var rest = new IncrementalAlterConfigsRequest(others, request.validateOnly());
            responses.addAll(metadata.controller()
                    .ask(ControllerApis.INCREMENTAL_ALTER_CONFIGS, rest)
                    .responses());
        }
        return IncrementalAlterConfigsResponse.builder().responses(responses).build();
    }

    private static boolean isLogger(AlterConfigsResource resource) {
        return resource.resourceType() == ConfigResource.Type.BROKER_LOGGER.code();
    }

    /// The controller sees to the others.
    private static Set<String> repeatedLoggers(List<AlterConfigsResource> resources) {
        var seen = new HashSet<String>();
        var repeated = new HashSet<String>();
        for (AlterConfigsResource each : resources) {
            if (isLogger(each) && !seen.add(each.resourceName())) repeated.add(each.resourceName());
        }
        return repeated;
    }

    private Refusal altered(AlterConfigsResource asked, boolean validateOnly) {
        Refusal refusal = loggers.alter(asked.configs(), validateOnly);
        return refusal == null ? new Refusal(ErrorCode.NONE, null) : refusal;
    }

    private static AlterConfigsResourceResponse response(AlterConfigsResource asked, Refusal outcome) {
        return new AlterConfigsResourceResponse(
                outcome.error().code(), outcome.message(), asked.resourceType(), asked.resourceName());
    }
}
