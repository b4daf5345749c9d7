package barnabas.broker.follow;

import barnabas.net.peer.PeerOutcome;
import barnabas.protocol.RecordData;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.EpochEndOffset;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Answers of a leader of epoch 1 to fetches of a follower, and what these asked for.
final class FetchAnswers {
    private static final int SESSION = 7;
    private static final int EPOCH = 1;

    private FetchAnswers() {}

    /// The answer for one partition.
    record Part(PartitionData data) {
        Part committed(long offset) {
            return new Part(data.toBuilder().highWatermark(offset).build());
        }

        Part from(long logStartOffset) {
            return new Part(data.toBuilder().logStartOffset(logStartOffset).build());
        }
    }

    static PeerOutcome of(Uuid topic, Part... parts) {
        var partitions = new ArrayList<PartitionData>();
        for (Part each : parts) partitions.add(each.data);
        var response = FetchResponse.builder()
                .sessionId(SESSION)
                .responses(
                        partitions.isEmpty() ? List.of() : List.of(new FetchableTopicResponse("", topic, partitions)))
                .build();
        return new PeerOutcome.Answered(response, (short) 18);
    }

    static Part nothing(int index) {
        return new Part(PartitionData.builder().partitionIndex(index).build());
    }

    /// One batch of `count` records from `offset` on.
    static Part records(int index, long offset, int count) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (int i = 0; i < count; i++) builder.append(0, null, new byte[] {1});
        return batch(index, offset, builder.build());
    }

    /// One record of this size.
    static Part recordOf(int index, long offset, int bytes) {
        return batch(
                index,
                offset,
                new RecordBatchBuilder(Compression.NONE)
                        .append(0, null, new byte[bytes])
                        .build());
    }

    private static Part batch(int index, long offset, ByteBuffer batch) {
        RecordBatch header = RecordBatch.at(batch, batch.position());
        header.rewriteBaseOffset(offset);
        header.rewriteLeaderEpoch(EPOCH);
        return new Part(PartitionData.builder()
                .partitionIndex(index)
                .records(RecordData.of(batch))
                .build());
    }

    static Part diverging(int index, int epoch, long endOffset) {
        return new Part(PartitionData.builder()
                .partitionIndex(index)
                .divergingEpoch(new EpochEndOffset(epoch, endOffset))
                .build());
    }

    static List<FetchTopic> topicsIn(RequestMessage request) {
        return ((FetchRequest) request).topics();
    }

    static long offsetIn(RequestMessage request, int index) {
        for (FetchTopic topic : topicsIn(request))
            for (var each : topic.partitions()) if (each.partition() == index) return each.fetchOffset();
        throw new AssertionError("not asked for: " + index + " in " + request);
    }

    static int forgottenIn(RequestMessage request) {
        int count = 0;
        for (var topic : ((FetchRequest) request).forgottenTopicsData())
            count += topic.partitions().size();
        return count;
    }
}
