package barnabas.broker;

import barnabas.base.Clock;
import barnabas.broker.api.P00Produce;
import barnabas.broker.api.P01Fetch;
import barnabas.broker.api.P02ListOffsets;
import barnabas.broker.api.P03Metadata;
import barnabas.broker.api.P08OffsetCommit;
import barnabas.broker.api.P09OffsetFetch;
import barnabas.broker.api.P10FindCoordinator;
import barnabas.broker.api.P11JoinGroup;
import barnabas.broker.api.P12Heartbeat;
import barnabas.broker.api.P13LeaveGroup;
import barnabas.broker.api.P14SyncGroup;
import barnabas.broker.api.P15DescribeGroups;
import barnabas.broker.api.P16ListGroups;
import barnabas.broker.api.P17SaslHandshake;
import barnabas.broker.api.P18ApiVersions;
import barnabas.broker.api.P19CreateTopics;
import barnabas.broker.api.P20DeleteTopics;
import barnabas.broker.api.P21DeleteRecords;
import barnabas.broker.api.P22InitProducerId;
import barnabas.broker.api.P23OffsetForLeaderEpoch;
import barnabas.broker.api.P24AddPartitionsToTxn;
import barnabas.broker.api.P25AddOffsetsToTxn;
import barnabas.broker.api.P26EndTxn;
import barnabas.broker.api.P27WriteTxnMarkers;
import barnabas.broker.api.P28TxnOffsetCommit;
import barnabas.broker.api.P29DescribeAcls;
import barnabas.broker.api.P30CreateAcls;
import barnabas.broker.api.P31DeleteAcls;
import barnabas.broker.api.P32DescribeConfigs;
import barnabas.broker.api.P33AlterConfigs;
import barnabas.broker.api.P34AlterReplicaLogDirs;
import barnabas.broker.api.P35DescribeLogDirs;
import barnabas.broker.api.P36SaslAuthenticate;
import barnabas.broker.api.P37CreatePartitions;
import barnabas.broker.api.P38CreateDelegationToken;
import barnabas.broker.api.P39RenewDelegationToken;
import barnabas.broker.api.P40ExpireDelegationToken;
import barnabas.broker.api.P41DescribeDelegationToken;
import barnabas.broker.api.P42DeleteGroups;
import barnabas.broker.api.P43ElectLeaders;
import barnabas.broker.api.P44IncrementalAlterConfigs;
import barnabas.broker.api.P45AlterPartitionReassignments;
import barnabas.broker.api.P46ListPartitionReassignments;
import barnabas.broker.api.P47OffsetDelete;
import barnabas.broker.api.P48DescribeClientQuotas;
import barnabas.broker.api.P49AlterClientQuotas;
import barnabas.broker.api.P50DescribeUserScramCredentials;
import barnabas.broker.api.P51AlterUserScramCredentials;
import barnabas.broker.api.P55DescribeQuorum;
import barnabas.broker.api.P57UpdateFeatures;
import barnabas.broker.api.P60DescribeCluster;
import barnabas.broker.api.P61DescribeProducers;
import barnabas.broker.api.P64UnregisterBroker;
import barnabas.broker.api.P65DescribeTransactions;
import barnabas.broker.api.P66ListTransactions;
import barnabas.broker.api.P68ConsumerGroupHeartbeat;
import barnabas.broker.api.P69ConsumerGroupDescribe;
import barnabas.broker.api.P71GetTelemetrySubscriptions;
import barnabas.broker.api.P72PushTelemetry;
import barnabas.broker.api.P74ListConfigResources;
import barnabas.broker.api.P75DescribeTopicPartitions;
import barnabas.broker.cluster.InternalTopics;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.fetch.DiskPool;
import barnabas.broker.fetch.FetchSessions;
import barnabas.broker.identity.AlteredSecurity;
import barnabas.broker.leaders.BrokerSession;
import barnabas.broker.leaders.KnownLeaders;
import barnabas.broker.logging.LogLevels;
import barnabas.broker.logging.LoggerConfigs;
import barnabas.broker.metrics.StatusValues;
import barnabas.broker.metrics.TrafficStatus;
import barnabas.broker.mirrors.Mirrors;
import barnabas.broker.produce.AppendThreads;
import barnabas.broker.request.Api;
import barnabas.broker.request.ApiCatalog;
import barnabas.broker.request.MemoryBudget;
import barnabas.broker.telemetry.ClientNumbers;
import barnabas.broker.telemetry.ClientTelemetry;
import barnabas.broker.transactions.TransactionGate;
import barnabas.config.BrokerConfig;
import barnabas.config.GroupsConfig;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.log.directory.LogDirectory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.FeaturesImage;
import barnabas.replication.LocalPartitions;
import barnabas.replication.ReplicaMoves;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// The list of everything this broker answers. A new API is added here and nowhere else.
final class Apis {
    private Apis() {}

    static ApiCatalog catalog(
            ClientNumbers clients,
            LiveConfig live,
            ClusterMetadata metadata,
            LocalPartitions partitions,
            BrokerSession session,
            Coordinators coordinators,
            List<LogDirectory> directories,
            Predicate<LogDirectory> cordoned,
            AppendThreads appenders,
            DiskPool disk,
            ReplicaMoves moves,
            Mirrors mirrors,
            List<Api<?>> inCluster,
            World world) {
        BrokerConfig config = live.current();
        Clock clock = world.clock();
        int nodeId = config.node().nodeId();
        boolean hasAuthorizer = !config.security().authorizerClass().isEmpty();
        var internalTopics = new InternalTopics(metadata, live::current, clock);
        GroupCoordinator groups = coordinators.groups();
        TransactionCoordinator transactions = coordinators.transactions();
        BooleanSupplier consumerProtocol = () -> metadata.current().features().level(FeaturesImage.GROUP_VERSION) > 0
                && live.current().groups().coordinator().protocols().contains(GroupsConfig.Protocol.CONSUMER);
        var gate =
                new TransactionGate(coordinators.joined(), () -> live.current().transactions());
        var sessions = new FetchSessions(config.fetch().sessionsMax(), MemoryBudget.ofProcess(), clock, world.random());
        var loggers = new LoggerConfigs(LogLevels.ofProcess());
        var altered = new AlteredSecurity(live::current, metadata::current, world.disk());
        var telemetry = new ClientTelemetry(clients);
        var leaders = new KnownLeaders(partitions, metadata, session);
        var self = new AtomicReference<ApiCatalog>();
        var catalog = new ApiCatalog(
                List.<Api<?>>of(
                        new P00Produce(partitions, leaders, gate, appenders, clock),
                        new P01Fetch(
                                partitions,
                                leaders,
                                config.replication(),
                                sessions,
                                disk,
                                config.fetch().responseBytesMax(),
                                clock),
                        new P02ListOffsets(partitions, leaders, disk),
                        new P03Metadata(metadata, internalTopics, live, partitions),
                        new P08OffsetCommit(groups),
                        new P09OffsetFetch(groups, session),
                        new P10FindCoordinator(nodeId, metadata, internalTopics, coordinators.all(), clock),
                        new P11JoinGroup(groups),
                        new P12Heartbeat(groups),
                        new P13LeaveGroup(groups),
                        new P14SyncGroup(groups),
                        new P15DescribeGroups(groups),
                        new P16ListGroups(groups),
                        new P17SaslHandshake(),
                        new P18ApiVersions(metadata, nodeId, self::get),
                        new P19CreateTopics(metadata),
                        new P20DeleteTopics(metadata, live),
                        new P21DeleteRecords(partitions, metadata, clock),
                        new P22InitProducerId(coordinators.producerIds(), transactions),
                        new P23OffsetForLeaderEpoch(partitions, leaders),
                        new P24AddPartitionsToTxn(transactions, metadata),
                        new P25AddOffsetsToTxn(transactions, groups, internalTopics),
                        new P26EndTxn(transactions),
                        new P27WriteTxnMarkers(coordinators.markers()),
                        new P28TxnOffsetCommit(groups, partitions, gate),
                        new P29DescribeAcls(metadata::current, hasAuthorizer),
                        new P30CreateAcls(metadata, hasAuthorizer),
                        new P31DeleteAcls(metadata, hasAuthorizer),
                        new P32DescribeConfigs(
                                metadata::current,
                                live::current,
                                loggers,
                                new StatusValues(mirrors, new TrafficStatus(partitions))::described),
                        new P33AlterConfigs(metadata, altered, nodeId),
                        new P34AlterReplicaLogDirs(partitions, metadata, directories, cordoned, moves),
                        new P35DescribeLogDirs(partitions, cordoned),
                        new P36SaslAuthenticate(),
                        new P37CreatePartitions(metadata),
                        new P38CreateDelegationToken(metadata),
                        new P39RenewDelegationToken(metadata),
                        new P40ExpireDelegationToken(metadata),
                        new P41DescribeDelegationToken(metadata, Authorization.tokens(config)),
                        new P42DeleteGroups(groups),
                        new P43ElectLeaders(metadata),
                        new P44IncrementalAlterConfigs(metadata, loggers, altered, nodeId),
                        new P45AlterPartitionReassignments(metadata),
                        new P46ListPartitionReassignments(metadata),
                        new P47OffsetDelete(groups),
                        new P48DescribeClientQuotas(metadata),
                        new P49AlterClientQuotas(metadata),
                        new P50DescribeUserScramCredentials(metadata),
                        new P51AlterUserScramCredentials(metadata),
                        new P55DescribeQuorum(metadata, clock),
                        new P57UpdateFeatures(metadata),
                        new P60DescribeCluster(metadata),
                        new P61DescribeProducers(metadata, partitions),
                        new P64UnregisterBroker(metadata),
                        new P65DescribeTransactions(transactions),
                        new P66ListTransactions(transactions),
                        new P68ConsumerGroupHeartbeat(groups, consumerProtocol),
                        new P69ConsumerGroupDescribe(groups, consumerProtocol),
                        new P71GetTelemetrySubscriptions(telemetry, metadata, live, clock, world.random()),
                        new P72PushTelemetry(telemetry, metadata, live, clock),
                        new P74ListConfigResources(metadata),
                        new P75DescribeTopicPartitions(
                                metadata, partitions, config.network().requestPartitionsMax())),
                inCluster);
        self.set(catalog);
        return catalog;
    }
}
