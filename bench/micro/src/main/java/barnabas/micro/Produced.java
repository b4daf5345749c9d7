package barnabas.micro;

import barnabas.protocol.RecordData;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceResponse;
import java.nio.ByteBuffer;
import java.util.List;

/// A produce request of one batch, and its answer.
final class Produced {
    static final short VERSION = 13;

    private Produced() {}

    static ByteBuffer request(Uuid topic, ByteBuffer batch) {
        return ProduceRequest.builder()
                .acks((short) -1)
                .timeoutMs(30_000)
                .topicData(List.of(ProduceRequest.TopicProduceData.builder()
                        .topicId(topic)
                        .partitionData(List.of(ProduceRequest.PartitionProduceData.builder()
                                .index(3)
                                .records(new RecordData.InMemory(batch))
                                .build()))
                        .build()))
                .build()
                .toBuffer(VERSION);
    }

    static ProduceResponse response(Uuid topic) {
        return ProduceResponse.builder()
                .responses(List.of(ProduceResponse.TopicProduceResponse.builder()
                        .topicId(topic)
                        .partitionResponses(List.of(ProduceResponse.PartitionProduceResponse.builder()
                                .index(3)
                                .baseOffset(123_456)
                                .build()))
                        .build()))
                .build();
    }
}
