package barnabas.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;

/// One non-blocking connection that replays produce requests. One thread sends, one (maybe another) receives.
///
/// Answers come in request order, so the intended send times wait in a ring:
/// ```
///   acked                    sent
///     v                       v
///   [ t17 | t18 | t19 | t20 |    |    |    | ... ]      at most RING requests in flight
/// ```
final class ProduceConnection implements AutoCloseable {
    private static final int RING = 1 << 14;
    private static final int RESPONSE_BYTES_MAX = 4096;
    /// In a version 13 response for one partition of one topic: size (4), correlation id (4), tags (1), array length
    /// (1), topic id (16), array length (1), partition (4), then the error code.
    private static final int ERROR_POSITION = 31;
    private static final int BASE_OFFSET_POSITION = ERROR_POSITION + 2;

    private final SocketChannel channel;
    private final ProduceRequests requests;
    private final long[] intendedNanos = new long[RING];
    private final AtomicLong acked = new AtomicLong();
    private volatile long sent;
    private final ByteBuffer input = ByteBuffer.allocateDirect(1 << 16);
    private boolean checkedLayout;

    ProduceConnection(InetSocketAddress address, ProduceRequests requests) throws IOException {
        this.channel = WireConnection.connect(address);
        this.channel.configureBlocking(false);
        this.requests = requests;
    }

    void register(Selector selector) throws IOException {
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    long inFlight() {
        return sent - acked.get();
    }

    long acknowledged() {
        return acked.get();
    }

    ProduceRequests requests() {
        return requests;
    }

    /// Writes the next request whole, waiting while the socket is full or too much is in flight.
    void send(long intended) throws IOException {
        long sequence = sent;
        while (sequence - acked.get() >= RING) {
            LockSupport.parkNanos(50_000);
        }
        intendedNanos[(int) (sequence & (RING - 1))] = intended;
        ByteBuffer frame = requests.frame((int) sequence);
        sent = sequence + 1;
        while (true) {
            channel.write(frame);
            if (!frame.hasRemaining()) {
                return;
            }
            LockSupport.parkNanos(20_000);
        }
    }

    /// Takes one acknowledgement.
    interface Acknowledged {
        void at(long intendedNanos, long baseOffset);
    }

    /// Reads what has arrived and hands over every whole answer.
    void receive(Acknowledged acknowledged) throws IOException {
        if (channel.read(input) < 0) {
            throw new EOFException("the broker closed a produce connection");
        }
        input.flip();
        while (input.remaining() >= 4) {
            int start = input.position();
            int bytes = input.getInt(start);
            if (bytes < ERROR_POSITION || bytes > RESPONSE_BYTES_MAX) {
                throw new IOException("impossible produce response of " + bytes + " bytes");
            }
            if (input.remaining() < 4 + bytes) {
                break;
            }
            long sequence = acked.get();
            if (sequence >= sent) {
                throw new IOException("a produce response without a request");
            }
            if (!checkedLayout) {
                checkLayout(input.slice(start + 4, bytes), (int) sequence);
                checkedLayout = true;
            }
            int correlationId = input.getInt(start + 4);
            short error = input.getShort(start + ERROR_POSITION);
            if (correlationId != (int) sequence || error != 0) {
                throw new IOException("produce request " + sequence + " was answered with correlation id "
                        + correlationId + ", error " + Errors.forCode(error));
            }
            long intended = intendedNanos[(int) (sequence & (RING - 1))];
            long baseOffset = input.getLong(start + BASE_OFFSET_POSITION);
            input.position(start + 4 + bytes);
            acked.set(sequence + 1);
            acknowledged.at(intended, baseOffset);
        }
        input.compact();
    }

    /// The first answer is decoded in full, to show that the fixed positions mean what they are taken for.
    private static void checkLayout(ByteBuffer response, int correlationId) throws IOException {
        short fixed = response.getShort(ERROR_POSITION - 4);
        long fixedOffset = response.getLong(BASE_OFFSET_POSITION - 4);
        RequestHeader header =
                new RequestHeader(ApiKeys.PRODUCE, ProduceRequests.VERSION, WireConnection.CLIENT_ID, correlationId);
        ProduceResponse decoded = (ProduceResponse) AbstractResponse.parseResponse(response, header);
        var partition = decoded.data()
                .responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst();
        if (partition.errorCode() != fixed || partition.baseOffset() != fixedOffset) {
            throw new IOException("produce response has another layout: " + decoded.data());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
