package barnabas.broker;

import barnabas.base.Clock;
import barnabas.broker.cluster.GroupSettings;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.cluster.ProducerIds;
import barnabas.broker.cluster.TransactionMarkers;
import barnabas.broker.peers.BrokerNetwork;
import barnabas.broker.peers.BrokerPeers;
import barnabas.broker.request.MemoryBudget;
import barnabas.broker.transactions.JoinedTransactions;
import barnabas.broker.transactions.LeaderMarkers;
import barnabas.config.BrokerConfig;
import barnabas.coordination.Coordinator;
import barnabas.coordination.groups.GroupCoordinator;
import barnabas.coordination.groups.classic.GroupMemory;
import barnabas.coordination.transactions.PartitionMarkers;
import barnabas.coordination.transactions.TransactionCoordinator;
import barnabas.coordination.transactions.TransactionMemory;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.image.FeaturesImage;
import barnabas.replication.LocalPartitions;
import java.util.List;
import java.util.function.UnaryOperator;

/// The coordinators of this broker, and what they share.
record Coordinators(
        GroupCoordinator groups,
        TransactionCoordinator transactions,
        TransactionMarkers markers,
        JoinedTransactions joined,
        ProducerIds producerIds,
        List<BrokerPeers> peers)
        implements AutoCloseable {
    /// @param brokers the way to other brokers
    /// @param outgoing what stands between the transaction coordinator and its markers, for tests that plant a bug
    static Coordinators start(
            LiveConfig live,
            ClusterMetadata metadata,
            LocalPartitions partitions,
            World world,
            BrokerNetwork brokers,
            UnaryOperator<PartitionMarkers> outgoing) {
        Clock clock = world.clock();
        BrokerConfig config = live.current();
        var forMarkers = new BrokerPeers("markers", config, metadata::current, brokers);
        var forQuestions = new BrokerPeers("transactions", config, metadata::current, brokers);
        int nodeId = live.current().node().nodeId();
        int requestMillisMax = live.current().network().requestTimeoutMillis();
        var groups = new GroupCoordinator(
                live.current().groups(),
                group -> GroupSettings.of(metadata.current(), group, live.current()),
                GroupSettings.topics(metadata.current()),
                new GroupMemory(
                        MemoryBudget.ofProcess().groupBytesMax(),
                        MemoryBudget.ofProcess().offsetBytesMax()),
                clock,
                world.threads(),
                world.random());
        var markers = new TransactionMarkers(metadata, partitions, groups, clock);
        var producerIds = new ProducerIds(nodeId, metadata);
        var transactions = new TransactionCoordinator(
                new TransactionCoordinator.Environment(
                        () -> live.current().transactions(),
                        () -> metadata.current().features().level(FeaturesImage.TRANSACTION_VERSION),
                        producerIds,
                        outgoing.apply(
                                new LeaderMarkers(nodeId, metadata, markers, forMarkers, clock, requestMillisMax)),
                        clock,
                        world.threads(),
                        requestMillisMax),
                new TransactionMemory(MemoryBudget.ofProcess().transactionBytesMax()));
        var joined = new JoinedTransactions(nodeId, metadata, transactions, forQuestions, clock, requestMillisMax);
        return new Coordinators(groups, transactions, markers, joined, producerIds, List.of(forMarkers, forQuestions));
    }

    /// Every coordinator of this broker; a new kind is added here.
    List<Coordinator> all() {
        return List.of(groups, transactions);
    }

    /// Connections first, since writers of markers wait for other brokers; then transactions, whose markers go through
    /// the groups.
    @Override
    public void close() {
        peers.forEach(BrokerPeers::close);
        transactions.close();
        groups.close();
    }
}
