package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.ListenerConfig.Protocol;
import barnabas.net.ReplySlot;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import barnabas.net.rate.LoginPace;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that have yet to log in have an event loop of their own, and leave it when they have.
class LoginLoopTest extends NetworkTest {
    private static final String LOGIN_THREAD = "barnabas-login";
    private static final int LOGIN = -1;
    private static final int FRAMES = 300;
    private static final int CLIENTS = 40;

    /// The first frame of a connection logs in; each is answered by itself.
    private static final class Logins implements FrameHandler {
        final Set<String> servedOn = ConcurrentHashMap.newKeySet();
        final Set<String> loggedInOn = ConcurrentHashMap.newKeySet();

        @Override
        public void handle(Connection connection, ByteBuffer frame, ReplySlot slot) {
            boolean login = frame.remaining() == 4 && frame.getInt(frame.position()) == LOGIN;
            (login ? loggedInOn : servedOn).add(Thread.currentThread().getName());
            if (login) connection.loggedIn();
            Frames.echo(connection, frame, slot);
        }
    }

    private static ListenerConfig listener(Protocol protocol, @Nullable CountDownLatch busy, AtomicInteger accepted) {
        if (protocol.isPlain()) return new ListenerConfig(LISTENER, protocol, "127.0.0.1", 0, null);
        return new ListenerConfig(LISTENER, protocol, "127.0.0.1", 0, () -> engine(busy, accepted));
    }

    /// All but the first one keep their event loop busy.
    private static SSLEngine engine(@Nullable CountDownLatch busy, AtomicInteger accepted) {
        try {
            if (accepted.getAndIncrement() > 0 && busy != null) busy.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return TlsPair.SHARED.server().serverEngine();
    }

    private NetworkServer serve(Protocol protocol, boolean nativeTransport, FrameHandler handler) throws IOException {
        if (!protocol.isPlain()) encrypt();
        var config = new ServerConfig(listener(protocol, null, new AtomicInteger()))
                .withNetworkThreads(2)
                .with(new SocketOptions(50, -1, -1, 128 << 10, nativeTransport));
        return serve(config, handler);
    }

    @Test
    void handshakesThatKeepTheirLoopBusyDelayNoClientThatIsIn() throws IOException {
        encrypt();
        var busy = new CountDownLatch(1);
        var accepted = new AtomicInteger();
        var config = new ServerConfig(listener(Protocol.SSL, busy, accepted)).withNetworkThreads(1);
        NetworkServer server = serve(config, Frames::echo);
        try {
            RawClient client = connect(server);
            client.send(Frames.number(1)).receive();
            closeLater(new RawClient(server.address(LISTENER)));
            Await.until("another handshake", () -> accepted.get() == 2);
            assertThat(Frames.number(client.send(Frames.number(2)).receive())).isEqualTo(2);
        } finally {
            busy.countDown();
        }
    }

    @Test
    void plainListenersHaveNoLoopForLogins() throws IOException {
        NetworkServer server = serve(Protocol.PLAINTEXT, true, new Logins());
        connect(server).send(Frames.number(LOGIN)).receive();
        assertThat(server.loops()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "SSL,true",
        "SASL_PLAINTEXT,true",
        "SASL_SSL,true",
        "SSL,false",
        "SASL_PLAINTEXT,false",
        "SASL_SSL,false"
    })
    void whatIsSentBehindALoginIsServedElsewhereInOrder(Protocol protocol, boolean nativeTransport) throws IOException {
        var handler = new Logins();
        NetworkServer server = serve(protocol, nativeTransport, handler);
        for (int round = 0; round < CLIENTS; round++) {
            RawClient client = connect(server);
            byte[][] frames = new byte[FRAMES][];
            for (int i = 0; i < FRAMES; i++) frames[i] = Frames.number(i == 0 ? LOGIN : i);
            client.send(frames);
            assertThat(Frames.number(client.receive())).isEqualTo(LOGIN);
            for (int i = 1; i < FRAMES; i++)
                assertThat(Frames.number(client.receive())).isEqualTo(i);
        }
        if (protocol.isSasl())
            assertThat(handler.loggedInOn).allSatisfy(each -> assertThat(each).startsWith(LOGIN_THREAD));
        assertThat(handler.servedOn).hasSize(2).noneMatch(each -> each.startsWith(LOGIN_THREAD));
        assertThat(server.counters().active()).isEqualTo(CLIENTS);
        var perLoop = new int[3];
        server.visitConnections((_, loop) -> perLoop[loop]++);
        assertThat(perLoop).containsExactly(CLIENTS / 2, CLIENTS / 2, 0);
    }

    /// At any moment of the move.
    @ParameterizedTest
    @EnumSource(
            value = Protocol.class,
            names = {"SASL_PLAINTEXT", "SASL_SSL"})
    void clientsThatLeaveWhileTheyLogInLeaveNothing(Protocol protocol) throws IOException {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        NetworkServer server = serve(protocol, true, new Logins());
        for (int round = 0; round < CLIENTS; round++) {
            var clients = new ArrayList<RawClient>();
            for (int i = 0; i < 5; i++) {
                RawClient client = connect(server);
                clients.add(client);
                client.send(Frames.number(LOGIN), Frames.random(i, random.nextInt(1, 20_000)));
                if (random.nextBoolean()) client.receive();
            }
            for (RawClient each : clients) {
                if (random.nextBoolean()) each.reset();
                else each.close();
            }
        }
        Await.until("gone", () -> server.counters().active() == 0);
        Await.until("forgotten", () -> connections(server).isEmpty());
        awaitNothingHeld(server);
    }

    @Test
    void addressesThatDoNotGetInWaitTheirTurnAndNoOthers() throws Exception {
        var clock = new ManualClock(0);
        var config = new ServerConfig(listener(Protocol.SASL_PLAINTEXT, null, new AtomicInteger()));
        NetworkServer server = serve(config, new Logins(), clock);
        for (int i = 0; i <= LoginPace.AFTER_FAILURES_MAX; i++) {
            new RawClient(server.address(LISTENER)).close();
            awaitClosed(server, CloseReason.CLIENT_CLOSED, i + 1);
        }
        RawClient waiting = connect(server).send(Frames.number(LOGIN));
        try (var elsewhere = new Socket()) {
            elsewhere.bind(new InetSocketAddress("127.0.0.2", 0));
            elsewhere.connect(server.address(LISTENER));
            elsewhere.getOutputStream().write(RawClient.framed(Frames.number(LOGIN)));
            assertThat(elsewhere.getInputStream().readNBytes(8)).hasSize(8);
        }
        assertThat(server.counters().accepted()).isEqualTo(LoginPace.AFTER_FAILURES_MAX + 3);
        assertThat(server.counters().requests()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(Frames.number(waiting.receive())).isEqualTo(LOGIN);
    }

    @Test
    void connectionsThatWaitTheirTurnEndWithTheServer() throws Exception {
        var config = new ServerConfig(listener(Protocol.SASL_PLAINTEXT, null, new AtomicInteger()));
        NetworkServer server = serve(config, new Logins(), new ManualClock(0));
        for (int i = 0; i <= LoginPace.AFTER_FAILURES_MAX; i++) {
            new RawClient(server.address(LISTENER)).close();
            awaitClosed(server, CloseReason.CLIENT_CLOSED, i + 1);
        }
        RawClient waiting = connect(server);
        Await.until("accepted", () -> server.counters().accepted() == LoginPace.AFTER_FAILURES_MAX + 2);
        server.close();
        assertThat(waiting.receiveUntilClosed()).isZero();
    }

    /// Blocks the loop of logins at two steps, so that a connection leaves it after the other loops have drained theirs
    /// and before that loop drains its own.
    @Test
    void aServerDoesNotWaitForAConnectionThatMovedWhileItCloses() throws Exception {
        var handling = new CountDownLatch(1);
        var closes = new CountDownLatch(1);
        var drains = new CountDownLatch(1);
        var loginLoop = new AtomicReference<Executor>();
        FrameHandler handler = (connection, frame, slot) -> {
            handling.countDown();
            awaitQuietly(closes);
            connection.loggedIn();
            loginLoop.get().execute(() -> awaitQuietly(drains));
            Frames.echo(connection, frame, slot);
        };
        var config = new ServerConfig(listener(Protocol.SASL_PLAINTEXT, null, new AtomicInteger()))
                .withNetworkThreads(1)
                .withDrainMax(Duration.ofMinutes(5));
        NetworkServer server = serve(config, handler);
        loginLoop.set(server.loops().getLast());
        RawClient client = connect(server).send(Frames.number(LOGIN));
        handling.await();
        Thread closing = Thread.ofPlatform().start(server::close);
        Await.until("the listener closes", () -> closing.getState() == Thread.State.WAITING);
        closes.countDown();
        Await.until("the others drain", () -> closing.getState() == Thread.State.TIMED_WAITING);
        var drained = new CountDownLatch(1);
        server.loops().getFirst().execute(drained::countDown);
        drained.await();
        drains.countDown();
        assertThat(closing.join(Duration.ofSeconds(60))).isTrue();
        assertThat(Frames.number(client.receive())).isEqualTo(LOGIN);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Connection> connections(NetworkServer server) {
        var found = new ArrayList<Connection>();
        server.visitConnections((connection, _) -> found.add(connection));
        return found;
    }

    @Test
    void theServerClosesWhileClientsLogIn() throws Exception {
        for (int round = 0; round < CLIENTS; round++) {
            NetworkServer server = serve(Protocol.SASL_PLAINTEXT, true, new Logins());
            for (int i = 0; i < 5; i++) connect(server).send(Frames.number(LOGIN), Frames.number(i));
            server.close();
            assertThat(server.counters().active()).isZero();
            closeAll();
        }
    }
}
