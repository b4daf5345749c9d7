package barnabas.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/// Replays produce requests over one or more connections.
///
/// Beside the open loop there is a closed one, which keeps a fixed number of requests in flight and is for peaks only.
public final class RawProducer implements Producer {
    private static final long DRAIN_NANOS = 60_000_000_000L;

    private final List<ProduceConnection> connections = new ArrayList<>();
    private final Selector selector;

    /// One connection for each element of `requests`.
    public RawProducer(InetSocketAddress address, List<ProduceRequests> requests) throws IOException {
        this.selector = Selector.open();
        for (ProduceRequests one : requests) {
            ProduceConnection connection = new ProduceConnection(address, one);
            connections.add(connection);
            connection.register(selector);
        }
    }

    /// Sends over all connections in turn.
    @Override
    public LoadResult openLoop(double requestsPerSecond, double seconds, long start)
            throws IOException, InterruptedException {
        long total = Math.max(1, (long) (requestsPerSecond * seconds));
        double intervalNanos = 1e9 / requestsPerSecond;
        Histogram latency = LoadResult.newHistogram();
        long alreadyAcked = acknowledged();
        Receiver receiver = new Receiver(alreadyAcked + total, latency);
        Thread receiving = new Thread(receiver, "bench-receiver");
        receiving.start();
        Pacer.sharpen();
        try {
            for (long i = 0; i < total; i++) {
                long intended = start + (long) (i * intervalNanos);
                Pacer.await(intended);
                connections.get((int) (i % connections.size())).send(intended);
                if (receiver.failure != null) {
                    break;
                }
            }
        } finally {
            receiver.deadlineNanos = System.nanoTime() + DRAIN_NANOS;
            receiving.join();
        }
        receiver.rethrow();
        return result(total, receiver.lastNanos - start, latency);
    }

    /// Keeps `window` requests in flight on each connection for that long, on the calling thread. Latency counts from
    /// when a request was sent.
    public LoadResult closedLoop(int window, double seconds) throws IOException {
        Histogram latency = LoadResult.newHistogram();
        long before = acknowledged();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (ProduceConnection connection : connections) {
            while (connection.inFlight() < window) {
                connection.send(System.nanoTime());
            }
        }
        long now = start;
        while (now < end) {
            selector.select(1000);
            long received = System.nanoTime();
            for (SelectionKey key : selector.selectedKeys()) {
                ProduceConnection connection = (ProduceConnection) key.attachment();
                connection.receive((sent, offset) ->
                        latency.recordValue(Math.clamp(received - sent, 0, latency.getHighestTrackableValue())));
                while (connection.inFlight() < window) {
                    connection.send(System.nanoTime());
                }
            }
            selector.selectedKeys().clear();
            now = System.nanoTime();
        }
        LoadResult result = result(acknowledged() - before, now - start, latency);
        drain();
        return result;
    }

    private void drain() throws IOException {
        long deadline = System.nanoTime() + DRAIN_NANOS;
        while (connections.stream().anyMatch(connection -> connection.inFlight() > 0)) {
            if (System.nanoTime() > deadline) {
                throw new IOException("produce requests without an answer after a minute");
            }
            selector.select(1000);
            for (SelectionKey key : selector.selectedKeys()) {
                ((ProduceConnection) key.attachment()).receive((intended, offset) -> {});
            }
            selector.selectedKeys().clear();
        }
    }

    private long acknowledged() {
        return connections.stream().mapToLong(ProduceConnection::acknowledged).sum();
    }

    private LoadResult result(long requests, long elapsedNanos, Histogram latency) {
        long bytesPerRequest = connections.getFirst().requests().shape().valueBytesPerRequest();
        return new LoadResult(requests, requests * bytesPerRequest, elapsedNanos, latency);
    }

    /// Reads all answers until the expected number has come.
    private final class Receiver implements Runnable {
        private final long expected;
        private final Histogram latency;
        private volatile long deadlineNanos = Long.MAX_VALUE;
        private volatile @Nullable IOException failure;
        private long lastNanos;

        Receiver(long expected, Histogram latency) {
            this.expected = expected;
            this.latency = latency;
        }

        @Override
        public void run() {
            long toCome = expected - acknowledged();
            try {
                long[] received = {0};
                while (received[0] < toCome) {
                    selector.select(100);
                    for (SelectionKey key : selector.selectedKeys()) {
                        ((ProduceConnection) key.attachment()).receive((intended, offset) -> {
                            lastNanos = System.nanoTime();
                            latency.recordValue(
                                    Math.clamp(lastNanos - intended, 0, latency.getHighestTrackableValue()));
                            received[0]++;
                        });
                    }
                    selector.selectedKeys().clear();
                    if (System.nanoTime() > deadlineNanos) {
                        throw new IOException((toCome - received[0]) + " produce requests were never answered");
                    }
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        void rethrow() throws IOException {
            IOException caught = failure;
            if (caught != null) {
                throw caught;
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (ProduceConnection connection : connections) {
            connection.close();
        }
        selector.close();
    }
}
