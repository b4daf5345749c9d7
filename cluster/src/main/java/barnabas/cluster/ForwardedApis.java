package barnabas.cluster;

import barnabas.broker.request.Api;
import barnabas.broker.request.ApiCatalog;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.TokenApis;
import barnabas.metadata.registration.RegistrationApis;
import barnabas.protocol.ApiKey;
import barnabas.quorum.QuorumMetadataLog;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Requests that a broker may pass on for its clients, with the rights that the clients need, as a broker asks for
/// them.
final class ForwardedApis {
    /// Operations on the cluster; the others have guards that look into the request.
    private static final Map<ApiKey, Operation> OPERATIONS = new EnumMap<>(Map.of(
            ApiKey.ELECT_LEADERS, Operation.ALTER,
            ApiKey.ALTER_PARTITION_REASSIGNMENTS, Operation.ALTER,
            ApiKey.LIST_PARTITION_REASSIGNMENTS, Operation.DESCRIBE,
            ApiKey.UPDATE_FEATURES, Operation.ALTER,
            ApiKey.UNREGISTER_BROKER, Operation.ALTER,
            ApiKey.UNREGISTER_CONTROLLER, Operation.ALTER,
            ApiKey.ALTER_CLIENT_QUOTAS, Operation.ALTER_CONFIGS,
            ApiKey.ALTER_USER_SCRAM_CREDENTIALS, Operation.ALTER,
            ApiKey.CREATE_ACLS, Operation.ALTER,
            ApiKey.DELETE_ACLS, Operation.ALTER));

    /// The rights on topics and configurations are in the requests.
    private static final List<ControllerApi<?, ?>> GUARDED = List.of(
            ControllerApis.CREATE_TOPICS,
            ControllerApis.DELETE_TOPICS,
            ControllerApis.CREATE_PARTITIONS,
            ControllerApis.INCREMENTAL_ALTER_CONFIGS,
            ControllerApis.ALTER_CONFIGS);

    private static final Need OF_A_TOKEN =
            new Need.Nothing("the controller looks whether the client is owner, requester or renewer of the token");

    private ForwardedApis() {}

    static ApiCatalog catalog(
            QuorumMetadataLog log,
            Supplier<@Nullable ControllerPort> own,
            EndedBrokers ended,
            RefusedBrokers refused,
            ForeignNodes foreign) {
        List<Api<?>> apis = new ArrayList<>();
        for (ControllerApi<?, ?> each : GUARDED)
            apis.add(new ControllerCall<>(each, Need.OF_ITS_GUARD, own, ended, refused));
        apis.add(new ControllerCall<>(TokenApis.CREATE, Need.OF_ITS_GUARD, own, ended, refused));
        apis.add(new ControllerCall<>(TokenApis.RENEW, OF_A_TOKEN, own, ended, refused));
        apis.add(new ControllerCall<>(TokenApis.EXPIRE, OF_A_TOKEN, own, ended, refused));
        var others = new ArrayList<>(ControllerApis.all());
        others.addAll(RegistrationApis.all());
        for (ControllerApi<?, ?> each : others) {
            Operation operation = OPERATIONS.get(each.key());
            if (operation != null)
                apis.add(new ControllerCall<>(each, new Need.OnCluster(operation), own, ended, refused));
        }
        for (ApiKey each : ForwardedQuorumApi.KEYS) apis.add(new RaftApi(each, log, foreign));
        return new ApiCatalog(apis);
    }
}
