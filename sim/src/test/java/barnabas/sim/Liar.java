package barnabas.sim;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.MetadataResponse;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceRequest.PartitionProduceData;
import barnabas.protocol.message.ProduceRequest.TopicProduceData;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A hostile producer: batches that lie, and records that hold pages of the journal. What is refused must never be
/// read;
/// what is acknowledged is a record as any other.
final class Liar implements Runnable {
    private static final int PAUSE_NANOS_MAX = 250_000_000;
    private static final int FORGED_ONE_IN = 3;
    private static final long NUMBERS_MAX = 2_000;
    /// Codes of a node that cannot take any batch now.
    private static final Set<ErrorCode> NOT_NOW = EnumSet.of(
            ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
            ErrorCode.LEADER_NOT_AVAILABLE,
            ErrorCode.NOT_LEADER_OR_FOLLOWER,
            ErrorCode.REQUEST_TIMED_OUT,
            ErrorCode.NOT_ENOUGH_REPLICAS,
            ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
            ErrorCode.KAFKA_STORAGE_ERROR);

    private final String name;
    private final Client client;
    private final Work work;
    private final SplittableRandom random;
    private int failures;
    private long number;

    Liar(String name, Client client, Work work) {
        this.name = name;
        this.client = client;
        this.work = work;
        this.random = client.random();
    }

    @Override
    public void run() {
        while (!work.hasEnded()) {
            Partition partition = work.any(random);
            boolean good = random.nextInt(FORGED_ONE_IN) == 0
                    ? forge(partition)
                    : lie(partition, Lie.values()[random.nextInt(Lie.values().length)]);
            if (!good) {
                failures++;
                client.forgetLeader(partition);
                client.pause();
            }
            client.process().pause(random.nextInt(PAUSE_NANOS_MAX));
        }
    }

    private String value() {
        return name + "-" + failures + "." + number++;
    }

    private boolean lie(Partition partition, Lie lie) {
        String value = value();
        if (lie.answer() == ErrorCode.NONE) work.ledger().sending(partition, value, null);
        ProduceResponse response = send(partition, lie.batch(client.process().millis(), value));
        if (response == null) return false;
        var answer = response.responses().getFirst().partitionResponses().getFirst();
        short code = answer.errorCode();
        if (NOT_NOW.stream().anyMatch(each -> each.code() == code)) return false;
        if (code != lie.answer().code())
            work.findings()
                    .violation(partition.name() + ": " + lie + " was answered with " + code + ", not with "
                            + lie.answer());
        else if (code == 0) work.ledger().acknowledged(partition, answer.baseOffset(), value);
        return true;
    }

    /// A record whose key forges groups with records for another partition, at the offset that comes next there.
    private boolean forge(Partition partition) {
        Partition victim = work.any(random);
        Uuid topicId = topicId(victim.topic());
        if (topicId == null) return false;
        long now = client.process().millis();
        var forged = new RecordBatchBuilder(Compression.NONE)
                .append(now, null, "forged.0".getBytes(StandardCharsets.UTF_8))
                .build();
        RecordBatch.at(forged, 0).rewriteBaseOffset(work.ledger().watermarkSeen(victim) + random.nextInt(3));
        var salt = random.nextBoolean() ? new Uuid(0, 0) : Uuid.random(random);
        byte[] key = ForgedPages.key(random, salt, random.nextLong(NUMBERS_MAX), topicId, victim.index(), forged);
        String value = value();
        work.ledger().sending(partition, value, null);
        var batch = new RecordBatchBuilder(Compression.NONE)
                .append(now, key, value.getBytes(StandardCharsets.UTF_8))
                .build();
        ProduceResponse response = send(partition, batch);
        if (response == null) return false;
        var answer = response.responses().getFirst().partitionResponses().getFirst();
        if (answer.errorCode() == 0) work.ledger().acknowledged(partition, answer.baseOffset(), value);
        return answer.errorCode() == 0;
    }

    private @Nullable Uuid topicId(String topic) {
        MetadataResponse metadata = client.metadata(client.anyNode());
        if (metadata == null) return null;
        for (var each : metadata.topics()) if (topic.equals(each.name())) return each.topicId();
        return null;
    }

    private @Nullable ProduceResponse send(Partition partition, ByteBuffer batch) {
        int node = client.leader(partition);
        if (node == 0) return null;
        var data = PartitionProduceData.builder()
                .index(partition.index())
                .records(RecordData.of(batch))
                .build();
        var topic = TopicProduceData.builder()
                .name(partition.topic())
                .partitionData(List.of(data))
                .build();
        var request = ProduceRequest.builder()
                .acks((short) -1)
                .timeoutMs(2_000)
                .topicData(List.of(topic))
                .build();
        return client.ask(node, Batches.PRODUCE_VERSION, request, ProduceResponse.class);
    }
}
