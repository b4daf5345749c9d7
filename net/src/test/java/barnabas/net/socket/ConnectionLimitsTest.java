package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.ManualClock;
import barnabas.net.CloseReason;
import barnabas.net.ConnectionLimits;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.Reply;
import barnabas.net.ReplySlot;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLimitsTest extends NetworkTest {
    private static final Duration NEVER = Duration.ofMillis(-1);

    private ServerConfig limited(int max, int perAddress, Map<InetAddress, Integer> overrides) {
        return config().with(new ConnectionLimits(max, perAddress, overrides, NEVER));
    }

    private static boolean isServed(RawClient client, int number) throws IOException {
        return Frames.number(client.send(Frames.number(number)).receive()) == number;
    }

    /// As with Kafka, the connection beyond the limit is not refused: it waits until there is room.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void atMaxConnectionsAcceptingPauses(boolean nativeTransport) throws IOException {
        NetworkServer server = serve(
                limited(3, 100, Map.of()).with(new SocketOptions(50, -1, -1, 1 << 17, nativeTransport)), Frames::echo);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) clients.add(connect(server));
        for (RawClient client : clients) assertThat(isServed(client, 1)).isTrue();
        RawClient fourth = connect(server);
        RawClient fifth = connect(server);
        fourth.send(Frames.number(4));
        fifth.send(Frames.number(5));
        assertThat(isServed(clients.get(1), 2)).isTrue();
        assertThat(server.counters().accepted()).isEqualTo(3);
        clients.get(0).close();
        assertThat(Frames.number(fourth.receive())).isEqualTo(4);
        assertThat(server.counters().active()).isEqualTo(3);
        clients.get(1).close();
        assertThat(Frames.number(fifth.receive())).isEqualTo(5);
        assertThat(server.counters().accepted()).isEqualTo(5);
        assertThat(server.counters().closed(CloseReason.TOO_MANY_CONNECTIONS)).isZero();
    }

    /// Connections above the new limit stay; none is let in until they have gone.
    @Test
    void limitsChangeWhileTheServerRuns() throws IOException {
        NetworkServer server = serve(limited(100, 100, Map.of()), Frames::echo);
        RawClient first = connect(server);
        RawClient second = connect(server);
        assertThat(isServed(first, 1)).isTrue();
        assertThat(isServed(second, 2)).isTrue();
        server.limit(new ConnectionLimits(1, 100, Map.of(), NEVER));
        RawClient third = connect(server);
        third.send(Frames.number(3));
        first.close();
        assertThat(isServed(second, 4)).isTrue();
        assertThat(server.counters().accepted()).isEqualTo(2);
        server.limit(new ConnectionLimits(100, 100, Map.of(), NEVER));
        assertThat(Frames.number(third.receive())).isEqualTo(3);
    }

    @Test
    void encryptionIsWithoutFailIfItIsPromised() {
        assertThatThrownBy(() -> new ListenerConfig("X", ListenerConfig.Protocol.SSL, "127.0.0.1", 0, null))
                .hasMessage("listener X: TLS and SSL do not match");
    }

    @Test
    void aListenerHasItsOwnLimit() throws IOException {
        var config = new ServerConfig(new ListenerConfig("A", "127.0.0.1", 0), new ListenerConfig("B", "127.0.0.1", 0))
                .withNetworkThreads(2)
                .with(new ConnectionLimits(
                        100, 100, Map.of(), Map.of("A", 1), ConnectionLimits.Rates.UNLIMITED, NEVER));
        NetworkServer server = serve(config, Frames::echo);
        assertThat(server.port("A")).isNotEqualTo(server.port("B"));
        RawClient first = closeLater(new RawClient(server.address("A")));
        assertThat(isServed(first, 1)).isTrue();
        RawClient waiting = closeLater(new RawClient(server.address("A")));
        waiting.send(Frames.number(2));
        assertThat(isServed(closeLater(new RawClient(server.address("B"))), 3)).isTrue();
        assertThat(server.counters().accepted()).isEqualTo(2);
        first.close();
        assertThat(Frames.number(waiting.receive())).isEqualTo(2);
    }

    /// Connections beyond the rate wait in the kernel's queue, and none is lost.
    @Test
    void beyondARateAcceptingPauses() throws IOException {
        var clock = new ManualClock(1_700_000_000_000L);
        var rates = new ConnectionLimits.Rates(20, Map.of(), "");
        NetworkServer server = serve(
                config().with(new ConnectionLimits(100, 100, Map.of(), Map.of(), rates, NEVER)), Frames::echo, clock);
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) clients.add(connect(server).send(Frames.number(i)));
        for (int i = 0; i < 20; i++)
            assertThat(Frames.number(clients.get(i).receive())).isEqualTo(i);
        assertThat(isServed(clients.getFirst(), 5)).isTrue();
        assertThat(server.counters().accepted()).isEqualTo(20);
        clock.advance(Duration.ofMillis(250));
        for (int i = 20; i < 25; i++)
            assertThat(Frames.number(clients.get(i).receive())).isEqualTo(i);
        assertThat(server.counters().accepted()).isEqualTo(25);
        server.limit(new ConnectionLimits(100, 100, Map.of(), NEVER));
        for (int i = 25; i < 30; i++)
            assertThat(Frames.number(clients.get(i).receive())).isEqualTo(i);
    }

    /// A connection beyond the rate of its address is closed without an answer, and counts for no other rate.
    @Test
    void beyondTheRateOfItsAddressAConnectionIsClosed() throws IOException {
        var clock = new ManualClock(1_700_000_000_000L);
        var perAddress = new ConnectionLimits.AddressRates(Map.of(InetAddress.getLoopbackAddress(), 2), 1_000);
        var rates = new ConnectionLimits.Rates(3, Map.of(), "", perAddress);
        NetworkServer server = serve(
                config().with(new ConnectionLimits(1_000, 1_000, Map.of(), Map.of(), rates, NEVER)),
                Frames::echo,
                clock);
        assertThat(isServed(connect(server), 1)).isTrue();
        assertThat(isServed(connect(server), 2)).isTrue();
        List<RawClient> beyond = new ArrayList<>();
        for (int i = 0; i < 5; i++) beyond.add(connect(server));
        for (RawClient each : beyond) assertThat(each.receiveUntilClosed()).isZero();
        awaitClosed(server, CloseReason.TOO_MANY_NEW_CONNECTIONS_FROM_ADDRESS, 5);
        clock.advance(Duration.ofMillis(500));
        assertThat(isServed(connect(server), 3)).isTrue();
    }

    @Test
    void aListenerHasItsOwnRateAndThatOfOtherBrokersIsApart() throws IOException {
        var clock = new ManualClock(1_700_000_000_000L);
        var rates = new ConnectionLimits.Rates(3, Map.of("A", 1), "C");
        var config = new ServerConfig(
                        new ListenerConfig("A", "127.0.0.1", 0),
                        new ListenerConfig("B", "127.0.0.1", 0),
                        new ListenerConfig("C", "127.0.0.1", 0))
                .withNetworkThreads(1)
                .with(new ConnectionLimits(100, 100, Map.of(), Map.of(), rates, NEVER));
        NetworkServer server = serve(config, Frames::echo, clock);
        assertThat(isServed(closeLater(new RawClient(server.address("A"))), 1)).isTrue();
        RawClient secondOfA = closeLater(new RawClient(server.address("A")));
        secondOfA.send(Frames.number(2));
        for (int i = 0; i < 2; i++)
            assertThat(isServed(closeLater(new RawClient(server.address("B"))), 3))
                    .isTrue();
        RawClient thirdOfB = closeLater(new RawClient(server.address("B")));
        thirdOfB.send(Frames.number(4));
        for (int i = 0; i < 5; i++)
            assertThat(isServed(closeLater(new RawClient(server.address("C"))), 5))
                    .isTrue();
        assertThat(server.counters().accepted()).isEqualTo(8);
        clock.advance(Duration.ofSeconds(1));
        assertThat(Frames.number(secondOfA.receive())).isEqualTo(2);
        assertThat(Frames.number(thirdOfB.receive())).isEqualTo(4);
    }

    @Test
    void aboveMaxConnectionsPerIpAConnectionIsClosedAtOnce() throws IOException {
        NetworkServer server = serve(limited(100, 2, Map.of()), Frames::echo);
        RawClient first = connect(server);
        RawClient second = connect(server);
        assertThat(isServed(first, 1) && isServed(second, 2)).isTrue();
        assertThat(connect(server).receiveUntilClosed()).isZero();
        awaitClosed(server, CloseReason.TOO_MANY_CONNECTIONS_FROM_ADDRESS, 1);
        assertThat(isServed(first, 3) && isServed(second, 4)).isTrue();
        first.close();
        awaitClosed(server, CloseReason.CLIENT_CLOSED, 1);
        Await.until("counted", () -> server.counters().active() == 1);
        assertThat(isServed(connect(server), 5)).isTrue();
        assertThat(CapturedLog.lines(org.slf4j.event.Level.DEBUG))
                .filteredOn(line -> line.contains("max.connections.per.ip"))
                .hasSize(1);
    }

    @Test
    void anAddressCanHaveALimitOfItsOwn() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        NetworkServer none = serve(limited(100, 100, Map.of(loopback, 0)), Frames::echo);
        assertThat(connect(none).receiveUntilClosed()).isZero();
        NetworkServer many = serve(limited(100, 0, Map.of(loopback, 2)), Frames::echo);
        assertThat(isServed(connect(many), 1)).isTrue();
    }

    @Test
    void thousandsOfConnections() throws IOException {
        NetworkServer server = serve(config().with(new SocketOptions(4096, -1, -1, 1 << 17, true)), Frames::echo);
        int count = 2_000;
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) clients.add(connect(server));
        for (int i = 0; i < count; i++) clients.get(i).send(Frames.number(i));
        for (int i = 0; i < count; i++)
            assertThat(Frames.number(clients.get(i).receive())).isEqualTo(i);
        assertThat(server.counters().active()).isEqualTo(count);
        for (RawClient client : clients) client.close();
        Await.until("all gone", () -> server.counters().active() == 0);
        awaitClosed(server, CloseReason.CLIENT_CLOSED, count);
    }

    private static final Duration IDLE = Duration.ofMillis(400);

    private NetworkServer idling(ManualClock clock, FrameHandler handler) throws IOException {
        var sockets = new SocketOptions(50, 8192, 8192, 128 << 10, true);
        return serve(config().with(sockets).with(new ConnectionLimits(100, 100, Map.of(), IDLE)), handler, clock);
    }

    @Test
    void anIdleConnectionIsClosed() throws IOException {
        var clock = new ManualClock(0);
        NetworkServer server = idling(clock, Frames::echo);
        RawClient idle = connect(server);
        RawClient busy = connect(server);
        RawClient half = connect(server);
        half.sendRaw(Frames.number(100)).sendRaw(new byte[50]);
        Await.until(
                "all in",
                () -> server.counters().active() == 3 && server.counters().bytesIn() == 54);
        clock.advance(IDLE.dividedBy(2));
        assertThat(isServed(busy, 1)).isTrue();
        clock.advance(IDLE.dividedBy(2));
        assertThat(idle.receiveUntilClosed()).isZero();
        assertThat(half.receiveUntilClosed()).isZero();
        awaitClosed(server, CloseReason.IDLE, 2);
        assertThat(isServed(busy, 2)).isTrue();
        awaitNothingHeld(server);
    }

    @Test
    void aConnectionThatWaitsForItsReplyIsNotIdle() throws IOException {
        var clock = new ManualClock(0);
        var slots = new java.util.concurrent.LinkedBlockingQueue<ReplySlot>();
        NetworkServer server = idling(clock, (_, frame, slot) -> slots.add(slot));
        RawClient waiting = connect(server);
        waiting.send(Frames.number(1));
        Await.until("asked", () -> slots.size() == 1);
        for (int i = 1; i <= 3; i++) {
            RawClient idle = connect(server);
            awaitIdle(server, clock, i);
            assertThat(idle.receiveUntilClosed()).isZero();
        }
        slots.remove().sendNothing();
        awaitIdle(server, clock, 4);
    }

    private static void awaitIdle(NetworkServer server, ManualClock clock, int times) {
        Await.until("idle", () -> {
            clock.advance(IDLE.dividedBy(4));
            return server.counters().closed(CloseReason.IDLE) == times;
        });
    }

    @Test
    void aClientThatDoesNotTakeItsReplyIsIdle() throws IOException {
        var clock = new ManualClock(0);
        NetworkServer server = idling(clock, (_, frame, slot) -> slot.send(new Reply(slot.allocate(20_000_000))));
        RawClient client = connectSlow(server);
        client.send(Frames.number(1));
        Await.until("blocked", () -> server.counters().unsentReplyBytes() > 1_000_000);
        awaitIdle(server, clock, 1);
        awaitNothingHeld(server);
    }
}
