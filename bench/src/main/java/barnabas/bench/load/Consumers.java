package barnabas.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Consumers on threads of their own that read until they have reached an offset.
///
/// The thread that calls `start` also calls `finish`.
public final class Consumers {
    private final List<Reader> readers = new ArrayList<>();
    private final AtomicLong end = new AtomicLong(Long.MAX_VALUE);

    /// Totals of all consumers.
    public record Received(long requests, long records) {}

    private Consumers() {}

    /// Starts reading. The consumers are not closed by this class.
    public static Consumers start(List<? extends Consumer> consumers) {
        Consumers started = new Consumers();
        for (Consumer consumer : consumers) {
            Reader reader = new Reader(consumer, started.end);
            started.readers.add(reader);
            reader.thread.start();
        }
        return started;
    }

    /// Waits until each has read everything before `endOffset`.
    public Received finish(long endOffset, double timeoutSeconds) throws IOException, InterruptedException {
        end.set(endOffset);
        long deadline = System.nanoTime() + (long) (timeoutSeconds * 1e9);
        long requests = 0;
        long records = 0;
        for (Reader reader : readers) {
            reader.thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            Exception failure = reader.failure;
            if (failure != null || reader.thread.isAlive()) {
                reader.thread.interrupt();
                throw new IOException(
                        "a consumer stopped at offset " + reader.consumer.position() + " of " + endOffset, failure);
            }
            requests += reader.consumer.requests() - reader.requestsBefore;
            records += reader.consumer.position() - reader.positionBefore;
        }
        return new Received(requests, records);
    }

    private static final class Reader implements Runnable {
        private final Consumer consumer;
        private final AtomicLong end;
        private final Thread thread = new Thread(this, "bench-consumer");
        private final long requestsBefore;
        private final long positionBefore;
        private volatile @Nullable Exception failure;

        Reader(Consumer consumer, AtomicLong end) {
            this.consumer = consumer;
            this.end = end;
            this.requestsBefore = consumer.requests();
            this.positionBefore = consumer.position();
        }

        @Override
        public void run() {
            try {
                while (consumer.position() < end.get()) {
                    consumer.poll();
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
            }
        }
    }
}
