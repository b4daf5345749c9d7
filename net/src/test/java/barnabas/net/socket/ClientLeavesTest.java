package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.ManualClock;
import barnabas.net.CloseReason;
import barnabas.net.FrameHandler;
import barnabas.net.ReplySlot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests that a client sent before it closed its connection are handled: a producer with acks=0 relies on it.
@ParameterizedClass(name = "TLS {0}")
@ValueSource(booleans = {false, true})
class ClientLeavesTest extends NetworkTest {
    private static final int REQUESTS = 1_000;

    @Parameter
    boolean tls;

    private final ConcurrentLinkedQueue<Integer> handled = new ConcurrentLinkedQueue<>();
    private final CountDownLatch sent = new CountDownLatch(1);

    @BeforeEach
    void encryptIfAsked() {
        if (tls) encrypt();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private NetworkServer serveOnOneLoop(FrameHandler handler, Clock clock) throws IOException {
        return serve(config().withNetworkThreads(1).with(limits(1_000_000, 10, 1 << 20, 1 << 20)), handler, clock);
    }

    /// Sends all requests and ends the connection while the first one is handled.
    private void sendAndLeave(NetworkServer server) throws IOException {
        RawClient client = connect(server);
        var bytes = ByteBuffer.allocate(REQUESTS * 8);
        for (int i = 0; i < REQUESTS; i++) bytes.putInt(4).putInt(i);
        client.sendRaw(bytes.array());
        // A close would wait for the server's part of TLS's.
        client.shutdownOutput();
        sent.countDown();
        client.close();
    }

    private static void awaitConnectionClosed(NetworkServer server) {
        Await.until(
                "the connection has closed",
                () -> server.counters().requests() > 0 && server.counters().active() == 0);
    }

    private void awaitAllHandled(NetworkServer server) {
        Await.until("all are handled", () -> handled.size() == REQUESTS);
        assertThat(List.copyOf(handled))
                .isEqualTo(IntStream.range(0, REQUESTS).boxed().toList());
        awaitClosed(server, CloseReason.CLIENT_CLOSED, 1);
        awaitNothingHeld(server);
    }

    @Test
    void requestsThatTakeSeveralTurns() throws Exception {
        var clock = new ManualClock(0);
        NetworkServer server = serveOnOneLoop(
                (_, frame, slot) -> {
                    await(sent);
                    clock.advance(Duration.ofMillis(1));
                    handled.add(frame.getInt(0));
                    slot.sendNothing();
                },
                clock);
        sendAndLeave(server);
        awaitAllHandled(server);
    }

    /// As for a batch that is checked off the event loop: the requests behind it come after it.
    @Test
    void requestsBehindOneThatHoldsThemBack() throws Exception {
        NetworkServer server = serveOnOneLoop(
                (_, frame, slot) -> {
                    int number = frame.getInt(0);
                    if (number % 100 > 0) {
                        handled.add(number);
                        slot.sendNothing();
                        return;
                    }
                    slot.holdLaterRequests();
                    Thread.ofVirtual().start(() -> {
                        await(sent);
                        handled.add(number);
                        slot.sendNothing();
                    });
                },
                Clock.SYSTEM);
        sendAndLeave(server);
        awaitAllHandled(server);
    }

    @Test
    void requestsOfOneThatIsMuted() throws Exception {
        NetworkServer server = serveOnOneLoop(
                (connection, frame, slot) -> {
                    if (frame.getInt(0) == 0) connection.mute(Duration.ofDays(1).toNanos());
                    await(sent);
                    handled.add(frame.getInt(0));
                    slot.sendNothing();
                },
                Clock.SYSTEM);
        sendAndLeave(server);
        awaitAllHandled(server);
    }

    /// Requests whose answers no one takes are handled too.
    @Test
    void requestsWithAnswers() throws Exception {
        NetworkServer server = serveOnOneLoop(
                (_, frame, slot) -> {
                    await(sent);
                    handled.add(frame.getInt(0));
                    Frames.reply(slot, Frames.random(1, 100_000));
                },
                Clock.SYSTEM);
        sendAndLeave(server);
        Await.until("all are handled", () -> handled.size() == REQUESTS);
        awaitNothingHeld(server);
    }

    /// Requests that wait for something hear that their client has left. No more of them are begun than may wait on an
    /// open connection.
    @Test
    void requestsThatWait() throws Exception {
        var told = new AtomicInteger();
        NetworkServer server = serveOnOneLoop(
                (_, frame, slot) -> {
                    await(sent);
                    handled.add(frame.getInt(0));
                    slot.onConnectionClosed(told::incrementAndGet);
                },
                Clock.SYSTEM);
        sendAndLeave(server);
        awaitConnectionClosed(server);
        Await.until("all are told", () -> handled.size() == told.get() && handled.size() >= 10);
        assertThat(handled).hasSizeLessThanOrEqualTo(20);
    }

    /// One that closes its connection for what it found is the last one.
    @Test
    void requestsBehindOneThatIsRefused() throws Exception {
        NetworkServer server = serveOnOneLoop(
                (_, frame, slot) -> {
                    await(sent);
                    handled.add(frame.getInt(0));
                    if (frame.getInt(0) == 500) slot.closeConnection(CloseReason.MALFORMED_REQUEST, "a test");
                    else slot.sendNothing();
                },
                Clock.SYSTEM);
        sendAndLeave(server);
        awaitConnectionClosed(server);
        awaitNothingHeld(server);
        assertThat(handled).hasSize(501);
    }

    /// The end of the connection comes behind the last request, and the server's end gives back what is held.
    @Test
    void serverClosesBeforeAllIsHandled() throws Exception {
        var held = new AtomicReference<ReplySlot>();
        var closed = new CountDownLatch(1);
        NetworkServer server = serveOnOneLoop(
                (connection, _, slot) -> {
                    await(sent);
                    connection.onClosed(closed::countDown);
                    slot.holdLaterRequests();
                    held.set(slot);
                },
                Clock.SYSTEM);
        sendAndLeave(server);
        awaitConnectionClosed(server);
        assertThat(closed.getCount()).isEqualTo(1);
        server.close();
        closed.await();
        held.get().sendNothing();
        awaitNothingHeld(server);
    }

    /// A request that is handled only after the client has left asks to hear of the end.
    @Test
    void endComesBehindRequestsThatAreHandledAfterIt() throws Exception {
        var first = new AtomicReference<ReplySlot>();
        var second = new AtomicReference<ReplySlot>();
        var closed = new CountDownLatch(1);
        NetworkServer server = serveOnOneLoop(
                (connection, frame, slot) -> {
                    await(sent);
                    slot.holdLaterRequests();
                    if (frame.getInt(0) == 0) {
                        first.set(slot);
                        return;
                    }
                    connection.onClosed(closed::countDown);
                    second.set(slot);
                },
                Clock.SYSTEM);
        sendAndLeave(server);
        awaitConnectionClosed(server);
        first.get().sendNothing();
        Await.until("the second is handled", () -> second.get() != null);
        assertThat(closed.getCount()).isEqualTo(1);
        server.close();
        closed.await();
        second.get().sendNothing();
        awaitNothingHeld(server);
    }
}
