package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupDescribeResponse;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeClusterResponse;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeGroupsResponse;
import barnabas.protocol.message.DescribeProducersRequest;
import barnabas.protocol.message.DescribeProducersRequest.TopicRequest;
import barnabas.protocol.message.DescribeProducersResponse;
import barnabas.protocol.message.DescribeProducersResponse.PartitionResponse;
import barnabas.protocol.message.DescribeProducersResponse.TopicResponse;
import barnabas.protocol.message.DescribeTopicPartitionsRequest;
import barnabas.protocol.message.DescribeTransactionsRequest;
import barnabas.protocol.message.DescribeTransactionsResponse;
import barnabas.protocol.message.DescribeTransactionsResponse.TransactionState;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.ListTransactionsRequest;
import barnabas.protocol.message.ListTransactionsResponse;
import barnabas.protocol.message.MetadataRequest;
import java.util.List;
import java.util.stream.Stream;

/// Guards of the APIs that describe the cluster, its topics, groups, producers and transactions.
final class DescriptionGuards {
    private static final Right DESCRIBE_GROUP = Right.onGroup(Operation.DESCRIBE, "each group");
    private static final Right DESCRIBE_TOPIC = Right.onTopic(Operation.DESCRIBE, "each topic in the answer");
    private static final Right DESCRIBE_ID = Right.onTransaction(Operation.DESCRIBE, "each transactional id");
    private static final Right READ_TOPIC = Right.onTopic(Operation.READ, "each topic");
    private static final Right DESCRIBE_CLUSTER =
            Right.onCluster(Operation.DESCRIBE, "the client's rights on the cluster");

    private static final int OMITTED = Integer.MIN_VALUE;

    private DescriptionGuards() {}

    static List<Guard<?>> all() {
        return List.of(
                new Guard<>(
                        ApiKey.METADATA,
                        MetadataRequest.class,
                        List.of(
                                MetadataGuard.DESCRIBE,
                                MetadataGuard.CREATE_ANY,
                                MetadataGuard.CREATE,
                                MetadataGuard.DESCRIBE_CLUSTER),
                        MetadataGuard::metadata),
                new Guard<>(
                        ApiKey.DESCRIBE_TOPIC_PARTITIONS,
                        DescribeTopicPartitionsRequest.class,
                        List.of(MetadataGuard.DESCRIBE),
                        MetadataGuard::topicPartitions),
                new Guard<>(
                        ApiKey.FIND_COORDINATOR,
                        FindCoordinatorRequest.class,
                        CoordinatorGuard.RIGHTS,
                        CoordinatorGuard::check),
                new Guard<>(
                        ApiKey.DESCRIBE_CLUSTER,
                        DescribeClusterRequest.class,
                        List.of(DESCRIBE_CLUSTER),
                        DescriptionGuards::cluster),
                new Guard<>(
                        ApiKey.DESCRIBE_GROUPS,
                        DescribeGroupsRequest.class,
                        List.of(DESCRIBE_GROUP),
                        DescriptionGuards::groups),
                new Guard<>(
                        ApiKey.CONSUMER_GROUP_DESCRIBE,
                        ConsumerGroupDescribeRequest.class,
                        List.of(DESCRIBE_GROUP, DESCRIBE_TOPIC),
                        DescriptionGuards::consumerGroups),
                new Guard<>(
                        ApiKey.DESCRIBE_PRODUCERS,
                        DescribeProducersRequest.class,
                        List.of(READ_TOPIC),
                        DescriptionGuards::producers),
                new Guard<>(
                        ApiKey.DESCRIBE_TRANSACTIONS,
                        DescribeTransactionsRequest.class,
                        List.of(DESCRIBE_ID, DESCRIBE_TOPIC),
                        DescriptionGuards::transactions),
                new Guard<>(
                        ApiKey.LIST_TRANSACTIONS,
                        ListTransactionsRequest.class,
                        List.of(DESCRIBE_ID),
                        DescriptionGuards::listTransactions));
    }

    private static Verdict cluster(DescribeClusterRequest request, Access access) {
        return Verdict.amended(
                request,
                DescribeClusterResponse.class,
                answer -> answer.toBuilder()
                        .clusterAuthorizedOperations(Operations.onCluster(
                                access, answer.clusterAuthorizedOperations() != OMITTED, DESCRIBE_CLUSTER))
                        .build());
    }

    private static Verdict groups(DescribeGroupsRequest request, Access access) {
        var split = access.split(request.groups(), access.having(DESCRIBE_GROUP));
        List<DescribeGroupsResponse.DescribedGroup> refused = split.denied().stream()
                .map(group -> DescribeGroupsResponse.DescribedGroup.builder()
                        .groupId(group)
                        .errorCode(ErrorCode.GROUP_AUTHORIZATION_FAILED.code())
                        .build())
                .toList();
        return Verdict.part(
                request.toBuilder().groups(split.allowed()).build(),
                DescribeGroupsResponse.class,
                answer -> answer.toBuilder()
                        .groups(Lists.joined(
                                answer.groups().stream()
                                        .map(group -> withOperations(group, access))
                                        .toList(),
                                refused))
                        .build(),
                !refused.isEmpty());
    }

    private static DescribeGroupsResponse.DescribedGroup withOperations(
            DescribeGroupsResponse.DescribedGroup group, Access access) {
        if (group.authorizedOperations() == OMITTED) return group;
        return group.toBuilder()
                .authorizedOperations(Operations.onGroup(access, group.groupId()))
                .build();
    }

    private static Verdict consumerGroups(ConsumerGroupDescribeRequest request, Access access) {
        var split = access.split(request.groupIds(), access.having(DESCRIBE_GROUP));
        List<ConsumerGroupDescribeResponse.DescribedGroup> refused = split.denied().stream()
                .distinct()
                .map(group -> ConsumerGroupDescribeResponse.DescribedGroup.builder()
                        .groupId(group)
                        .errorCode(ErrorCode.GROUP_AUTHORIZATION_FAILED.code())
                        .build())
                .toList();
        return Verdict.part(
                request.toBuilder().groupIds(split.allowed()).build(),
                ConsumerGroupDescribeResponse.class,
                answer -> answer.toBuilder()
                        .groups(Lists.joined(
                                answer.groups().stream()
                                        .map(group -> shown(group, access))
                                        .toList(),
                                refused))
                        .build(),
                !refused.isEmpty());
    }

    /// A group with a topic that the client may not describe is shown without its members.
    private static ConsumerGroupDescribeResponse.DescribedGroup shown(
            ConsumerGroupDescribeResponse.DescribedGroup group, Access access) {
        if (group.errorCode() != ErrorCode.NONE.code()) return group;
        boolean isVisible = group.members().stream()
                .flatMap(member -> Stream.concat(
                        member.subscribedTopicNames().stream(),
                        Stream.of(member.assignment(), member.targetAssignment())
                                .flatMap(assignment -> assignment.topicPartitions().stream())
                                .map(ConsumerGroupDescribeResponse.TopicPartitions::topicName)))
                .distinct()
                .allMatch(topic -> access.may(DESCRIBE_TOPIC, topic));
        if (!isVisible) {
            return ConsumerGroupDescribeResponse.DescribedGroup.builder()
                    .groupId(group.groupId())
                    .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
                    .errorMessage("The group has described topic(s) that the client is not authorized to describe.")
                    .build();
        }
        if (group.authorizedOperations() == OMITTED) return group;
        return group.toBuilder()
                .authorizedOperations(Operations.onGroup(access, group.groupId()))
                .build();
    }

    private static Verdict producers(DescribeProducersRequest request, Access access) {
        var split = access.split(request.topics(), READ_TOPIC, TopicRequest::name);
        if (split.denied().isEmpty()) return Verdict.PASS;
        List<TopicResponse> refused = split.denied().stream()
                .map(topic -> new TopicResponse(
                        topic.name(),
                        topic.partitionIndexes().stream()
                                .map(index -> PartitionResponse.builder()
                                        .partitionIndex(index)
                                        .errorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code())
                                        .errorMessage("Topic authorization failed.")
                                        .build())
                                .toList()))
                .toList();
        return Verdict.part(
                request.toBuilder().topics(split.allowed()).build(),
                DescribeProducersResponse.class,
                answer -> answer.toBuilder()
                        .topics(Lists.joined(answer.topics(), refused))
                        .build(),
                true);
    }

    private static Verdict transactions(DescribeTransactionsRequest request, Access access) {
        var split = access.split(request.transactionalIds(), access.having(DESCRIBE_ID));
        List<TransactionState> refused = split.denied().stream()
                .distinct()
                .map(id -> TransactionState.builder()
                        .transactionalId(id)
                        .errorCode(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED.code())
                        .build())
                .toList();
        return Verdict.part(
                request.toBuilder().transactionalIds(split.allowed()).build(),
                DescribeTransactionsResponse.class,
                answer -> answer.toBuilder()
                        .transactionStates(Lists.joined(
                                answer.transactionStates().stream()
                                        .map(state -> withVisibleTopics(state, access))
                                        .toList(),
                                refused))
                        .build(),
                !refused.isEmpty());
    }

    private static TransactionState withVisibleTopics(TransactionState state, Access access) {
        return state.toBuilder()
                .topics(state.topics().stream()
                        .filter(topic -> access.sees(DESCRIBE_TOPIC, topic.topic()))
                        .toList())
                .build();
    }

    private static Verdict listTransactions(ListTransactionsRequest request, Access access) {
        return Verdict.amended(
                request,
                ListTransactionsResponse.class,
                answer -> answer.toBuilder()
                        .transactionStates(answer.transactionStates().stream()
                                .filter(state -> access.sees(DESCRIBE_ID, state.transactionalId()))
                                .toList())
                        .build());
    }
}
