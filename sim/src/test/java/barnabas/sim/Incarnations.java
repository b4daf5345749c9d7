package barnabas.sim;

import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import barnabas.protocol.message.DeleteTopicsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.records.BatchCursor;
import barnabas.protocol.records.InvalidRecordsException;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.RecordCursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/// Topics of one name, one after the other. Each record is the id of the topic that it was sent to, so that a partition
/// that shows another id has the directory of an earlier topic. Nodes die between the record of a creation or deletion
/// and its directories.
final class Incarnations implements Runnable {
    private static final String NAME = "again";
    private static final int PRODUCE_VERSION = 13;
    private static final int FETCH_VERSION = 13;
    private static final int CREATE_VERSION = 7;
    private static final int DELETE_VERSION = 6;
    private static final int REQUEST_MILLIS = 2_500;
    private static final int PAUSE_NANOS_MAX = 250_000_000;
    private static final int FETCH_BYTES_MAX = 20_000;
    private static final long DECOMPRESSED_BYTES_MAX = 1 << 20;

    private final Client client;
    private final Work work;
    private final Faults faults;
    private final SplittableRandom random;
    private Uuid newest = new Uuid(0, 0);

    Incarnations(Client client, Work work, Faults faults) {
        this.client = client;
        this.work = work;
        this.faults = faults;
        this.random = client.random();
    }

    @Override
    public void run() {
        while (!work.hasEnded()) {
            int node = client.anyNode();
            switch (random.nextInt(6)) {
                case 0 -> create(node);
                case 1 -> delete(node);
                case 2, 3 -> produce(node);
                default -> look(node);
            }
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
    }

    private void create(int node) {
        faults.topicsChange();
        var request = CreateTopicsRequest.builder()
                .topics(List.of(CreatableTopic.builder()
                        .name(NAME)
                        .numPartitions(1)
                        .replicationFactor((short) (work.settings().replicated() ? 3 : 1))
                        .build()))
                .timeoutMs(REQUEST_MILLIS)
                .build();
        CreateTopicsResponse response = client.ask(node, CREATE_VERSION, request, CreateTopicsResponse.class);
        if (response != null && response.topics().getFirst().errorCode() == 0)
            newest = response.topics().getFirst().topicId();
    }

    private void delete(int node) {
        faults.topicsChange();
        var request = DeleteTopicsRequest.builder()
                .topics(List.of(DeleteTopicState.builder().name(NAME).build()))
                .topicNames(List.of())
                .timeoutMs(REQUEST_MILLIS)
                .build();
        client.ask(node, DELETE_VERSION, request, DeleteTopicsResponse.class);
    }

    private void produce(int node) {
        ByteBuffer batch = new RecordBatchBuilder(Compression.NONE)
                .append(client.process().millis(), null, newest.toString().getBytes(StandardCharsets.UTF_8))
                .build();
        var data = PartitionProduceData.builder()
                .index(0)
                .records(RecordData.of(batch))
                .build();
        var request = ProduceRequest.builder()
                .acks((short) -1)
                .timeoutMs(REQUEST_MILLIS)
                .topicData(List.of(TopicProduceData.builder()
                        .topicId(newest)
                        .partitionData(List.of(data))
                        .build()))
                .build();
        client.ask(node, PRODUCE_VERSION, request, ProduceResponse.class);
    }

    private void look(int node) {
        Uuid id = newest;
        var request = FetchRequest.builder()
                .replicaId(-1)
                .minBytes(1)
                .maxBytes(FETCH_BYTES_MAX)
                .sessionEpoch(-1)
                .topics(List.of(FetchTopic.builder()
                        .topicId(id)
                        .partitions(List.of(FetchPartition.builder()
                                .currentLeaderEpoch(-1)
                                .lastFetchedEpoch(-1)
                                .logStartOffset(-1)
                                .partitionMaxBytes(FETCH_BYTES_MAX)
                                .build()))
                        .build()))
                .build();
        FetchResponse response = client.ask(node, FETCH_VERSION, request, FetchResponse.class);
        if (response == null || response.responses().isEmpty()) return;
        var data = response.responses().getFirst().partitions().getFirst();
        if (data.errorCode() != 0 || !(data.records() instanceof RecordData.InMemory memory)) return;
        for (var batches = new BatchCursor(memory.buffer()); batches.next(); ) show(id, node, batches.batch());
    }

    private void show(Uuid id, int node, RecordBatch batch) {
        if (!batch.crcMatches()) return;
        try (RecordCursor records = RecordCursor.over(batch, DECOMPRESSED_BYTES_MAX)) {
            while (records.next()) {
                ByteBuffer value = records.record().value();
                String found = value == null
                        ? "null"
                        : StandardCharsets.UTF_8.decode(value.duplicate()).toString();
                if (!found.equals(id.toString()))
                    work.findings()
                            .violation("topic " + NAME + " of id " + id + " shows a record of topic " + found + " at n"
                                    + node);
            }
        } catch (InvalidRecordsException e) {
            work.findings().violation("topic " + NAME + ": " + e.getMessage());
        }
    }
}
