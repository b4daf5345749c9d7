package barnabas.bench.load;

import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Topics.Topic;
import barnabas.bench.system.RunningBroker;
import barnabas.bench.system.RunningCluster;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;

/// Getting one record acknowledged as early as a broker can.
public final class FirstRecord {
    private static final Shape ONE = new Shape(1024, 1, CompressionType.NONE);

    private FirstRecord() {}

    /// Tries until a record is acknowledged by partition 0 of a topic.
    ///
    /// @param exists whether the topic is there already; if not it is created first
    public static void acknowledge(RunningBroker broker, String topic, boolean exists, long deadlineNanos)
            throws IOException, InterruptedException {
        while (true) {
            broker.checkAlive();
            try (WireConnection connection = WireConnection.open(broker.address())) {
                Optional<Topic> ready = exists
                        ? Topics.find(connection, topic)
                        : Optional.of(Topics.create(connection, topic, 1, Map.of()));
                if (ready.isPresent() && produce(connection, ready.get(), 0) == Errors.NONE) {
                    return;
                }
            } catch (IOException | ApiException e) {
                if (System.nanoTime() > deadlineNanos) {
                    throw new IOException("no record was acknowledged in time", e);
                }
            }
            if (System.nanoTime() > deadlineNanos) {
                throw new IOException("no record was acknowledged in time");
            }
            Thread.sleep(1);
        }
    }

    /// Tries until a record is acknowledged by a new topic with a replica on every node of a cluster.
    public static void acknowledge(RunningCluster cluster, String topic, long deadlineNanos)
            throws IOException, InterruptedException {
        ReplicatedTopic made = ReplicatedTopic.create(cluster, topic, deadlineNanos);
        while (true) {
            try (WireConnection connection =
                    WireConnection.open(cluster.node(made.leader()).address())) {
                if (produce(connection, made.topic(), 0) == Errors.NONE) return;
            } catch (IOException | ApiException e) {
                if (System.nanoTime() > deadlineNanos) throw new IOException("no record was acknowledged in time", e);
            }
            Thread.sleep(1);
            made = ReplicatedTopic.await(cluster, topic, deadlineNanos);
        }
    }

    /// One record to each partition.
    public static void toEveryPartition(WireConnection connection, Topic topic) throws IOException {
        for (int partition = 0; partition < topic.partitions(); partition++) {
            Errors error = produce(connection, topic, partition);
            if (error != Errors.NONE) {
                throw new IOException("partition " + partition + " answered " + error);
            }
        }
    }

    /// As many rounds of a batch to every partition as it takes to get there.
    ///
    /// @param bytes of record values, at least
    /// @return how many records were acknowledged
    public static long fill(WireConnection connection, Topic topic, Shape shape, int perRequest, double bytes)
            throws IOException {
        ProduceRequests requests = ProduceRequests.everyPartition(topic, perRequest, shape, 1);
        long batchesEach = Math.max(1, Math.round(bytes / shape.valueBytesPerRequest() / topic.partitions()));
        for (long sent = 0; sent < batchesEach * requests.count(); sent++) {
            for (TopicProduceResponse answered :
                    connection.produce(requests).data().responses()) {
                for (PartitionProduceResponse partition : answered.partitionResponses()) {
                    if (partition.errorCode() != Errors.NONE.code()) {
                        throw new IOException("partition " + partition.index() + " answered "
                                + Errors.forCode(partition.errorCode()));
                    }
                }
            }
        }
        return batchesEach * topic.partitions() * shape.recordsPerBatch();
    }

    private static Errors produce(WireConnection connection, Topic topic, int partition) throws IOException {
        PartitionProduceResponse answer = connection
                .produce(ProduceRequests.encode(topic, partition, ONE, 1, partition))
                .data()
                .responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst();
        return Errors.forCode(answer.errorCode());
    }
}
