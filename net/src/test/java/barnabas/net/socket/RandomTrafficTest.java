package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.net.ConnectionLimits;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.net.SocketOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Everything at once, under limits so narrow that each of them is hit all the time: whatever happens, every request
/// gets its reply, in order and whole, and at the end nothing is held. Finds requests that are never resumed.
@ParameterizedClass(name = "TLS {0}")
@ValueSource(booleans = {false, true})
class RandomTrafficTest extends NetworkTest {
    @Parameter
    boolean tls;

    @BeforeEach
    void encryptIfAsked() {
        if (tls) encrypt();
    }

    private static final int CLIENTS = 12;
    private static final int REQUESTS = 120;
    private static final int FILE_BYTES = 150_000;

    private final AtomicInteger slicesOut = new AtomicInteger();

    @ParameterizedTest(name = "seed {0}, native transport {1}")
    @CsvSource({"1, true", "2, true", "3, true", "4, false"})
    void everyRequestGetsItsReply(long seed, boolean nativeTransport) throws Exception {
        TestFile file = closeLater(TestFile.random(seed, FILE_BYTES));
        var config = config().with(new SocketOptions(50, 8192, 8192, 8192, nativeTransport))
                .with(new ConnectionLimits(100, 100, Map.of(), Duration.ofMinutes(1)))
                .with(limits(200_000, 4, 300_000, 60_000));
        NetworkServer server = serve(config, (_, frame, slot) -> handle(file, frame, slot));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                RawClient client = i % 3 == 0 ? connectSlow(server) : connect(server);
                long clientSeed = seed * 1000 + i;
                clients.add(threads.submit(sender(client, clientSeed)));
                clients.add(threads.submit(receiver(client, clientSeed, file)));
            }
            for (Future<?> client : clients) client.get();
        }
        awaitNothingHeld(server);
        assertThat(slicesOut).hasValue(0);
        assertThat(server.counters().requests()).isEqualTo(CLIENTS * (long) REQUESTS);
    }

    /// One request as the client sends it: `| seed | kind | filling |`; the reply follows from the seed.
    private static byte[] request(long requestSeed) {
        var random = new Random(requestSeed);
        int size = 9 + (random.nextInt(15) == 0 ? random.nextInt(150_000) : random.nextInt(2_000));
        return ByteBuffer.allocate(size)
                .putLong(requestSeed)
                .put((byte) random.nextInt(7))
                .array();
    }

    private static byte[] reply(long requestSeed, TestFile file) {
        var random = new Random(~requestSeed);
        byte[] head = Frames.random(requestSeed, random.nextInt(40_000));
        int at = random.nextInt(head.length + 1);
        int position = random.nextInt(FILE_BYTES / 2);
        int size = random.nextBoolean() ? 0 : random.nextInt(FILE_BYTES / 2);
        return ByteBuffer.allocate(head.length + size)
                .put(head, 0, at)
                .put(file.content(), position, size)
                .put(head, at, head.length - at)
                .array();
    }

    private void answer(ReplySlot slot, long requestSeed, TestFile file) {
        var random = new Random(~requestSeed);
        byte[] head = Frames.random(requestSeed, random.nextInt(40_000));
        int at = random.nextInt(head.length + 1);
        int position = random.nextInt(FILE_BYTES / 2);
        int size = random.nextBoolean() ? 0 : random.nextInt(FILE_BYTES / 2);
        ReplyBuffer buffer = slot.allocate(head.length);
        buffer.bytes().put(head);
        slicesOut.incrementAndGet();
        TestFile served = requestSeed % 2 == 0 ? file : file.withoutChannel();
        slot.send(new Reply(
                buffer, List.of(new Reply.Splice(at, served.slice(position, size, slicesOut::decrementAndGet)))));
    }

    private void handle(TestFile file, ByteBuffer frame, ReplySlot slot) {
        long requestSeed = frame.getLong(0);
        switch (frame.get(8)) {
            case 0, 1, 2 -> answer(slot, requestSeed, file);
            case 3 -> {
                slot.keepsNothing();
                Thread.ofVirtual().start(() -> answer(slot, requestSeed, file));
            }
            case 4 -> {
                slot.holdLaterRequests();
                Thread.ofVirtual().start(() -> answer(slot, requestSeed, file));
            }
            case 5 -> {
                ByteBuffer kept = slot.keepFrame();
                Thread.ofVirtual().start(() -> {
                    LockSupport.parkNanos(200_000);
                    answer(slot, kept.getLong(0), file);
                });
            }
            default ->
                Thread.ofVirtual().start(() -> {
                    slot.allocate(10_000).discard();
                    answer(slot, requestSeed, file);
                });
        }
    }

    private static Callable<Void> sender(RawClient client, long seed) {
        return () -> {
            var random = new Random(seed);
            for (int i = 0; i < REQUESTS; ) {
                int together = Math.min(REQUESTS - i, 1 + random.nextInt(10));
                byte[][] requests = new byte[together][];
                for (int j = 0; j < together; j++) requests[j] = request(seed * REQUESTS + i + j);
                client.send(requests);
                i += together;
            }
            return null;
        };
    }

    private static Callable<Void> receiver(RawClient client, long seed, TestFile file) {
        return () -> {
            for (int i = 0; i < REQUESTS; i++) {
                long requestSeed = seed * REQUESTS + i;
                byte[] received = receive(client, "seed " + seed + ", request " + i);
                assertThat(received).as("seed %d, request %d", seed, i).isEqualTo(reply(requestSeed, file));
            }
            return null;
        };
    }

    private static byte[] receive(RawClient client, String what) throws IOException {
        try {
            return client.receive();
        } catch (IOException e) {
            throw new IOException(what, e);
        }
    }
}
