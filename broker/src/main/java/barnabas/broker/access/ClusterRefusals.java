package barnabas.broker.access;

import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedAcls;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AddRaftVoterRequest;
import barnabas.protocol.message.AddRaftVoterResponse;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterReplicaLogDirsRequest;
import barnabas.protocol.message.AlterReplicaLogDirsResponse;
import barnabas.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult;
import barnabas.protocol.message.AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DescribeAclsRequest;
import barnabas.protocol.message.DescribeAclsResponse;
import barnabas.protocol.message.DescribeClientQuotasRequest;
import barnabas.protocol.message.DescribeClientQuotasResponse;
import barnabas.protocol.message.DescribeLogDirsRequest;
import barnabas.protocol.message.DescribeLogDirsResponse;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeQuorumResponse;
import barnabas.protocol.message.DescribeUserScramCredentialsRequest;
import barnabas.protocol.message.DescribeUserScramCredentialsResponse;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ListConfigResourcesRequest;
import barnabas.protocol.message.ListConfigResourcesResponse;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.RemoveRaftVoterRequest;
import barnabas.protocol.message.RemoveRaftVoterResponse;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UpdateFeaturesRequest;
import org.jspecify.annotations.Nullable;

/// Answers to requests of APIs that need a right on the cluster which the client does not have.
final class ClusterRefusals {
    private static final String MESSAGE = "Cluster authorization failed.";
    private static final short ERROR = ErrorCode.CLUSTER_AUTHORIZATION_FAILED.code();
    private static final Refusal REFUSAL = new Refusal(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, MESSAGE);

    private ClusterRefusals() {}

    /// Null for an API without a form of its own; its connection is closed.
    static @Nullable ResponseMessage of(RequestMessage request) {
        return switch (request) {
            case AlterReplicaLogDirsRequest moves -> of(moves);
            case DescribeLogDirsRequest _ ->
                DescribeLogDirsResponse.builder().errorCode(ERROR).build();
            case ElectLeadersRequest elections -> RefusedReplies.of(elections, REFUSAL);
            case AlterPartitionReassignmentsRequest _ -> RefusedReplies.alterPartitionReassignments(REFUSAL);
            case ListPartitionReassignmentsRequest _ -> RefusedReplies.listPartitionReassignments(REFUSAL);
            case DescribeClientQuotasRequest _ ->
                DescribeClientQuotasResponse.builder()
                        .errorCode(ERROR)
                        .entries(null)
                        .build();
            case AlterClientQuotasRequest quotas -> RefusedReplies.of(quotas, REFUSAL);
            case DescribeUserScramCredentialsRequest _ ->
                DescribeUserScramCredentialsResponse.builder()
                        .errorCode(ERROR)
                        .errorMessage(MESSAGE)
                        .build();
            case AlterUserScramCredentialsRequest credentials -> RefusedReplies.of(credentials, REFUSAL);
            case DescribeQuorumRequest _ ->
                DescribeQuorumResponse.builder()
                        .errorCode(ERROR)
                        .errorMessage(MESSAGE)
                        .build();
            case AddRaftVoterRequest _ ->
                AddRaftVoterResponse.builder()
                        .errorCode(ERROR)
                        .errorMessage(MESSAGE)
                        .build();
            case RemoveRaftVoterRequest _ ->
                RemoveRaftVoterResponse.builder()
                        .errorCode(ERROR)
                        .errorMessage(MESSAGE)
                        .build();
            case UpdateFeaturesRequest _ -> RefusedReplies.updateFeatures(REFUSAL);
            case UnregisterBrokerRequest _ -> RefusedReplies.unregisterBroker(REFUSAL);
            case ListConfigResourcesRequest _ ->
                ListConfigResourcesResponse.builder().errorCode(ERROR).build();
            case DescribeAclsRequest _ ->
                DescribeAclsResponse.builder()
                        .errorCode(ERROR)
                        .errorMessage(MESSAGE)
                        .build();
            case CreateAclsRequest acls -> RefusedAcls.of(acls, REFUSAL);
            case DeleteAclsRequest acls -> RefusedAcls.of(acls, REFUSAL);
            default -> null;
        };
    }

    private static AlterReplicaLogDirsResponse of(AlterReplicaLogDirsRequest request) {
        return AlterReplicaLogDirsResponse.builder()
                .results(request.dirs().stream()
                        .flatMap(directory -> directory.topics().stream())
                        .map(topic -> new AlterReplicaLogDirTopicResult(
                                topic.name(),
                                topic.partitions().stream()
                                        .map(index -> new AlterReplicaLogDirPartitionResult(index, ERROR))
                                        .toList()))
                        .toList())
                .build();
    }
}
