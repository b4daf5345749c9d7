package barnabas.bench.load;

import barnabas.bench.load.Topics.Topic;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.RequestHeader;

/// The fetch requests of one consumer, encoded with kafka-clients' own code; later ones are made by changing the
/// numbers in place.
///
/// An incremental fetch session as every official consumer uses it: the first request names all partitions, a later
/// one names the partition whose position has moved, or none.
///
/// @param minBytes `fetch.min.bytes`
/// @param maxWaitMillis `fetch.max.wait.ms`
/// @param maxBytes `max.partition.fetch.bytes` and `fetch.max.bytes`
public record FetchRequests(Topic topic, int minBytes, int maxWaitMillis, int maxBytes) {
    static final short VERSION = 18;
    private static final int MARK_A = 0x01010101;
    private static final int MARK_B = 0x02020202;

    /// Defaults of official consumers: all records present at once, half a second at most, 1 MB.
    public static FetchRequests withDefaults(Topic topic) {
        return new FetchRequests(topic, 1, 500, 1 << 20);
    }

    /// A request with numbers that can be changed.
    static final class Template {
        private final ByteBuffer bytes;
        private final int sessionIdPosition;
        private final int epochPosition;
        private final int offsetPosition;

        private Template(ByteBuffer bytes, int sessionIdPosition, int epochPosition, int offsetPosition) {
            this.bytes = bytes;
            this.sessionIdPosition = sessionIdPosition;
            this.epochPosition = epochPosition;
            this.offsetPosition = offsetPosition;
        }

        ByteBuffer with(int correlationId, int sessionId, int epoch, long offset) {
            bytes.clear();
            bytes.putInt(ProduceRequests.CORRELATION_ID_POSITION, correlationId);
            bytes.putInt(sessionIdPosition, sessionId);
            bytes.putInt(epochPosition, epoch);
            if (offsetPosition >= 0) {
                bytes.putLong(offsetPosition, offset);
            }
            return bytes;
        }
    }

    /// Opens a session on these partitions, all at one offset.
    ByteBuffer opening(List<Integer> partitions, long offset) {
        return encode(0, 0, partitions, offset);
    }

    /// Goes on in a session, with a new position of this partition.
    Template moving(int partition) {
        List<Integer> one = List.of(partition);
        return new Template(
                direct(encode(0, 0, one, 0)),
                position(mark -> encode(mark, 0, one, 0)),
                position(mark -> encode(0, mark, one, 0)),
                position(mark -> encode(0, 0, one, ((long) mark << 32) | mark)));
    }

    /// Goes on in a session in which nothing has moved.
    Template waiting() {
        List<Integer> none = List.of();
        return new Template(
                direct(encode(0, 0, none, 0)),
                position(mark -> encode(mark, 0, none, 0)),
                position(mark -> encode(0, mark, none, 0)),
                -1);
    }

    private ByteBuffer encode(int sessionId, int epoch, List<Integer> partitions, long offset) {
        FetchRequestData body = new FetchRequestData()
                .setMinBytes(minBytes)
                .setMaxWaitMs(maxWaitMillis)
                .setMaxBytes(maxBytes)
                .setSessionId(sessionId)
                .setSessionEpoch(epoch);
        if (!partitions.isEmpty()) {
            FetchRequestData.FetchTopic fetched = new FetchRequestData.FetchTopic().setTopicId(topic.id());
            for (int partition : partitions) {
                fetched.partitions()
                        .add(new FetchRequestData.FetchPartition()
                                .setPartition(partition)
                                .setFetchOffset(offset)
                                .setPartitionMaxBytes(maxBytes));
            }
            body.setTopics(List.of(fetched));
        }
        RequestHeader header = new RequestHeader(ApiKeys.FETCH, VERSION, WireConnection.CLIENT_ID, 0);
        return WireConnection.frame(header, VERSION, body);
    }

    /// Position of a number: the first byte in which two encodings with different numbers differ.
    private static int position(IntFunction<ByteBuffer> encoded) {
        return encoded.apply(MARK_A).mismatch(encoded.apply(MARK_B));
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.remaining()).put(bytes).flip();
    }
}
