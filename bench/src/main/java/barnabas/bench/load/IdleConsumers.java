package barnabas.bench.load;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Consumers of partitions in which nothing happens: each has a fetch session and asks again as soon as its long poll
/// has ended. One thread drives all of them.
public final class IdleConsumers implements Closeable {
    private static final int RESPONSE_BYTES_MAX = 1 << 20;

    private final Selector selector;
    private final List<Poller> pollers = new ArrayList<>();

    /// Opens a session for each list of partitions, at offset 0 of empty partitions.
    public IdleConsumers(InetSocketAddress address, FetchRequests requests, List<List<Integer>> assignments)
            throws IOException {
        this.selector = Selector.open();
        for (List<Integer> partitions : assignments) {
            Poller poller = new Poller(WireConnection.connect(address), requests);
            pollers.add(poller);
            WireConnection.writeFully(poller.channel, requests.opening(partitions, 0));
            poller.channel.configureBlocking(false);
            poller.channel.register(selector, SelectionKey.OP_READ, poller);
        }
    }

    /// Goes on for that long.
    ///
    /// @return how many fetches were answered
    public long run(double seconds) throws IOException {
        long answered = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            selector.select(100);
            for (SelectionKey key : selector.selectedKeys()) {
                if (((Poller) key.attachment()).goOn()) {
                    answered++;
                }
            }
            selector.selectedKeys().clear();
        }
        return answered;
    }

    @Override
    public void close() throws IOException {
        for (Poller poller : pollers) {
            poller.channel.close();
        }
        selector.close();
    }

    private static final class Poller {
        private final SocketChannel channel;
        private final FetchRequests.Template waiting;
        private final FetchedBatches batches = new FetchedBatches();
        private ByteBuffer input = ByteBuffer.allocate(4096);
        private int correlationId;

        Poller(SocketChannel channel, FetchRequests requests) {
            this.channel = channel;
            this.waiting = requests.waiting();
        }

        /// Reads what is there; asks again if that completes an answer.
        boolean goOn() throws IOException {
            if (channel.read(input) < 0) {
                throw new EOFException("the broker closed an idle consumer's connection");
            }
            if (input.position() < 4) {
                return false;
            }
            int bytes = input.getInt(0);
            if (bytes < 0 || bytes > RESPONSE_BYTES_MAX) {
                throw new IOException("impossible fetch response of " + bytes + " bytes");
            }
            if (input.capacity() < 4 + bytes) {
                input = ByteBuffer.allocate(4 + bytes).put(input.flip());
            }
            if (input.position() < 4 + bytes) {
                return false;
            }
            input.flip().position(4);
            batches.read(input, correlationId, (first, last) -> {
                throw new IllegalStateException("records in a partition that should be idle");
            });
            if (batches.sessionId() == 0) {
                throw new IOException("the broker gave no fetch session");
            }
            input.clear();
            correlationId++;
            // The epoch of a session's next request is the number of requests before it, as the correlation id is.
            ByteBuffer request = waiting.with(correlationId, batches.sessionId(), correlationId, 0);
            WireConnection.writeFully(channel, request);
            return true;
        }
    }
}
