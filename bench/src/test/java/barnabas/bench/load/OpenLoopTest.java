package barnabas.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.bench.load.ProduceRequests.Shape;
import barnabas.bench.load.Topics.Topic;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.requests.RequestUtils;
import org.junit.jupiter.api.Test;

/// The open loop against a server of a few lines that answers every produce request, or is slow, or says no.
class OpenLoopTest {
    private static final Topic TOPIC = new Topic("t", Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAQ"), 1);
    private static final Shape ONE = new Shape(100, 1, CompressionType.NONE);

    /// Action of a server before it answers request number `n`, and the error of the answer.
    private interface Behaviour {
        Errors at(int n);
    }

    private static LoadResult produce(Behaviour behaviour, double perSecond, double seconds)
            throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread serving = Thread.ofVirtual().start(() -> serve(server, behaviour));
            InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
            try (RawProducer producer =
                    new RawProducer(address, List.of(ProduceRequests.encode(TOPIC, 0, ONE, 4, 1)))) {
                return producer.openLoop(perSecond, seconds);
            } finally {
                serving.join();
            }
        }
    }

    private static void serve(ServerSocket server, Behaviour behaviour) {
        try (Socket socket = server.accept()) {
            DataInputStream input = new DataInputStream(socket.getInputStream());
            for (int n = 0; ; n++) {
                int bytes = input.readInt();
                byte[] request = input.readNBytes(bytes);
                if (request.length < bytes) {
                    return;
                }
                Errors error = behaviour.at(n);
                socket.getOutputStream().write(answer(ByteBuffer.wrap(request).getInt(4), n, error));
            }
        } catch (IOException endOfTest) {
            assertThat(endOfTest).isNotNull();
        }
    }

    private static byte[] answer(int correlationId, long offset, Errors error) {
        ProduceResponseData body = new ProduceResponseData();
        body.responses()
                .add(new ProduceResponseData.TopicProduceResponse()
                        .setTopicId(TOPIC.id())
                        .setPartitionResponses(List.of(new ProduceResponseData.PartitionProduceResponse()
                                .setErrorCode(error.code())
                                .setBaseOffset(offset))));
        ByteBuffer encoded = RequestUtils.serialize(
                new ResponseHeaderData().setCorrelationId(correlationId), (short) 1, body, ProduceRequests.VERSION);
        return ByteBuffer.allocate(4 + encoded.remaining())
                .putInt(encoded.remaining())
                .put(encoded)
                .array();
    }

    @Test
    void everyRequestIsSentAndAnswered() throws IOException, InterruptedException {
        LoadResult result = produce(n -> Errors.NONE, 2_000, 0.25);
        assertThat(result.requests()).isEqualTo(500);
        assertThat(result.valueBytes()).isEqualTo(50_000);
        assertThat(result.latencyNanos().getTotalCount()).isEqualTo(500);
    }

    /// A stall of 300 ms in the middle delays the 300 requests that were due in it, on average by half of it.
    @Test
    void aStallShowsInEveryRequestThatItDelays() throws IOException, InterruptedException {
        LoadResult result = produce(
                n -> {
                    if (n == 100) {
                        LockSupport.parkNanos(300_000_000);
                    }
                    return Errors.NONE;
                },
                1_000,
                0.5);
        long delayed = result.latencyNanos().getCountBetweenValues(50_000_000, 10_000_000_000L);
        assertThat(delayed).isGreaterThanOrEqualTo(200);
    }

    @Test
    void anErrorEndsTheLoad() {
        assertThatThrownBy(() -> produce(n -> n == 5 ? Errors.NOT_LEADER_OR_FOLLOWER : Errors.NONE, 1_000, 0.2))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("NOT_LEADER_OR_FOLLOWER");
    }
}
