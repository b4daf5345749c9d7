package barnabas.broker.access;

import barnabas.protocol.ApiKey;
import barnabas.protocol.RecordData;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.message.AddOffsetsToTxnRequest;
import barnabas.protocol.message.AddPartitionsToTxnRequest;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterPartitionReassignmentsRequest;
import barnabas.protocol.message.AlterReplicaLogDirsRequest;
import barnabas.protocol.message.AlterUserScramCredentialsRequest;
import barnabas.protocol.message.ConsumerGroupDescribeRequest;
import barnabas.protocol.message.ConsumerGroupHeartbeatRequest;
import barnabas.protocol.message.CreateAclsRequest;
import barnabas.protocol.message.CreateDelegationTokenRequest;
import barnabas.protocol.message.CreatePartitionsRequest;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.DeleteAclsRequest;
import barnabas.protocol.message.DeleteGroupsRequest;
import barnabas.protocol.message.DeleteRecordsRequest;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DescribeAclsRequest;
import barnabas.protocol.message.DescribeClientQuotasRequest;
import barnabas.protocol.message.DescribeClusterRequest;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeDelegationTokenRequest;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.DescribeLogDirsRequest;
import barnabas.protocol.message.DescribeProducersRequest;
import barnabas.protocol.message.DescribeQuorumRequest;
import barnabas.protocol.message.DescribeTopicPartitionsRequest;
import barnabas.protocol.message.DescribeTransactionsRequest;
import barnabas.protocol.message.DescribeUserScramCredentialsRequest;
import barnabas.protocol.message.ElectLeadersRequest;
import barnabas.protocol.message.EndTxnRequest;
import barnabas.protocol.message.ExpireDelegationTokenRequest;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FindCoordinatorRequest;
import barnabas.protocol.message.HeartbeatRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.ListConfigResourcesRequest;
import barnabas.protocol.message.ListGroupsRequest;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListPartitionReassignmentsRequest;
import barnabas.protocol.message.ListTransactionsRequest;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetDeleteRequest;
import barnabas.protocol.message.OffsetFetchRequest;
import barnabas.protocol.message.OffsetForLeaderEpochRequest;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.RenewDelegationTokenRequest;
import barnabas.protocol.message.SyncGroupRequest;
import barnabas.protocol.message.TxnOffsetCommitRequest;
import barnabas.protocol.message.UnregisterBrokerRequest;
import barnabas.protocol.message.UpdateFeaturesRequest;
import barnabas.protocol.message.WriteTxnMarkersRequest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// Requests about the topic `orders`, the group `g` and the transactional id `t`: at least one for each right that an
/// API asks for. None of them changes what another one is answered.
final class Samples {
    record Sample(ApiKey key, int version, RequestMessage request) {}

    /// Topic that has to be there before each round, because requests delete it.
    static final String VICTIM = "victim";

    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;
    private static final byte GROUP = 32;

    private final List<Sample> all = new ArrayList<>();

    private Samples() {}

    static List<Sample> all() {
        var samples = new Samples();
        samples.records();
        samples.topics();
        samples.groups();
        samples.transactions();
        samples.configs();
        samples.tokens();
        samples.cluster();
        return samples.all;
    }

    private void add(ApiKey key, int version, RequestMessage request) {
        all.add(new Sample(key, version, request));
    }

    private static ByteBuffer transactional() {
        return MemoryRecords.withTransactionalRecords(
                        Compression.NONE, 1_000_000, (short) 0, 0, new SimpleRecord("v".getBytes()))
                .buffer();
    }

    private static ProduceRequest produce(ByteBuffer batch) {
        return ProduceRequest.builder()
                .transactionalId("t")
                .acks((short) 1)
                .timeoutMs(1000)
                .topicData(List.of(ProduceRequest.TopicProduceData.builder()
                        .name("orders")
                        .partitionData(List.of(new ProduceRequest.PartitionProduceData(0, RecordData.of(batch))))
                        .build()))
                .build();
    }

    private void records() {
        add(ApiKey.PRODUCE, 9, produce(transactional()));
        var partition = FetchRequest.FetchPartition.builder()
                .partition(0)
                .partitionMaxBytes(1000)
                .build();
        var fetch = FetchRequest.builder()
                .maxBytes(1000)
                .topics(List.of(FetchRequest.FetchTopic.builder()
                        .topic("orders")
                        .partitions(List.of(partition))
                        .build()));
        add(ApiKey.FETCH, 12, fetch.replicaId(-1).build());
        add(ApiKey.FETCH, 12, fetch.replicaId(7).build());
        add(
                ApiKey.DELETE_RECORDS,
                2,
                new DeleteRecordsRequest(
                        List.of(new DeleteRecordsRequest.DeleteRecordsTopic(
                                "orders", List.of(new DeleteRecordsRequest.DeleteRecordsPartition(0, 0)))),
                        1000));
        add(
                ApiKey.LIST_OFFSETS,
                7,
                ListOffsetsRequest.builder()
                        .replicaId(-1)
                        .topics(List.of(new ListOffsetsRequest.ListOffsetsTopic(
                                "orders", List.of(new ListOffsetsRequest.ListOffsetsPartition(0, -1, -1)))))
                        .build());
        add(
                ApiKey.OFFSET_FOR_LEADER_EPOCH,
                4,
                new OffsetForLeaderEpochRequest(
                        -1,
                        List.of(new OffsetForLeaderEpochRequest.OffsetForLeaderTopic(
                                "orders",
                                List.of(new OffsetForLeaderEpochRequest.OffsetForLeaderPartition(0, -1, 0))))));
        add(
                ApiKey.DESCRIBE_PRODUCERS,
                0,
                new DescribeProducersRequest(List.of(new DescribeProducersRequest.TopicRequest("orders", List.of(0)))));
    }

    private static MetadataRequest metadata(String topic) {
        return MetadataRequest.builder()
                .topics(List.of(MetadataRequest.MetadataRequestTopic.builder()
                        .name(topic)
                        .build()))
                .allowAutoTopicCreation(true)
                .includeClusterAuthorizedOperations(true)
                .includeTopicAuthorizedOperations(true)
                .build();
    }

    private void topics() {
        add(ApiKey.METADATA, 9, metadata("orders"));
        add(ApiKey.METADATA, 9, MetadataRequest.builder().topics(null).build());
        add(
                ApiKey.DESCRIBE_TOPIC_PARTITIONS,
                0,
                DescribeTopicPartitionsRequest.builder()
                        .responsePartitionLimit(10)
                        .build());
        add(
                ApiKey.CREATE_TOPICS,
                7,
                new CreateTopicsRequest(
                        List.of(CreateTopicsRequest.CreatableTopic.builder()
                                .name("another")
                                .numPartitions(1)
                                .replicationFactor((short) 1)
                                .build()),
                        1000,
                        true));
        for (String name : List.of("absent", VICTIM)) {
            add(
                    ApiKey.DELETE_TOPICS,
                    5,
                    DeleteTopicsRequest.builder()
                            .topicNames(List.of(name))
                            .timeoutMs(1000)
                            .build());
        }
        add(
                ApiKey.CREATE_PARTITIONS,
                3,
                new CreatePartitionsRequest(
                        List.of(new CreatePartitionsRequest.CreatePartitionsTopic("orders", 9, null)), 1000, true));
    }

    private void groups() {
        add(
                ApiKey.JOIN_GROUP,
                7,
                JoinGroupRequest.builder()
                        .groupId("g")
                        .memberId("unknown")
                        .sessionTimeoutMs(10_000)
                        .rebalanceTimeoutMs(1000)
                        .protocolType("consumer")
                        .protocols(
                                List.of(new JoinGroupRequest.JoinGroupRequestProtocol("range", ByteBuffer.allocate(0))))
                        .build());
        add(
                ApiKey.SYNC_GROUP,
                4,
                SyncGroupRequest.builder().groupId("g").memberId("m").build());
        add(
                ApiKey.HEARTBEAT,
                4,
                HeartbeatRequest.builder().groupId("g").memberId("m").build());
        add(
                ApiKey.LEAVE_GROUP,
                4,
                LeaveGroupRequest.builder()
                        .groupId("g")
                        .members(List.of(LeaveGroupRequest.MemberIdentity.builder()
                                .memberId("m")
                                .build()))
                        .build());
        add(
                ApiKey.CONSUMER_GROUP_HEARTBEAT,
                1,
                ConsumerGroupHeartbeatRequest.builder()
                        .groupId("other")
                        .memberId("m")
                        .memberEpoch(5)
                        .rebalanceTimeoutMs(1000)
                        .subscribedTopicNames(List.of("orders"))
                        .build());
        add(ApiKey.LIST_GROUPS, 5, new ListGroupsRequest(List.of(), List.of()));
        add(ApiKey.DELETE_GROUPS, 2, new DeleteGroupsRequest(List.of("absent")));
        add(ApiKey.DESCRIBE_GROUPS, 5, new DescribeGroupsRequest(List.of("g"), true));
        add(ApiKey.CONSUMER_GROUP_DESCRIBE, 1, new ConsumerGroupDescribeRequest(List.of("modern"), true));
        add(
                ApiKey.OFFSET_COMMIT,
                8,
                OffsetCommitRequest.builder()
                        .groupId("g")
                        .generationIdOrMemberEpoch(-1)
                        .topics(List.of(OffsetCommitRequest.OffsetCommitRequestTopic.builder()
                                .name("orders")
                                .partitions(List.of(OffsetCommitRequest.OffsetCommitRequestPartition.builder()
                                        .committedOffset(1)
                                        .build()))
                                .build()))
                        .build());
        add(
                ApiKey.OFFSET_FETCH,
                9,
                OffsetFetchRequest.builder()
                        .groups(List.of(OffsetFetchRequest.OffsetFetchRequestGroup.builder()
                                .groupId("g")
                                .topics(null)
                                .build()))
                        .build());
        add(
                ApiKey.OFFSET_FETCH,
                7,
                OffsetFetchRequest.builder()
                        .groupId("g")
                        .topics(List.of(new OffsetFetchRequest.OffsetFetchRequestTopic("orders", List.of(0))))
                        .build());
        add(
                ApiKey.OFFSET_DELETE,
                0,
                new OffsetDeleteRequest(
                        "g",
                        List.of(new OffsetDeleteRequest.OffsetDeleteRequestTopic(
                                "orders", List.of(new OffsetDeleteRequest.OffsetDeleteRequestPartition(5))))));
        for (int type = 0; type <= 1; type++) {
            add(ApiKey.FIND_COORDINATOR, 4, new FindCoordinatorRequest("", (byte) type, List.of("t")));
            add(ApiKey.FIND_COORDINATOR, 3, new FindCoordinatorRequest("t", (byte) type, List.of()));
        }
        add(
                ApiKey.FIND_COORDINATOR,
                6,
                new FindCoordinatorRequest("", (byte) 2, List.of("g:AAAAAAAAAAAAAAAAAAAAAQ:0")));
    }

    private void transactions() {
        var init = InitProducerIdRequest.builder().transactionTimeoutMs(1000);
        add(
                ApiKey.INIT_PRODUCER_ID,
                4,
                init.transactionalId("t")
                        .producerId(99)
                        .producerEpoch((short) 9)
                        .build());
        add(
                ApiKey.INIT_PRODUCER_ID,
                4,
                init.transactionalId(null)
                        .producerId(99)
                        .producerEpoch((short) -1)
                        .build());
        var topics = List.of(new AddPartitionsToTxnRequest.AddPartitionsToTxnTopic("orders", List.of(0)));
        add(
                ApiKey.ADD_PARTITIONS_TO_TXN,
                3,
                AddPartitionsToTxnRequest.builder()
                        .v3AndBelowTransactionalId("t")
                        .v3AndBelowProducerId(99)
                        .v3AndBelowTopics(topics)
                        .build());
        add(
                ApiKey.ADD_PARTITIONS_TO_TXN,
                5,
                AddPartitionsToTxnRequest.builder()
                        .transactions(List.of(new AddPartitionsToTxnRequest.AddPartitionsToTxnTransaction(
                                "t", 99, (short) 0, true, topics)))
                        .build());
        add(ApiKey.ADD_OFFSETS_TO_TXN, 4, new AddOffsetsToTxnRequest("t", 99, (short) 0, "g"));
        add(ApiKey.END_TXN, 4, new EndTxnRequest("t", 99, (short) 0, true));
        add(
                ApiKey.TXN_OFFSET_COMMIT,
                4,
                TxnOffsetCommitRequest.builder()
                        .transactionalId("t")
                        .groupId("g")
                        .producerId(99)
                        .topics(List.of(TxnOffsetCommitRequest.TxnOffsetCommitRequestTopic.builder()
                                .name("orders")
                                .partitions(List.of(TxnOffsetCommitRequest.TxnOffsetCommitRequestPartition.builder()
                                        .build()))
                                .build()))
                        .build());
        add(
                ApiKey.WRITE_TXN_MARKERS,
                1,
                new WriteTxnMarkersRequest(List.of(WriteTxnMarkersRequest.WritableTxnMarker.builder()
                        .producerId(99)
                        .topics(List.of(new WriteTxnMarkersRequest.WritableTxnMarkerTopic("absent", List.of(0))))
                        .build())));
        add(ApiKey.DESCRIBE_TRANSACTIONS, 0, new DescribeTransactionsRequest(List.of("open")));
        add(
                ApiKey.LIST_TRANSACTIONS,
                1,
                ListTransactionsRequest.builder().durationFilter(-1).build());
    }

    private void configs() {
        for (byte type : new byte[] {TOPIC, BROKER, GROUP}) {
            String name = type == BROKER ? "1" : "orders";
            add(
                    ApiKey.DESCRIBE_CONFIGS,
                    4,
                    DescribeConfigsRequest.builder()
                            .resources(List.of(new DescribeConfigsRequest.DescribeConfigsResource(
                                    type, name, List.of("retention.ms"))))
                            .build());
            add(
                    ApiKey.ALTER_CONFIGS,
                    2,
                    new AlterConfigsRequest(
                            List.of(new AlterConfigsRequest.AlterConfigsResource(type, name, List.of())), true));
            add(
                    ApiKey.INCREMENTAL_ALTER_CONFIGS,
                    1,
                    new IncrementalAlterConfigsRequest(
                            List.of(new IncrementalAlterConfigsRequest.AlterConfigsResource(type, name, List.of())),
                            true));
        }
        String acls = "barnabas.mirror.acls";
        add(
                ApiKey.ALTER_CONFIGS,
                2,
                new AlterConfigsRequest(
                        List.of(new AlterConfigsRequest.AlterConfigsResource(
                                TOPIC, "orders", List.of(new AlterConfigsRequest.AlterableConfig(acls, "none")))),
                        true));
        add(
                ApiKey.INCREMENTAL_ALTER_CONFIGS,
                1,
                new IncrementalAlterConfigsRequest(
                        List.of(new IncrementalAlterConfigsRequest.AlterConfigsResource(
                                TOPIC,
                                "orders",
                                List.of(new IncrementalAlterConfigsRequest.AlterableConfig(acls, (byte) 0, "none")))),
                        true));
        add(ApiKey.LIST_CONFIG_RESOURCES, 1, new ListConfigResourcesRequest(List.of()));
    }

    /// None of them makes a token: a renewer has to be a user.
    private void tokens() {
        add(
                ApiKey.CREATE_DELEGATION_TOKEN,
                3,
                new CreateDelegationTokenRequest(
                        "User", "bob", List.of(new CreateDelegationTokenRequest.CreatableRenewers("Group", "g")), 0));
        add(ApiKey.RENEW_DELEGATION_TOKEN, 2, new RenewDelegationTokenRequest(ByteBuffer.allocate(64), 1));
        add(ApiKey.EXPIRE_DELEGATION_TOKEN, 2, new ExpireDelegationTokenRequest(ByteBuffer.allocate(64), -1));
        add(ApiKey.DESCRIBE_DELEGATION_TOKEN, 3, new DescribeDelegationTokenRequest(null));
    }

    private void cluster() {
        add(
                ApiKey.DESCRIBE_CLUSTER,
                1,
                DescribeClusterRequest.builder()
                        .includeClusterAuthorizedOperations(true)
                        .build());
        add(ApiKey.DESCRIBE_ACLS, 3, new DescribeAclsRequest((byte) 1, "none", (byte) 1, null, null, (byte) 1, (byte)
                1));
        add(
                ApiKey.CREATE_ACLS,
                3,
                new CreateAclsRequest(List.of(
                        new CreateAclsRequest.AclCreation((byte) 2, "", (byte) 3, "User:x", "*", (byte) 3, (byte) 3))));
        add(
                ApiKey.DELETE_ACLS,
                3,
                new DeleteAclsRequest(List.of(new DeleteAclsRequest.DeleteAclsFilter(
                        (byte) 2, "none", (byte) 3, null, null, (byte) 1, (byte) 1))));
        add(
                ApiKey.ALTER_REPLICA_LOG_DIRS,
                2,
                new AlterReplicaLogDirsRequest(List.of(new AlterReplicaLogDirsRequest.AlterReplicaLogDir(
                        "/nowhere",
                        List.of(new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic("orders", List.of(0)))))));
        add(ApiKey.DESCRIBE_LOG_DIRS, 4, new DescribeLogDirsRequest(List.of()));
        add(
                ApiKey.ELECT_LEADERS,
                2,
                ElectLeadersRequest.builder()
                        .topicPartitions(List.of())
                        .timeoutMs(1000)
                        .build());
        add(
                ApiKey.ALTER_PARTITION_REASSIGNMENTS,
                0,
                AlterPartitionReassignmentsRequest.builder().timeoutMs(1000).build());
        add(
                ApiKey.LIST_PARTITION_REASSIGNMENTS,
                0,
                ListPartitionReassignmentsRequest.builder().timeoutMs(1000).build());
        add(ApiKey.DESCRIBE_CLIENT_QUOTAS, 1, new DescribeClientQuotasRequest(List.of(), false));
        add(
                ApiKey.ALTER_CLIENT_QUOTAS,
                1,
                new AlterClientQuotasRequest(
                        List.of(new AlterClientQuotasRequest.EntryData(List.of(), List.of())), true));
        add(ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS, 0, new DescribeUserScramCredentialsRequest(null));
        // of a user that does not exist
        add(
                ApiKey.ALTER_USER_SCRAM_CREDENTIALS,
                0,
                new AlterUserScramCredentialsRequest(
                        List.of(new AlterUserScramCredentialsRequest.ScramCredentialDeletion("nobody", (byte) 1)),
                        List.of()));
        add(
                ApiKey.DESCRIBE_QUORUM,
                2,
                new DescribeQuorumRequest(List.of(new DescribeQuorumRequest.TopicData(
                        "other", List.of(new DescribeQuorumRequest.PartitionData(0))))));
        add(
                ApiKey.UPDATE_FEATURES,
                1,
                UpdateFeaturesRequest.builder()
                        .timeoutMs(1000)
                        .validateOnly(true)
                        .build());
        add(ApiKey.UNREGISTER_BROKER, 0, new UnregisterBrokerRequest(99));
        // The one that creates something.
        add(ApiKey.METADATA, 9, metadata("not-there"));
    }
}
