package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.CloseReason;
import barnabas.net.ListenerConfig;
import barnabas.net.ReplySlot;
import barnabas.net.ServerConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Start and end of a server.
class ServerCloseTest extends NetworkTest {
    @Test
    void repliesInFlightAreStillSent() throws Exception {
        var slots = new LinkedBlockingQueue<ReplySlot>();
        // One loop: when it has closed the idle connection, it reads no more from the other one either.
        NetworkServer server = serve(config().withNetworkThreads(1), (_, frame, slot) -> slots.add(slot));
        RawClient idle = connect(server);
        RawClient client = connect(server);
        client.send(Frames.number(1), Frames.number(2));
        Await.until("asked", () -> slots.size() == 2);
        var closed = new AtomicBoolean();
        Thread closing = Thread.ofPlatform().start(() -> {
            server.close();
            closed.set(true);
        });
        assertThat(idle.receiveUntilClosed()).isZero();
        // No longer read, let alone answered.
        client.send(Frames.number(3));
        Frames.reply(slots.remove(), Frames.number(1));
        assertThat(Frames.number(client.receive())).isEqualTo(1);
        assertThat(closed).isFalse();
        Frames.reply(slots.remove(), Frames.number(2));
        assertThat(Frames.number(client.receive())).isEqualTo(2);
        assertThat(client.receiveUntilClosed()).isZero();
        closing.join();
        assertThat(slots).isEmpty();
        assertThat(server.counters().active()).isZero();
        assertThat(server.counters().closed(CloseReason.SERVER_CLOSING)).isEqualTo(2);
        assertThatThrownBy(() -> new RawClient(server.address(LISTENER)).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void closingDoesNotWaitForever() throws Exception {
        var slots = new LinkedBlockingQueue<ReplySlot>();
        NetworkServer server = serve(config().withDrainMax(Duration.ofMillis(50)), (_, frame, slot) -> slots.add(slot));
        RawClient client = connect(server);
        client.send(Frames.number(1));
        ReplySlot slot = slots.take();
        var cancelled = new AtomicBoolean();
        slot.onConnectionClosed(() -> cancelled.set(true));
        server.close();
        assertThat(client.receiveUntilClosed()).isZero();
        assertThat(cancelled).isTrue();
        // The broker's threads may end later than the server.
        slot.allocate(10).discard();
        Frames.reply(slot, Frames.number(1));
        slot.connection().onLoop(() -> {});
        slot.connection().close(CloseReason.BROKER_DECISION, "");
        assertThat(server.counters().unsentReplyBytes()).isZero();
    }

    @Test
    void closingTwiceIsClosingOnce() throws IOException {
        NetworkServer server = serve(Frames::echo);
        server.close();
        server.close();
        assertThat(server.counters().active()).isZero();
    }

    @Test
    void aPortInUseIsOneClearLineAndLeavesNothingBound() throws IOException {
        NetworkServer server = serve(Frames::echo);
        int taken = server.port(LISTENER);
        var config = new ServerConfig(
                new ListenerConfig("FREE", "127.0.0.1", 0), new ListenerConfig("TAKEN", "127.0.0.1", taken));
        assertThatThrownBy(() -> NetworkServer.start(config, Frames::echo, Clock.SYSTEM, Threads.SYSTEM))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("listener TAKEN cannot listen on 127.0.0.1:" + taken)
                .hasMessageContaining("Address already in use");
        assertThatThrownBy(() -> NetworkServer.start(
                        new ServerConfig(new ListenerConfig("X", "no-such-host.invalid", 0)),
                        Frames::echo,
                        Clock.SYSTEM,
                        Threads.SYSTEM))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such-host.invalid");
    }

    @Test
    void aSecondServerCanUseThePortAfterTheFirst() throws IOException {
        NetworkServer first = serve(Frames::echo);
        RawClient client = connect(first);
        client.send(Frames.number(1));
        client.receive();
        int port = first.port(LISTENER);
        first.close();
        NetworkServer second = serve(new ServerConfig(new ListenerConfig(LISTENER, "127.0.0.1", port)), Frames::echo);
        assertThat(Frames.number(connect(second).send(Frames.number(2)).receive()))
                .isEqualTo(2);
    }
}
