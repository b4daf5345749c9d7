package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlice;
import barnabas.net.ReplySlot;
import barnabas.net.RequestLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Replies leave in request order, in whatever order they are completed.
@ParameterizedClass(name = "TLS {0}")
@ValueSource(booleans = {false, true})
class ReplyOrderTest extends NetworkTest {
    @Parameter
    boolean tls;

    @BeforeEach
    void encryptIfAsked() {
        if (tls) encrypt();
    }

    /// Slots by the number in their request, completed by the test.
    private final Map<Integer, ReplySlot> slots = new ConcurrentHashMap<>();

    private void keepSlot(Connection connection, ByteBuffer frame, ReplySlot slot) {
        slots.put(frame.getInt(0), slot);
    }

    private void awaitSlots(int count) {
        Await.until(count + " requests", () -> slots.size() == count);
    }

    private ReplySlot slot(int number) {
        return java.util.Objects.requireNonNull(slots.get(number), "slot " + number);
    }

    private static byte[][] numbers(int count) {
        return IntStream.range(0, count).mapToObj(Frames::number).toArray(byte[][]::new);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void completedInRandomOrderByManyThreads(long seed) throws Exception {
        NetworkServer server = serve(this::keepSlot);
        RawClient client = connect(server);
        int count = RequestLimits.WAITING_REQUESTS_MAX;
        client.send(numbers(count));
        awaitSlots(count);
        List<Integer> order = IntStream.range(0, count).boxed().collect(Collectors.toList());
        Collections.shuffle(order, new Random(seed));
        for (int number : order) Thread.ofVirtual().start(() -> Frames.reply(slot(number), Frames.number(number)));
        for (int i = 0; i < count; i++)
            assertThat(Frames.number(client.receive())).as("seed " + seed).isEqualTo(i);
        awaitNothingHeld(server);
    }

    /// Some at once on the loop, some later: pipelining is real and order is kept.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void inlineAndLaterMixed(long seed) throws IOException {
        var random = new Random(seed);
        NetworkServer server = serve((_, frame, slot) -> {
            int number = frame.getInt(0);
            if (random.nextInt(3) > 0) Frames.reply(slot, Frames.number(number));
            else Thread.ofVirtual().start(() -> Frames.reply(slot, Frames.number(number)));
        });
        RawClient client = connect(server);
        int count = 20_000;
        Thread.ofVirtual().start(() -> {
            try {
                client.send(numbers(count));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (int i = 0; i < count; i++)
            assertThat(Frames.number(client.receive())).as("seed " + seed).isEqualTo(i);
    }

    @Test
    void aRequestWithoutReplyKeepsItsPlace() throws IOException {
        RawClient client = connect(serve(this::keepSlot));
        client.send(numbers(3));
        awaitSlots(3);
        Frames.reply(slot(2), Frames.number(2));
        slot(1).sendNothing();
        Frames.reply(slot(0), Frames.number(0));
        assertThat(Frames.number(client.receive())).isZero();
        assertThat(Frames.number(client.receive())).isEqualTo(2);
    }

    @Test
    void closingKeepsEarlierRepliesAndDropsLaterOnes() throws IOException {
        NetworkServer server = serve(this::keepSlot);
        RawClient client = connect(server);
        client.send(numbers(3));
        awaitSlots(3);
        Frames.reply(slot(2), Frames.number(2));
        slot(1).closeConnection(CloseReason.MALFORMED_REQUEST, "not a request");
        Frames.reply(slot(0), Frames.number(0));
        assertThat(Frames.number(client.receive())).isZero();
        assertThat(client.receiveUntilClosed()).isZero();
        awaitClosed(server, CloseReason.MALFORMED_REQUEST, 1);
        awaitNothingHeld(server);
    }

    @Test
    void nothingIsHandledBehindARequestThatCloses() throws IOException {
        NetworkServer server = serve((connection, frame, slot) -> {
            keepSlot(connection, frame, slot);
            if (frame.getInt(0) == 1) slot.closeConnection(CloseReason.UNSUPPORTED_REQUEST, "");
        });
        RawClient client = connect(server);
        client.send(numbers(3));
        awaitSlots(2);
        client.send(Frames.number(4));
        Frames.reply(slot(0), Frames.number(0));
        assertThat(Frames.number(client.receive())).isZero();
        awaitClosed(server, CloseReason.UNSUPPORTED_REQUEST, 1);
        assertThat(slots).containsOnlyKeys(0, 1);
    }

    @Test
    void aSlotIsCompletedOnce() throws IOException {
        RawClient client = connect(serve(this::keepSlot));
        client.send(Frames.number(0));
        awaitSlots(1);
        Frames.reply(slot(0), Frames.number(0));
        ReplyBuffer second = slot(0).allocate(4);
        assertThatThrownBy(() -> slot(0).send(new Reply(second))).hasMessageContaining("completed twice");
        assertThat(Frames.number(client.receive())).isZero();
    }

    @Test
    void waitsAreCancelledWhenTheConnectionCloses() throws Exception {
        Queue<String> closed = new ConcurrentLinkedQueue<>();
        var released = new AtomicInteger();
        NetworkServer server = serve((connection, frame, slot) -> {
            slot.onConnectionClosed(() -> closed.add("slot " + frame.getInt(0) + " " + connection.isOnLoop()));
            connection.onClosed(() -> closed.add("connection " + connection.isOpen()));
            keepSlot(connection, frame, slot);
        });
        RawClient client = connect(server);
        client.send(numbers(1));
        awaitSlots(1);
        client.close();
        Await.until("callbacks", () -> closed.size() == 2);
        assertThat(closed).containsExactly("slot 0 true", "connection false");
        // A late reply is dropped, and what it holds is given back.
        var slice = new ReplySlice.MemorySlice(ByteBuffer.allocate(10), released::incrementAndGet);
        slot(0).send(new Reply(slot(0).allocate(100), List.of(new Reply.Splice(50, slice))));
        assertThat(released).hasValue(1);
        slot(0).onConnectionClosed(() -> closed.add("never: the slot is complete"));
        assertThat(closed).hasSize(2);
        awaitNothingHeld(server);
    }

    @Test
    void repliesThatWaitTheirTurnAreGivenBackWhenTheConnectionCloses() throws Exception {
        var released = new AtomicInteger();
        NetworkServer server = serve(this::keepSlot);
        RawClient client = connect(server);
        client.send(numbers(2));
        awaitSlots(2);
        var slice = new ReplySlice.MemorySlice(ByteBuffer.allocate(10), released::incrementAndGet);
        slot(1).send(new Reply(slot(1).allocate(100), List.of(new Reply.Splice(50, slice))));
        assertThat(released).hasValue(0);
        client.reset();
        Await.until("given back", () -> released.get() == 1);
        slot(0).sendNothing();
        awaitNothingHeld(server);
    }

    @Test
    void onlySoManyRequestsAreInFlight() throws IOException {
        NetworkServer server = serve(config().with(limits(1_000_000, 10, 1 << 20, 1 << 20)), this::keepSlot);
        RawClient client = connect(server);
        client.send(numbers(1_000));
        awaitSlots(10);
        for (int i = 0; i < 1_000; i++) {
            awaitSlots(Math.min(1_000, i + 10));
            Frames.reply(slot(i), Frames.number(i));
            assertThat(Frames.number(client.receive())).isEqualTo(i);
        }
        awaitNothingHeld(server);
    }

    @Test
    void laterRequestsCanBeHeldBack() throws Exception {
        NetworkServer server = serve((connection, frame, slot) -> {
            keepSlot(connection, frame, slot);
            if (frame.getInt(0) == 1) slot.holdLaterRequests();
        });
        RawClient client = connect(server);
        client.send(numbers(4));
        awaitSlots(2);
        // The connection still lives while it waits: replies leave.
        Frames.reply(slot(0), Frames.number(0));
        assertThat(Frames.number(client.receive())).isZero();
        assertThat(slots).hasSize(2);
        Frames.reply(slot(1), Frames.number(1));
        awaitSlots(4);
        Frames.reply(slot(2), Frames.number(2));
        Frames.reply(slot(3), Frames.number(3));
        for (int i = 1; i < 4; i++) assertThat(Frames.number(client.receive())).isEqualTo(i);
    }

    /// One connection's handler may complete another one's slot without handling its requests on the way.
    @Test
    void aHandlerCompletesASlotOfAnotherConnection() throws Exception {
        var nested = new AtomicInteger();
        var depth = new AtomicInteger();
        NetworkServer server = serve(config().withNetworkThreads(1), (connection, frame, slot) -> {
            if (depth.incrementAndGet() > 1) nested.incrementAndGet();
            int number = frame.getInt(0);
            if (number == 0) {
                slot.holdLaterRequests();
                slots.put(0, slot);
            } else if (number == 1) {
                Frames.reply(slot(0), Frames.number(0));
                Frames.reply(slot, Frames.number(1));
            } else {
                Frames.reply(slot, Frames.number(number));
            }
            depth.decrementAndGet();
        });
        RawClient waiting = connect(server);
        waiting.send(Frames.number(0), Frames.number(5));
        awaitSlots(1);
        RawClient other = connect(server);
        other.send(Frames.number(1));
        assertThat(Frames.number(other.receive())).isEqualTo(1);
        assertThat(Frames.number(waiting.receive())).isZero();
        assertThat(Frames.number(waiting.receive())).isEqualTo(5);
        assertThat(nested).hasValue(0);
    }

    @Test
    void tasksRunOnTheLoopOfTheConnection() throws Exception {
        var ran = new CountDownLatch(1);
        NetworkServer server = serve((connection, frame, slot) -> {
            boolean here = connection.isOnLoop();
            Thread.ofVirtual()
                    .start(() -> connection.onLoop(() -> {
                        if (here && connection.isOnLoop()) ran.countDown();
                        Frames.reply(slot, Frames.number(1));
                    }));
        });
        RawClient client = connect(server);
        assertThat(Frames.number(client.send(Frames.number(0)).receive())).isEqualTo(1);
        assertThat(ran.getCount()).isZero();
    }
}
