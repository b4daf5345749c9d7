package barnabas.client.producer;

import barnabas.client.Address;
import barnabas.client.FakeBroker;
import barnabas.client.FakeBroker.Reply;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.InitProducerIdResponse;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordCursor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// A broker with one topic in memory that keeps sequence numbers as Kafka's does, and fails as a test says.
final class FakeLog implements AutoCloseable {
    static final String TOPIC = "t";
    private static final Uuid TOPIC_ID = new Uuid(7, 7);

    /// Result of the next produce request instead of success.
    sealed interface Mishap {
        record Refusal(ErrorCode error) implements Mishap {}

        /// Appended, and answered with an error all the same.
        record AppendedInSpiteOf(ErrorCode error) implements Mishap {}

        /// Appended, but the answer is lost with the connection.
        record LostAnswer() implements Mishap {}

        /// The connection breaks before anything is appended.
        record LostRequest() implements Mishap {}
    }

    private record Producer(long id, int partition) {}

    private final FakeBroker broker;
    private final int partitions;
    private final List<List<String>> logs = new ArrayList<>();
    private final Map<Producer, int[]> sequences = new HashMap<>();
    private final Deque<Mishap> mishaps = new ArrayDeque<>();
    private long nextProducerId = 100;
    private int batchBytesMax = Integer.MAX_VALUE;
    private int produceRequests;
    private int metadataRequests;
    private final CountDownLatch gate;

    FakeLog(int partitions) throws IOException {
        this(partitions, new CountDownLatch(0));
    }

    /// @param gate produce requests are answered when it is open
    FakeLog(int partitions, CountDownLatch gate) throws IOException {
        this.partitions = partitions;
        this.gate = gate;
        for (int i = 0; i < partitions; i++) logs.add(new ArrayList<>());
        broker = new FakeBroker(this::reply);
    }

    Address address() {
        return broker.address();
    }

    synchronized FakeLog next(Mishap... several) {
        mishaps.addAll(List.of(several));
        return this;
    }

    synchronized FakeLog batchBytesMax(int bytes) {
        batchBytesMax = bytes;
        return this;
    }

    synchronized List<String> log(int partition) {
        return List.copyOf(logs.get(partition));
    }

    synchronized List<String> all() {
        return logs.stream().flatMap(List::stream).toList();
    }

    synchronized int produceRequests() {
        return produceRequests;
    }

    synchronized int metadataRequests() {
        return metadataRequests;
    }

    synchronized int producerIds() {
        return (int) (nextProducerId - 100);
    }

    /// The broker forgets what it knows of producers.
    synchronized void forgetProducers() {
        sequences.clear();
    }

    private Reply reply(FakeBroker.Request request) {
        return switch (request.api()) {
            case API_VERSIONS -> new Reply.Answer(FakeBroker.allVersions());
            case METADATA -> metadata();
            case INIT_PRODUCER_ID -> producerId();
            case PRODUCE -> {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    yield new Reply.Close();
                }
                yield produce((ProduceRequest) request.body());
            }
            default -> new Reply.Close();
        };
    }

    private synchronized Reply metadata() {
        metadataRequests++;
        var described = new ArrayList<MetadataResponse.MetadataResponsePartition>();
        for (int i = 0; i < partitions; i++) {
            described.add(MetadataResponse.MetadataResponsePartition.builder()
                    .partitionIndex(i)
                    .leaderId(1)
                    .leaderEpoch(0)
                    .build());
        }
        var topic = MetadataResponse.MetadataResponseTopic.builder()
                .name(TOPIC)
                .topicId(TOPIC_ID)
                .partitions(described)
                .build();
        var self = new MetadataResponse.MetadataResponseBroker(
                1, broker.address().host(), broker.address().port(), null);
        return new Reply.Answer(MetadataResponse.builder()
                .brokers(List.of(self))
                .topics(List.of(topic))
                .build());
    }

    private synchronized Reply producerId() {
        return new Reply.Answer(InitProducerIdResponse.builder()
                .producerId(nextProducerId++)
                .producerEpoch((short) 0)
                .build());
    }

    private synchronized Reply produce(ProduceRequest request) {
        produceRequests++;
        var mishap = mishaps.poll();
        if (mishap instanceof Mishap.LostRequest) return new Reply.Close();
        var results = new ArrayList<ProduceResponse.PartitionProduceResponse>();
        for (var topic : request.topicData()) {
            for (var data : topic.partitionData()) {
                var result = mishap instanceof Mishap.Refusal(var error)
                        ? failed(data.index(), error)
                        : append(data.index(), data.records());
                results.add(result);
            }
        }
        if (mishap instanceof Mishap.AppendedInSpiteOf(var error)) {
            for (int i = 0; i < results.size(); i++)
                results.set(i, failed(results.get(i).index(), error));
        }
        if (mishap instanceof Mishap.LostAnswer) return new Reply.Close();
        if (request.acks() == 0) return new Reply.Silence();
        return new Reply.Answer(ProduceResponse.builder()
                .responses(List.of(new ProduceResponse.TopicProduceResponse(TOPIC, TOPIC_ID, results)))
                .build());
    }

    private static ProduceResponse.PartitionProduceResponse failed(int partition, ErrorCode error) {
        return ProduceResponse.PartitionProduceResponse.builder()
                .index(partition)
                .errorCode(error.code())
                .baseOffset(-1)
                .build();
    }

    private ProduceResponse.PartitionProduceResponse append(int partition, RecordData records) {
        var buffer = ((RecordData.InMemory) records).buffer();
        var batches = new BatchCursor(buffer);
        if (!batches.next()) return failed(partition, ErrorCode.CORRUPT_MESSAGE);
        var batch = batches.batch();
        if (!batch.crcMatches()) return failed(partition, ErrorCode.CORRUPT_MESSAGE);
        if (batch.sizeBytes() > batchBytesMax) return failed(partition, ErrorCode.MESSAGE_TOO_LARGE);
        var log = logs.get(partition);
        if (batch.hasProducerId()) {
            var producer = new Producer(batch.producerId(), partition);
            // next sequence, first sequence and offset of the last batch
            int[] state = sequences.computeIfAbsent(producer, key -> new int[] {0, -1, -1});
            if (batch.baseSequence() == state[1]) return arrived(partition, state[2]);
            if (batch.baseSequence() != state[0]) return failed(partition, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
            state[0] = batch.lastSequence() + 1;
            state[1] = batch.baseSequence();
            state[2] = log.size();
        }
        int offset = log.size();
        log.addAll(values(batch));
        return arrived(partition, offset);
    }

    private static ProduceResponse.PartitionProduceResponse arrived(int partition, int offset) {
        return ProduceResponse.PartitionProduceResponse.builder()
                .index(partition)
                .baseOffset(offset)
                .build();
    }

    private static List<String> values(RecordBatch batch) {
        var values = new ArrayList<String>();
        try (var cursor = RecordCursor.over(batch, 1 << 20)) {
            while (cursor.next()) {
                values.add(
                        StandardCharsets.UTF_8.decode(cursor.record().value()).toString());
            }
        } catch (InvalidRecordsException e) {
            throw new IllegalStateException(e);
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        broker.close();
    }
}
