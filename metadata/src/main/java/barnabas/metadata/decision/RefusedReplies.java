package barnabas.metadata.decision;

import barnabas.protocol.message.AllocateProducerIdsResponse;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.AlterPartitionReassignmentsResponse;
import barnabas.protocol.message.AlterPartitionResponse;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialDeletion;
import barnabas.protocol.message.AlterUserScramCredentialsRequest.ScramCredentialUpsertion;
import barnabas.protocol.message.AlterUserScramCredentialsResponse;
import barnabas.protocol.message.AlterUserScramCredentialsResponse.AlterUserScramCredentialsResult;
import barnabas.protocol.message.AssignReplicasToDirsResponse;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationResponse;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreatePartitionsResponse;
import barnabas.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.ElectLeadersResponse;
import barnabas.protocol.message.ElectLeadersResponse.PartitionResult;
import barnabas.protocol.message.ElectLeadersResponse.ReplicaElectionResult;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.ListPartitionReassignmentsResponse;
import barnabas.protocol.message.UnregisterBrokerResponse;
import barnabas.protocol.message.UpdateFeaturesResponse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/// Complete answers to requests of which nothing can be said but that they failed: each entry has the same error.
public final class RefusedReplies {
    private RefusedReplies() {}

    public static CreateTopicsResponse of(CreateTopicsRequest request, Refusal refusal) {
        return CreateTopicsResponse.builder()
                .topics(request.topics().stream()
                        .map(topic -> CreatableTopicResult.builder()
                                .name(topic.name())
                                .errorCode(refusal.error().code())
                                .errorMessage(refusal.message())
                                .build())
                        .toList())
                .build();
    }

    public static DeleteTopicsResponse of(DeleteTopicsRequest request, Refusal refusal) {
        var byName = request.topicNames().stream()
                .map(name -> DeletableTopicResult.builder().name(name));
        var byState = request.topics().stream()
                .map(topic -> DeletableTopicResult.builder().name(topic.name()).topicId(topic.topicId()));
        return DeleteTopicsResponse.builder()
                .responses(Stream.concat(byName, byState)
                        .map(result -> result.errorCode(refusal.error().code())
                                .errorMessage(refusal.message())
                                .build())
                        .toList())
                .build();
    }

    public static CreatePartitionsResponse of(CreatePartitionsRequest request, Refusal refusal) {
        return CreatePartitionsResponse.builder()
                .results(request.topics().stream()
                        .map(topic -> new CreatePartitionsTopicResult(
                                topic.name(), refusal.error().code(), refusal.message()))
                        .toList())
                .build();
    }

    public static IncrementalAlterConfigsResponse of(IncrementalAlterConfigsRequest request, Refusal refusal) {
        return IncrementalAlterConfigsResponse.builder()
                .responses(request.resources().stream()
                        .map(each -> new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
                                refusal.error().code(), refusal.message(), each.resourceType(), each.resourceName()))
                        .toList())
                .build();
    }

    public static AlterConfigsResponse of(AlterConfigsRequest request, Refusal refusal) {
        return AlterConfigsResponse.builder()
                .responses(request.resources().stream()
                        .map(each -> new AlterConfigsResponse.AlterConfigsResourceResponse(
                                refusal.error().code(), refusal.message(), each.resourceType(), each.resourceName()))
                        .toList())
                .build();
    }

    public static AlterClientQuotasResponse of(AlterClientQuotasRequest request, Refusal refusal) {
        return AlterClientQuotasResponse.builder()
                .entries(request.entries().stream()
                        .map(entry -> new AlterClientQuotasResponse.EntryData(
                                refusal.error().code(),
                                refusal.message(),
                                entry.entity().stream()
                                        .map(part -> new AlterClientQuotasResponse.EntityData(
                                                part.entityType(), part.entityName()))
                                        .toList()))
                        .toList())
                .build();
    }

    public static AlterUserScramCredentialsResponse of(AlterUserScramCredentialsRequest request, Refusal refusal) {
        var users = new LinkedHashSet<String>();
        for (ScramCredentialDeletion each : request.deletions()) users.add(each.name());
        for (ScramCredentialUpsertion each : request.upsertions()) users.add(each.name());
        return AlterUserScramCredentialsResponse.builder()
                .results(users.stream()
                        .map(user -> new AlterUserScramCredentialsResult(
                                user, refusal.error().code(), refusal.message()))
                        .toList())
                .build();
    }

    public static ElectLeadersResponse of(ElectLeadersRequest request, Refusal refusal) {
        var asked = request.topicPartitions();
        return ElectLeadersResponse.builder()
                .errorCode(refusal.error().code())
                .replicaElectionResults(
                        asked == null
                                ? List.of()
                                : asked.stream()
                                        .map(topic -> new ReplicaElectionResult(
                                                topic.topic(),
                                                topic.partitions().stream()
                                                        .map(index -> new PartitionResult(
                                                                index,
                                                                refusal.error().code(),
                                                                refusal.message()))
                                                        .toList()))
                                        .toList())
                .build();
    }

    public static UpdateFeaturesResponse updateFeatures(Refusal refusal) {
        return UpdateFeaturesResponse.builder()
                .errorCode(refusal.error().code())
                .errorMessage(refusal.message())
                .build();
    }

    public static AlterPartitionReassignmentsResponse alterPartitionReassignments(Refusal refusal) {
        return AlterPartitionReassignmentsResponse.builder()
                .errorCode(refusal.error().code())
                .errorMessage(refusal.message())
                .build();
    }

    public static ListPartitionReassignmentsResponse listPartitionReassignments(Refusal refusal) {
        return ListPartitionReassignmentsResponse.builder()
                .errorCode(refusal.error().code())
                .errorMessage(refusal.message())
                .build();
    }

    public static UnregisterBrokerResponse unregisterBroker(Refusal refusal) {
        return UnregisterBrokerResponse.builder()
                .errorCode(refusal.error().code())
                .errorMessage(refusal.message())
                .build();
    }

    public static AllocateProducerIdsResponse allocateProducerIds(Refusal refusal) {
        return AllocateProducerIdsResponse.builder()
                .errorCode(refusal.error().code())
                .producerIdStart(-1)
                .build();
    }

    public static AlterPartitionResponse alterPartition(Refusal refusal) {
        return AlterPartitionResponse.builder()
                .errorCode(refusal.error().code())
                .build();
    }

    public static AssignReplicasToDirsResponse assignReplicasToDirs(Refusal refusal) {
        return AssignReplicasToDirsResponse.builder()
                .errorCode(refusal.error().code())
                .build();
    }

    public static BrokerRegistrationResponse registerBroker(Refusal refusal) {
        return BrokerRegistrationResponse.builder()
                .errorCode(refusal.error().code())
                .build();
    }

    public static BrokerHeartbeatResponse heartbeat(Refusal refusal) {
        return BrokerHeartbeatResponse.builder()
                .errorCode(refusal.error().code())
                .build();
    }
}
