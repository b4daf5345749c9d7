package barnabas.metadata;

import static barnabas.metadata.ControllerApi.NODE_TIMEOUT;

import barnabas.metadata.decision.RefusedAcls;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.AlterUserScramCredentialsResponse;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateAclsResponse;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteAclsResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ElectLeadersResponse;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsResponse;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UnregisterBrokerResponse;
import barnabas.protocol.message.UpdateFeaturesRequest;
import barnabas.protocol.message.UpdateFeaturesResponse;
import java.util.ArrayList;
import java.util.List;

/// The table of what the controller answers. Rows that a starting broker needs are in [BrokerApis]. A new API of the
/// controller is added here, with its decision in [barnabas.metadata.controller.Controller] and its refusal in
/// [RefusedReplies].
public final class ControllerApis {
    // Versions of requests since which clients know THROTTLING_QUOTA_EXCEEDED (KIP-599).
    private static final int STRICT_CREATE_TOPICS = 6;
    private static final int STRICT_DELETE_TOPICS = 5;
    private static final int STRICT_CREATE_PARTITIONS = 3;

    private ControllerApis() {}

    public static final ControllerApi<CreateTopicsRequest, CreateTopicsResponse> CREATE_TOPICS = new ControllerApi<>(
            ApiKey.CREATE_TOPICS,
            (controller, request, asking) ->
                    controller.createTopics(request, controller.quota(asking, STRICT_CREATE_TOPICS)),
            RefusedReplies::of,
            CreateTopicsRequest::timeoutMs);

    public static final ControllerApi<DeleteTopicsRequest, DeleteTopicsResponse> DELETE_TOPICS = new ControllerApi<>(
            ApiKey.DELETE_TOPICS,
            (controller, request, asking) ->
                    controller.deleteTopics(request, controller.quota(asking, STRICT_DELETE_TOPICS)),
            RefusedReplies::of,
            DeleteTopicsRequest::timeoutMs);

    public static final ControllerApi<CreatePartitionsRequest, CreatePartitionsResponse> CREATE_PARTITIONS =
            new ControllerApi<>(
                    ApiKey.CREATE_PARTITIONS,
                    (controller, request, asking) ->
                            controller.createPartitions(request, controller.quota(asking, STRICT_CREATE_PARTITIONS)),
                    RefusedReplies::of,
                    CreatePartitionsRequest::timeoutMs);

    /// Resources of type BROKER_LOGGER are the broker's own business and are refused here. The broker must check that a
    /// BROKER resource names itself.
    public static final ControllerApi<IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse>
            INCREMENTAL_ALTER_CONFIGS = new ControllerApi<>(
                    ApiKey.INCREMENTAL_ALTER_CONFIGS,
                    (controller, request, _) -> controller.incrementalAlterConfigs(request),
                    RefusedReplies::of,
                    _ -> NODE_TIMEOUT);

    /// As [#INCREMENTAL_ALTER_CONFIGS], but what is not mentioned is removed.
    public static final ControllerApi<AlterConfigsRequest, AlterConfigsResponse> ALTER_CONFIGS = new ControllerApi<>(
            ApiKey.ALTER_CONFIGS,
            (controller, request, _) -> controller.alterConfigs(request),
            RefusedReplies::of,
            _ -> NODE_TIMEOUT);

    public static final ControllerApi<UpdateFeaturesRequest, UpdateFeaturesResponse> UPDATE_FEATURES =
            new ControllerApi<>(
                    ApiKey.UPDATE_FEATURES,
                    (controller, request, _) -> controller.updateFeatures(request),
                    (_, refusal) -> RefusedReplies.updateFeatures(refusal),
                    UpdateFeaturesRequest::timeoutMs);

    public static final ControllerApi<ElectLeadersRequest, ElectLeadersResponse> ELECT_LEADERS = new ControllerApi<>(
            ApiKey.ELECT_LEADERS,
            (controller, request, _) -> controller.electLeaders(request),
            RefusedReplies::of,
            ElectLeadersRequest::timeoutMs);

    public static final ControllerApi<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>
            ALTER_PARTITION_REASSIGNMENTS = new ControllerApi<>(
                    ApiKey.ALTER_PARTITION_REASSIGNMENTS,
                    (controller, request, _) -> controller.alterPartitionReassignments(request),
                    (_, refusal) -> RefusedReplies.alterPartitionReassignments(refusal),
                    AlterPartitionReassignmentsRequest::timeoutMs);

    public static final ControllerApi<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>
            LIST_PARTITION_REASSIGNMENTS = new ControllerApi<>(
                    ApiKey.LIST_PARTITION_REASSIGNMENTS,
                    (controller, request, _) -> controller.listPartitionReassignments(request),
                    (_, refusal) -> RefusedReplies.listPartitionReassignments(refusal),
                    ListPartitionReassignmentsRequest::timeoutMs);

    public static final ControllerApi<UnregisterBrokerRequest, UnregisterBrokerResponse> UNREGISTER_BROKER =
            new ControllerApi<>(
                    ApiKey.UNREGISTER_BROKER,
                    (controller, request, asking) -> controller.unregisterBroker(request, asking.nowNanos()),
                    (_, refusal) -> RefusedReplies.unregisterBroker(refusal),
                    _ -> NODE_TIMEOUT);

    public static final ControllerApi<AlterClientQuotasRequest, AlterClientQuotasResponse> ALTER_CLIENT_QUOTAS =
            new ControllerApi<>(
                    ApiKey.ALTER_CLIENT_QUOTAS,
                    (controller, request, _) -> controller.alterClientQuotas(request),
                    RefusedReplies::of,
                    _ -> NODE_TIMEOUT);

    public static final ControllerApi<CreateAclsRequest, CreateAclsResponse> CREATE_ACLS = new ControllerApi<>(
            ApiKey.CREATE_ACLS,
            (controller, request, _) -> controller.createAcls(request),
            RefusedAcls::of,
            _ -> NODE_TIMEOUT);

    public static final ControllerApi<DeleteAclsRequest, DeleteAclsResponse> DELETE_ACLS = new ControllerApi<>(
            ApiKey.DELETE_ACLS,
            (controller, request, _) -> controller.deleteAcls(request),
            RefusedAcls::of,
            _ -> NODE_TIMEOUT);

    public static final ControllerApi<AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse>
            ALTER_USER_SCRAM_CREDENTIALS = new ControllerApi<>(
                    ApiKey.ALTER_USER_SCRAM_CREDENTIALS,
                    (controller, request, _) -> controller.alterUserScramCredentials(request),
                    RefusedReplies::of,
                    _ -> NODE_TIMEOUT);

    /// Every row, for those who look an API up by its key.
    public static List<ControllerApi<?, ?>> all() {
        var all = new ArrayList<ControllerApi<?, ?>>(List.of(
                CREATE_TOPICS,
                DELETE_TOPICS,
                CREATE_PARTITIONS,
                INCREMENTAL_ALTER_CONFIGS,
                ALTER_CONFIGS,
                UPDATE_FEATURES,
                ELECT_LEADERS,
                ALTER_PARTITION_REASSIGNMENTS,
                LIST_PARTITION_REASSIGNMENTS,
                UNREGISTER_BROKER,
                ALTER_CLIENT_QUOTAS,
                CREATE_ACLS,
                DELETE_ACLS,
                ALTER_USER_SCRAM_CREDENTIALS,
                BrokerApis.ALTER_PARTITION,
                BrokerApis.ASSIGN_REPLICAS_TO_DIRS,
                BrokerApis.ALLOCATE_PRODUCER_IDS,
                BrokerApis.BROKER_REGISTRATION,
                BrokerApis.BROKER_HEARTBEAT));
        all.addAll(TokenApis.all());
        return List.copyOf(all);
    }
}
