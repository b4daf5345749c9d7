package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.net.FrameHandler;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.net.RequestLimits;
import barnabas.net.SocketOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A client that asks for much and reads nothing costs bounded memory, and gets everything once it reads.
@ParameterizedClass(name = "TLS {0}")
@ValueSource(booleans = {false, true})
class BackPressureTest extends NetworkTest {
    @Parameter
    boolean tls;

    @BeforeEach
    void encryptIfAsked() {
        if (tls) encrypt();
    }

    /// A thousand requests that arrive in one read do not keep the loop from another connection for as long as they
    /// take.
    @Test
    void manyRequestsOfOneConnectionLeaveTurnsToOthers() throws Exception {
        int many = 1_000;
        var clock = new ManualClock(0);
        var order = new LinkedBlockingQueue<Integer>();
        var begun = new CountDownLatch(1);
        var otherSent = new CountDownLatch(1);
        NetworkServer server = serve(
                config().withNetworkThreads(1).with(limits(1_000_000, many, 1 << 20, 1 << 20)),
                (_, frame, slot) -> {
                    int number = frame.getInt(0);
                    if (number == 0) {
                        begun.countDown();
                        await(otherSent);
                    }
                    clock.advance(Duration.ofMillis(1));
                    order.add(number);
                    Frames.reply(slot, Frames.number(number));
                },
                clock);
        RawClient pipelining = connect(server);
        RawClient other = connect(server);
        assertThat(Frames.number(other.send(Frames.number(-1)).receive())).isEqualTo(-1);
        order.clear();
        var bytes = ByteBuffer.allocate(many * 8);
        for (int i = 0; i < many; i++) bytes.putInt(4).putInt(i);
        pipelining.sendRaw(bytes.array());
        begun.await();
        other.send(Frames.number(many));
        otherSent.countDown();
        for (int i = 0; i < many; i++)
            assertThat(Frames.number(pipelining.receive())).isEqualTo(i);
        assertThat(Frames.number(other.receive())).isEqualTo(many);
        assertThat(List.copyOf(order).indexOf(many)).isLessThan(20);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final int UNSENT_MAX = 256 << 10;
    private static final int REPLY_BYTES = 100_000;
    private static final int IN_FLIGHT_MAX = 50;
    private static final int REQUESTS = 2_000;

    private NetworkServer server(FrameHandler handler) throws IOException {
        var sockets = new SocketOptions(50, 8192, 8192, 128 << 10, true);
        return serve(config().with(sockets).with(limits(1_000_000, IN_FLIGHT_MAX, 1 << 20, UNSENT_MAX)), handler);
    }

    private RawClient flood(NetworkServer server) throws IOException {
        RawClient client = connectSlow(server);
        byte[][] requests =
                IntStream.range(0, REQUESTS).mapToObj(Frames::number).toArray(byte[][]::new);
        Thread.ofVirtual().start(() -> {
            try {
                client.send(requests);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        return client;
    }

    private static void reply(ReplySlot slot, int number) {
        ReplyBuffer buffer = slot.allocate(REPLY_BYTES);
        buffer.bytes().putInt(0, number);
        slot.send(new Reply(buffer));
    }

    /// Reads everything, watching that never more than `unsentMax` bytes wait.
    private static void drain(NetworkServer server, RawClient client, long unsentMax) throws IOException {
        for (int i = 0; i < REQUESTS; i++) {
            byte[] reply = client.receive();
            assertThat(reply).hasSize(REPLY_BYTES);
            assertThat(Frames.number(reply)).isEqualTo(i);
            assertThat(server.counters().unsentReplyBytes()).isLessThan(unsentMax);
        }
        awaitNothingHeld(server);
    }

    @Test
    void repliesMadeOnTheLoop() throws IOException {
        NetworkServer server = server((_, frame, slot) -> reply(slot, frame.getInt(0)));
        RawClient client = flood(server);
        // 3 replies exceed the mark; then no further request is handled.
        Await.until("blocked", () -> server.counters().unsentReplyBytes() > UNSENT_MAX);
        assertThat(server.counters().requests()).isLessThan(20);
        RawClient other = connect(server);
        assertThat(other.send(Frames.number(7)).receive()).hasSize(REPLY_BYTES);
        assertThat(server.counters().requests()).isLessThan(20);
        // The other one's reply may still be counted.
        assertThat(server.counters().unsentReplyBytes()).isLessThan(UNSENT_MAX + 2 * REPLY_BYTES + 1000);
        drain(server, client, UNSENT_MAX + REPLY_BYTES + 1000);
    }

    /// Many requests are handled in virtual threads at once; their replies wait to be allocated.
    @Test
    void repliesMadeInVirtualThreads() throws IOException {
        var sent = new AtomicInteger();
        NetworkServer server = server((_, frame, slot) -> {
            int number = frame.getInt(0);
            Thread.ofVirtual().start(() -> {
                reply(slot, number);
                sent.incrementAndGet();
            });
        });
        RawClient client = flood(server);
        long unsentMax = 2 * (UNSENT_MAX + REPLY_BYTES) + 1000;
        Await.until("blocked", () -> server.counters().unsentReplyBytes() > UNSENT_MAX);
        drain(server, client, unsentMax);
        assertThat(sent).hasValue(REQUESTS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aThreadThatWaitsForRoomEndsWithItsConnection(boolean interrupted) throws Exception {
        var waiting = new ConcurrentLinkedQueue<Thread>();
        var allIn = new CountDownLatch(Math.min(IN_FLIGHT_MAX, RequestLimits.WAITING_REQUESTS_MAX));
        NetworkServer server = server((_, frame, slot) -> {
            int number = frame.getInt(0);
            waiting.add(Thread.ofVirtual().start(() -> {
                try {
                    allIn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                reply(slot, number);
            }));
            allIn.countDown();
        });
        RawClient client = flood(server);
        allIn.await();
        Await.until("blocked", () -> waiting.stream().anyMatch(thread -> thread.getState() == Thread.State.WAITING));
        if (!interrupted) client.reset();
        Await.until("ended", () -> {
            // Computed each time: bytes that left for the client before made room for more requests, and so for
            // more threads.
            if (interrupted) waiting.forEach(Thread::interrupt);
            return waiting.stream().noneMatch(Thread::isAlive);
        });
        client.reset();
        awaitNothingHeld(server);
    }

    /// Files take no memory here, but a client that does not take them is asked for no more requests either.
    @Test
    void filesCountAsUnread() throws Exception {
        var handled = new AtomicInteger();
        var released = new AtomicInteger();
        var file = closeLater(TestFile.random(7, 3_000_000));
        NetworkServer server = server((_, frame, slot) -> {
            handled.incrementAndGet();
            slot.send(new Reply(
                    slot.allocate(4),
                    java.util.List.of(new Reply.Splice(4, file.slice(0, 3_000_000, released::incrementAndGet)))));
        });
        RawClient client = connectSlow(server);
        for (int i = 0; i < 10; i++) client.send(Frames.number(i));
        Await.until("blocked", () -> server.counters().unsentReplyBytes() > UNSENT_MAX);
        for (int i = 0; i < 10; i++) {
            assertThat(handled.get()).isLessThanOrEqualTo(i + 2);
            assertThat(client.receive()).hasSize(3_000_004);
        }
        Await.until("released", () -> released.get() == 10);
        awaitNothingHeld(server);
    }
}
