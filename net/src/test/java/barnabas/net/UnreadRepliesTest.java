package barnabas.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// The budgets for what many clients together make the broker hold.
class UnreadRepliesTest extends NetworkTest {
    private static final int REPLY_BYTES = 200_000;
    private static final long ALL_UNSENT_MAX = 4_000_000;

    private static NetworkConfig budget(long heldMax) {
        return config().with(new SocketOptions(200, 16384, 16384, 32 << 10, true))
                .with(new ConnectionLimits(1000, 1000, Map.of(), Duration.ofMillis(-1)))
                .with(new RequestLimits(1_000_000, 100, heldMax, 1 << 20, ALL_UNSENT_MAX));
    }

    @Test
    void clientsThatDoNotReadAreLeftAloneAndOthersAreServed() throws Exception {
        var refused = new AtomicInteger();
        NetworkServer server = serve(budget(64 << 20), (_, frame, slot) -> {
            int size = frame.getInt(0);
            if (!slot.mayReply(size)) {
                refused.incrementAndGet();
                slot.closeConnection(CloseReason.TOO_MANY_UNREAD_REPLIES, "");
                return;
            }
            slot.send(new Reply(slot.allocate(size)));
        });
        List<RawClient> greedy = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            RawClient client = connect(server);
            greedy.add(client);
            for (int n = 0; n < 5; n++) client.send(Frames.number(REPLY_BYTES));
        }
        Await.until("someone is refused", () -> refused.get() > 0);
        assertThat(server.counters().unsentReplyBytes()).isLessThan(ALL_UNSENT_MAX + 5L * (1 << 20));
        // Small replies go to who reads them.
        RawClient modest = connect(server);
        for (int i = 0; i < 20; i++) assertThat(modest.send(Frames.number(1_000)).receive()).hasSize(1_000);
        for (RawClient client : greedy) client.close();
        Await.until("room again", () -> server.counters().unsentReplyBytes() == 0);
        assertThat(modest.send(Frames.number(REPLY_BYTES)).receive()).hasSize(REPLY_BYTES);
    }

    /// One that was held goes on when it has read what it had left.
    @Test
    void aClientThatReadsInTheEndGetsAllItsReplies() throws Exception {
        NetworkServer server = serve(budget(64 << 20), (_, frame, slot) -> slot.send(
                new Reply(slot.allocate(frame.getInt(0)))));
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            RawClient client = connect(server);
            clients.add(client);
            for (int n = 0; n < 10; n++) client.send(Frames.number(60_000));
        }
        Await.until("much is unread", () -> server.counters().unsentReplyBytes() > ALL_UNSENT_MAX / 2);
        for (RawClient client : clients) {
            for (int n = 0; n < 10; n++) assertThat(client.receive()).hasSize(60_000);
        }
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
}
