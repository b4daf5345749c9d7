package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.net.CloseReason;
import barnabas.net.ConnectionLimits;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.net.RequestLimits;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// The budgets for what many clients together make the broker hold.
@Timeout(300)
@ParameterizedClass(name = "TLS {0}")
@ValueSource(booleans = {false, true})
class HeldForClientsTest extends NetworkTest {
    @Parameter
    boolean tls;

    @BeforeEach
    void encryptIfAsked() {
        if (tls) encrypt();
    }

    private static final long ALL_UNSENT_MAX = 4_000_000;

    private ServerConfig budget(long heldMax) {
        return config().with(new SocketOptions(200, 16384, 16384, 32 << 10, true))
                .with(new ConnectionLimits(1000, 1000, Map.of(), Duration.ofMillis(-1)))
                .with(new RequestLimits(1_000_000, 100, heldMax, 1 << 20, ALL_UNSENT_MAX));
    }

    /// All connections are looked at when the budget may be used up, and not for every request while it is.
    @Test
    void unreadRepliesAreCountedWhenTheyMayBeTooMany() {
        var clock = new ManualClock(0);
        var unsent = new AtomicLong();
        var looks = new AtomicInteger();
        var memory = new ReplyMemory(
                1_000_000,
                () -> {
                    looks.incrementAndGet();
                    return unsent.get();
                },
                clock);
        for (int i = 0; i < 10; i++) {
            memory.allocated(100_000);
            assertThat(memory.hasRoom()).isTrue();
        }
        assertThat(looks).as("nothing was too much").hasValue(0);
        memory.allocated(100_000);
        assertThat(memory.hasRoom()).as("clients have read everything").isTrue();
        assertThat(looks).hasValue(1);
        unsent.set(900_000);
        memory.allocated(1_100_000);
        clock.advance(Duration.ofMillis(10));
        assertThat(memory.hasRoomFor(200_000)).isFalse();
        assertThat(memory.hasRoomFor(50_000)).as("without another look").isTrue();
        unsent.set(2_000_000);
        memory.allocated(1_100_000);
        clock.advance(Duration.ofMillis(10));
        for (int i = 0; i < 100; i++) assertThat(memory.hasRoom()).isFalse();
        assertThat(looks).as("one look for a hundred requests").hasValue(3);
        unsent.set(0);
        clock.advance(Duration.ofMillis(10));
        assertThat(memory.hasRoom()).isTrue();
    }

    @Test
    void largeRequestsMayNotWaitBeyondTheBudgetAndSmallOnesHaveAReserve() throws Exception {
        var slots = new LinkedBlockingQueue<ReplySlot>();
        var refused = new AtomicInteger();
        NetworkServer server = serve(budget(1_000_000), (_, frame, slot) -> {
            if (slot.mayWait()) {
                slots.add(slot);
            } else {
                refused.incrementAndGet();
                slot.sendNothing();
            }
        });
        for (int i = 0; i < 15; i++) connect(server).send(new byte[100_000]);
        Await.until("all arrived", () -> slots.size() + refused.get() == 15);
        assertThat(slots).hasSize(9);
        connect(server).send(new byte[10_000]);
        Await.until("the small one waits", () -> slots.size() == 10);
        slots.forEach(ReplySlot::sendNothing);
        awaitNothingHeld(server);
    }

    /// A client that sends a large request and leaves takes no less memory than one that stays.
    @Test
    void requestsOfClosedConnectionsCountUntilTheyAreCompleted() throws Exception {
        var slots = new LinkedBlockingQueue<ReplySlot>();
        NetworkServer server = serve(budget(1_000_000), (_, _, slot) -> {
            slot.keepFrame();
            slots.add(slot);
        });
        for (int i = 0; i < 3; i++) {
            RawClient client = connect(server);
            client.send(new byte[100_000]);
            int sent = i + 1;
            Await.until("it waits", () -> slots.size() == sent);
            client.close();
        }
        Await.until("all closed", () -> server.counters().active() == 0);
        long each = 100_000L + RequestLimits.WAITING_REQUEST_BYTES;
        assertThat(server.counters().heldRequestBytes()).isEqualTo(3 * each);
        ReplySlot first = slots.remove();
        first.releaseFrame();
        assertThat(server.counters().heldRequestBytes()).isEqualTo(3 * each);
        first.sendNothing();
        assertThat(server.counters().heldRequestBytes()).isEqualTo(2 * each);
        slots.forEach(ReplySlot::sendNothing);
        awaitNothingHeld(server);
    }

    /// Behind so many that wait, a connection's further requests stay unread.
    @Test
    void fewRequestsOfOneConnectionWait() throws Exception {
        var slots = new LinkedBlockingQueue<ReplySlot>();
        NetworkServer server = serve(budget(64 << 20), (_, _, slot) -> slots.add(slot));
        RawClient client = connect(server);
        for (int i = 0; i < 50; i++) client.send(new byte[100]);
        Await.until("the first", () -> slots.size() == RequestLimits.WAITING_REQUESTS_MAX);
        RawClient other = connect(server);
        other.send(new byte[100]);
        Await.until("another connection's", () -> slots.size() == RequestLimits.WAITING_REQUESTS_MAX + 1);
        for (int i = 0; i < 51; i++) slots.take().sendNothing();
    }

    /// A small frame can be large once it is decoded.
    @Test
    void decodedBytesCountWhileARequestWaits() throws Exception {
        var slots = new LinkedBlockingQueue<ReplySlot>();
        var refused = new AtomicInteger();
        NetworkServer server = serve(budget(1_000_000), (_, frame, slot) -> {
            slot.weighs(200_000);
            if (slot.mayWait()) {
                slots.add(slot);
            } else {
                refused.incrementAndGet();
                slot.sendNothing();
            }
        });
        for (int i = 0; i < 10; i++) connect(server).send(new byte[100]);
        Await.until("all arrived", () -> slots.size() + refused.get() == 10);
        assertThat(slots).hasSize(4);
        slots.forEach(ReplySlot::sendNothing);
        awaitNothingHeld(server);
    }

    /// The answer of a request that holds later ones back is encoded at once: what it was built from shall not stay for
    /// as long as its client likes.
    @Test
    void aLargeRequestDoesNotWaitForItsClientToRead() throws Exception {
        var allocated = new AtomicInteger();
        NetworkServer server = serve(budget(1_000_000), (_, _, slot) -> {
            slot.holdLaterRequests();
            Thread.ofVirtual().start(() -> {
                if (!slot.mayReply(900_000)) {
                    slot.closeConnection(CloseReason.TOO_MANY_UNREAD_REPLIES, "");
                    return;
                }
                ReplyBuffer buffer = slot.allocate(900_000);
                allocated.incrementAndGet();
                slot.send(new Reply(buffer, List.of()));
            });
        });
        // Its receive buffer is far smaller than an answer.
        RawClient client = connectSlow(server);
        client.send(new byte[100]);
        Await.until("one is written", () -> server.counters().bytesOut() >= 900_000);
        for (int i = 0; i < 2; i++) client.send(new byte[100]);
        // More than one may leave unread: the second has to be encoded while the first lies there.
        Await.until("two answers", () -> allocated.get() >= 2);
        client.close();
        awaitNothingHeld(server);
    }
}
