package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.RecordData;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A topic of many partitions, with the end of what was acknowledged in each.
final class Acknowledged {
    private static final int TIMEOUT_MILLIS = 20_000;
    private static final int FETCHES_MAX = 100;

    private final Wire wire;
    private final String topic;
    private final long[] ends;

    Acknowledged(Wire wire, String topic, int partitions) throws IOException {
        this.wire = wire;
        this.topic = topic;
        this.ends = new long[partitions];
        var created = wire.call(
                        ApiKey.CREATE_TOPICS, (short) 5, creation(topic, partitions), CreateTopicsResponse.class)
                .topics()
                .getFirst();
        if (created.errorCode() != 0) throw new IllegalStateException(created.toString());
    }

    static CreateTopicsRequest creation(String topic, int partitions) {
        var creatable = CreatableTopic.builder()
                .name(topic)
                .numPartitions(partitions)
                .replicationFactor((short) 1)
                .build();
        return CreateTopicsRequest.builder()
                .topics(List.of(creatable))
                .timeoutMs(TIMEOUT_MILLIS)
                .build();
    }

    /// Writes a record to each partition.
    ///
    /// @return number of partitions that acknowledged it; the others answered with an error
    int produce() throws IOException {
        int taken = 0;
        for (var each : KeptRecords.produce(wire, topic, ends.length, index -> topic + "-" + index)) {
            if (each.errorCode() != 0) continue;
            ends[each.index()] = each.baseOffset() + 1;
            taken++;
        }
        return taken;
    }

    /// The first partition that lacks an acknowledged record; empty when all are there.
    String missing() throws IOException {
        for (int index = 0; index < ends.length; index++) {
            long offset = 0;
            for (int tries = 0; offset < ends[index]; tries++) {
                long next = read(index, offset);
                if (next <= offset || tries == FETCHES_MAX) {
                    return ": " + topic + "-" + index + " ends at " + offset + " instead of " + ends[index];
                }
                offset = next;
            }
        }
        return "";
    }

    /// The offset after what one fetch returns; the given one when that is nothing.
    private long read(int index, long offset) throws IOException {
        var partition = FetchPartition.builder()
                .partition(index)
                .fetchOffset(offset)
                .partitionMaxBytes(1 << 20)
                .build();
        var fetch = FetchRequest.builder()
                .maxBytes(1 << 20)
                .sessionEpoch(-1)
                .topics(List.of(FetchTopic.builder()
                        .topic(topic)
                        .partitions(List.of(partition))
                        .build()))
                .build();
        var answer = wire.call(ApiKey.FETCH, (short) 11, fetch, FetchResponse.class)
                .responses()
                .getFirst()
                .partitions()
                .getFirst();
        if (answer.errorCode() != 0 || !(answer.records() instanceof RecordData.InMemory(ByteBuffer records)))
            return offset;
        return KeptRecords.follow(records, offset);
    }
}
