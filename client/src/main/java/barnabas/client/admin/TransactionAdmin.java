package barnabas.client.admin;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Coordinator;
import barnabas.client.Cluster.Lane;
import barnabas.client.RequestFailedException;
import barnabas.client.TopicPartition;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.DescribeProducersRequest;
import barnabas.protocol.message.DescribeProducersRequest.TopicRequest;
import barnabas.protocol.message.DescribeProducersResponse;
import barnabas.protocol.message.DescribeTransactionsRequest;
import barnabas.protocol.message.DescribeTransactionsResponse;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.ListTransactionsRequest;
import barnabas.protocol.message.ListTransactionsResponse;
import barnabas.protocol.message.WriteTxnMarkersRequest;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import barnabas.protocol.message.WriteTxnMarkersResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// List, describe and abort transactions, hanging ones included.
public final class TransactionAdmin {
    /// A transactional id in a list.
    public record Listing(String transactionalId, long producerId, String state, int coordinatorId) {}

    /// A transactional id and its transaction.
    ///
    /// @param startMillis since 1970, -1 when none is open
    public record Description(
            String transactionalId,
            String state,
            long producerId,
            int producerEpoch,
            int timeoutMillis,
            long startMillis,
            int coordinatorId,
            Set<TopicPartition> partitions) {}

    /// A producer that a partition remembers.
    ///
    /// @param coordinatorEpoch -1 when it never ended a transaction here
    /// @param transactionStart offset of its open transaction, -1 when it has none
    public record ActiveProducer(
            long producerId,
            int producerEpoch,
            int lastSequence,
            long lastTimestampMillis,
            int coordinatorEpoch,
            long transactionStart) {}

    private final Cluster cluster;

    public TransactionAdmin(Cluster cluster) {
        this.cluster = cluster;
    }

    /// All transactional ids of all coordinators, by name.
    ///
    /// @param states only those, all when empty
    public List<Listing> list(List<String> states) throws ClientException {
        cluster.refresh(List.of(), false);
        var listings = new TreeMap<String, Listing>();
        for (int brokerId : cluster.metadata().brokers().keySet()) {
            var request = ListTransactionsRequest.builder().stateFilters(states).build();
            var response = cluster.broker(brokerId, Lane.CALLS).call(request, ListTransactionsResponse.class);
            TopicAdmin.check("list transactions", response.errorCode(), null);
            if (!response.unknownStateFilters().isEmpty()) {
                throw new RequestFailedException(
                        "list transactions",
                        ErrorCode.INVALID_REQUEST,
                        "there is no state " + String.join(", ", response.unknownStateFilters()));
            }
            for (var each : response.transactionStates()) {
                listings.put(
                        each.transactionalId(),
                        new Listing(each.transactionalId(), each.producerId(), each.transactionState(), brokerId));
            }
        }
        return List.copyOf(listings.values());
    }

    /// @throws RequestFailedException TRANSACTIONAL_ID_NOT_FOUND
    public Description describe(String transactionalId) throws ClientException {
        return cluster.retrying(cluster.deadline(), () -> {
            var connection = cluster.coordinator(Coordinator.TRANSACTION, transactionalId, Lane.CALLS);
            var request = DescribeTransactionsRequest.builder()
                    .transactionalIds(List.of(transactionalId))
                    .build();
            var response = connection.call(request, DescribeTransactionsResponse.class);
            for (var each : response.transactionStates()) {
                TopicAdmin.check("transaction '" + transactionalId + "'", each.errorCode(), null);
                var partitions = new TreeSet<TopicPartition>();
                for (var topic : each.topics()) {
                    for (int number : topic.partitions()) partitions.add(new TopicPartition(topic.topic(), number));
                }
                return new Description(
                        transactionalId,
                        each.transactionState(),
                        each.producerId(),
                        each.producerEpoch(),
                        each.transactionTimeoutMs(),
                        each.transactionStartTimeMs(),
                        cluster.brokerId(connection.address()),
                        partitions);
            }
            throw TopicAdmin.missing("transaction '" + transactionalId + "'");
        });
    }

    /// Aborts what a transactional id has open, by taking its place for a moment: its producer is fenced.
    public void abort(String transactionalId) throws ClientException {
        int timeoutMillis = describe(transactionalId).timeoutMillis();
        var request = InitProducerIdRequest.builder()
                .transactionalId(transactionalId)
                .transactionTimeoutMs(timeoutMillis)
                .build();
        cluster.retrying(cluster.deadline(), () -> {
            var response = cluster.coordinator(Coordinator.TRANSACTION, transactionalId, Lane.CALLS)
                    .call(request, InitProducerIdResponse.class);
            TopicAdmin.check("abort transaction '" + transactionalId + "'", response.errorCode(), null);
            return true;
        });
    }

    /// The producers that a partition remembers.
    public List<ActiveProducer> producers(TopicPartition partition) throws ClientException {
        var request = DescribeProducersRequest.builder()
                .topics(List.of(new TopicRequest(partition.topic(), List.of(partition.partition()))))
                .build();
        var response = cluster.leader(partition, Lane.CALLS).call(request, DescribeProducersResponse.class);
        for (var topic : response.topics()) {
            for (var each : topic.partitions()) {
                TopicAdmin.check("producers of " + partition, each.errorCode(), each.errorMessage());
                return each.activeProducers().stream()
                        .map(producer -> new ActiveProducer(
                                producer.producerId(),
                                producer.producerEpoch(),
                                producer.lastSequence(),
                                producer.lastTimestamp(),
                                producer.coordinatorEpoch(),
                                producer.currentTxnStartOffset()))
                        .toList();
            }
        }
        throw TopicAdmin.missing("producers of " + partition);
    }

    /// Writes the abort marker of a transaction that no coordinator knows any more (KIP-664).
    ///
    /// @param startOffset where the hanging transaction begins in the partition
    public void abortHanging(TopicPartition partition, long startOffset) throws ClientException {
        var hanging = producers(partition).stream()
                .filter(each -> each.transactionStart() == startOffset)
                .findFirst()
                .orElseThrow(() -> new RequestFailedException(
                        "abort in " + partition,
                        ErrorCode.INVALID_TXN_STATE,
                        "no transaction begins at " + startOffset));
        var marker = WritableTxnMarker.builder()
                .producerId(hanging.producerId())
                .producerEpoch((short) hanging.producerEpoch())
                .transactionResult(false)
                .topics(List.of(new WritableTxnMarkerTopic(partition.topic(), List.of(partition.partition()))))
                .coordinatorEpoch(Math.max(0, hanging.coordinatorEpoch()))
                .build();
        var response = cluster.leader(partition, Lane.CALLS)
                .call(WriteTxnMarkersRequest.builder().markers(List.of(marker)).build(), WriteTxnMarkersResponse.class);
        for (var result : response.markers()) {
            for (var topic : result.topics()) {
                for (var each : topic.partitions()) TopicAdmin.check("abort in " + partition, each.errorCode(), null);
            }
        }
    }

    /// Producers by partition that have had a transaction open since before `millis`.
    public Map<TopicPartition, List<ActiveProducer>> openSince(Iterable<TopicPartition> partitions, long millis)
            throws ClientException {
        var found = new TreeMap<TopicPartition, List<ActiveProducer>>();
        for (var partition : partitions) {
            var open = producers(partition).stream()
                    .filter(each -> each.transactionStart() >= 0 && each.lastTimestampMillis() <= millis)
                    .toList();
            if (!open.isEmpty()) found.put(partition, open);
        }
        return found;
    }
}
