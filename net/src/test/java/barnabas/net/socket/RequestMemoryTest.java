package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.net.CloseReason;
import barnabas.net.ConnectionLimits;
import barnabas.net.FrameHandler;
import barnabas.net.ReplySlot;
import barnabas.net.RequestLimits;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The budget for frames that are not handled yet.
class RequestMemoryTest extends NetworkTest {
    private static final int FRAME = 1_000_000;
    private static final int BUDGET = 2_000_000;
    private static final int HELD = 10_000 + RequestLimits.WAITING_REQUEST_BYTES;

    private ServerConfig budget() {
        return config().with(new SocketOptions(200, 16384, 16384, 32 << 10, true))
                .with(new ConnectionLimits(1000, 1000, Map.of(), Duration.ofMillis(-1)))
                .with(limits(FRAME, 100, BUDGET, 1 << 20));
    }

    /// Sixty senders of large frames at once, far more than the budget: all get through, the budget holds.
    @Test
    void manyLargeFramesShareTheBudget() throws Exception {
        var heldMax = new AtomicLong();
        NetworkServer[] server = new NetworkServer[1];
        long budget = 4L * FRAME;
        FrameHandler handler = (_, frame, slot) -> {
            heldMax.accumulateAndGet(
                    server[0] == null ? 0 : server[0].counters().heldRequestBytes(), Math::max);
            Frames.reply(slot, Frames.number(frame.getInt(0)));
        };
        // Its time stands still: on a busy machine a sender may be slow.
        server[0] = serve(budget().with(limits(FRAME, 100, budget, 1 << 20)), handler, new ManualClock(0));
        int senders = 60;
        int rounds = 3;
        List<Thread> threads = new ArrayList<>();
        var answered = new AtomicLong();
        for (int i = 0; i < senders; i++) {
            RawClient client = connect(server[0]);
            byte[] frame = Frames.random(i, FRAME);
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int round = 0; round < rounds; round++) {
                        if (Frames.number(client.send(frame).receive()) == Frames.number(frame))
                            answered.incrementAndGet();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
        for (Thread thread : threads) thread.join();
        assertThat(answered).hasValue((long) senders * rounds);
        // Over the budget: the favourite's frame, one that grew on each of two loops just before, and one short read of
        // each of the others.
        assertThat(server[0].counters().closed(CloseReason.TOO_MANY_WAITING_REQUESTS))
                .isZero();
        assertThat(heldMax.get()).isLessThan(budget + 3L * FRAME + senders * (16L << 10));
        awaitNothingHeld(server[0]);
    }

    /// Each may bring one read's worth before it is left unread: connections beyond a number are closed.
    @Test
    void manyBegunFramesAreBoundedWhateverTheNumberOfConnections() throws Exception {
        int budget = 100_000;
        int frame = 100_000;
        int begun = 15_000;
        NetworkServer server = serve(budget().with(limits(frame, 100, budget, 1 << 20)), Frames::echo);
        RawClient served = connect(server);
        for (int i = 0; i < 60; i++)
            connect(server).sendRaw(Frames.number(frame)).sendRaw(new byte[begun]);
        Await.until(
                "refused",
                () -> server.counters().closed(CloseReason.TOO_MANY_WAITING_REQUESTS) > 60 - 5 - 300_000 / begun);
        assertThat(server.counters().heldRequestBytes()).isBetween((long) budget, 2L * budget + frame + (32L << 10));
        assertThat(served.send(Frames.number(7)).receive()).isEqualTo(Frames.number(7));
    }

    @Test
    void waitingRequestsCountUnlessTheyKeepNothing() throws IOException {
        var slots = new LinkedBlockingQueue<ReplySlot>();
        NetworkServer server = serve(budget(), (_, frame, slot) -> {
            if (frame.get(0) == 1) slot.keepsNothing();
            slots.add(slot);
        });
        RawClient client = connect(server);
        client.send(new byte[10_000]);
        Await.until("first", () -> slots.size() == 1 && server.counters().heldRequestBytes() == HELD);
        byte[] keepsNothing = new byte[10_000];
        keepsNothing[0] = 1;
        client.send(keepsNothing);
        Await.until("second", () -> slots.size() == 2);
        awaitHeld(server, HELD);
        slots.remove().sendNothing();
        awaitHeld(server, 0);
        slots.remove().sendNothing();
    }

    private static void awaitHeld(NetworkServer server, long bytes) {
        Await.until("held " + bytes, () -> server.counters().heldRequestBytes() == bytes);
    }

    /// Frames that stop half-way use the budget up; while others wait for it, their senders are cut off.
    @Test
    void stalledFramesMakeRoomForOthers() throws Exception {
        var clock = new ManualClock(0);
        NetworkServer server = serve(budget(), Frames::echo, clock);
        List<RawClient> stalled = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = connect(server);
            client.sendRaw(Frames.number(FRAME)).sendRaw(new byte[FRAME - 1]);
            stalled.add(client);
            int total = (i + 1) * (FRAME + 3);
            // The third is the favourite once the budget is used up.
            Await.until("arrived", () -> server.counters().bytesIn() == total);
        }
        RawClient honest = connect(server);
        byte[] frame = Frames.random(1, FRAME);
        var answer = new CompletableFuture<byte[]>();
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                answer.complete(honest.send(frame).receive());
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
        // Slowly, for the honest one must not seem stalled; and to the end, for the event loops begin to watch at
        // different times and one cut off may not be enough.
        Await.until("answered", () -> {
            clock.advance(Duration.ofMillis(20));
            return answer.isDone();
        });
        assertThat(answer.get()).isEqualTo(frame);
        assertThat(server.counters().closed(CloseReason.FRAME_STALLED)).isPositive();
        sender.join();
        for (RawClient client : stalled) client.close();
        awaitNothingHeld(server);
    }
}
