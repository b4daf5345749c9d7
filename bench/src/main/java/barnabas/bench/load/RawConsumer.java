package barnabas.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/// Fetches one partition over one blocking connection, one request after the other. One thread uses it.
public final class RawConsumer implements Consumer {
    private static final int RESPONSE_OVERHEAD_MAX = 1 << 20;

    private final SocketChannel channel;
    private final FetchRequests requests;
    private final int partition;
    private final OnRecords onRecords;
    private final FetchRequests.Template moving;
    private final FetchRequests.Template waiting;
    private final FetchedBatches batches = new FetchedBatches();
    private final ByteBuffer size = ByteBuffer.allocateDirect(4);
    private final ByteBuffer response;
    private int correlationId;
    private int epoch;
    private long position;
    private boolean moved;

    public RawConsumer(
            InetSocketAddress address, FetchRequests requests, int partition, long position, OnRecords onRecords)
            throws IOException {
        this.requests = requests;
        this.partition = partition;
        this.position = position;
        this.onRecords = onRecords;
        this.moving = requests.moving(partition);
        this.waiting = requests.waiting();
        this.response = ByteBuffer.allocateDirect(requests.maxBytes() + RESPONSE_OVERHEAD_MAX);
        this.channel = WireConnection.connect(address);
    }

    @Override
    public void poll() throws IOException {
        WireConnection.writeFully(channel, request());
        size.clear();
        WireConnection.readFully(channel, size);
        int bytes = size.getInt(0);
        if (bytes < 0 || bytes > response.capacity()) {
            throw new IOException("impossible fetch response of " + bytes + " bytes");
        }
        response.clear().limit(bytes);
        WireConnection.readFully(channel, response);
        batches.read(response.flip(), correlationId++, onRecords);
        if (batches.sessionId() == 0) {
            throw new IOException("the broker gave no fetch session");
        }
        epoch++;
        moved = batches.nextOffset() >= 0;
        if (moved) {
            position = batches.nextOffset();
        }
    }

    private ByteBuffer request() {
        if (epoch == 0) {
            return requests.opening(List.of(partition), position);
        }
        return (moved ? moving : waiting).with(correlationId, batches.sessionId(), epoch, position);
    }

    @Override
    public long requests() {
        return epoch;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
