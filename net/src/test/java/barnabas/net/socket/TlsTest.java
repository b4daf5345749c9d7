package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.ReplySlot;
import barnabas.net.ServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/// Encrypted listeners: handshakes, certificates, and clients that break or hold up theirs.
class TlsTest extends NetworkTest {
    private static final int HELLO_BYTES = 5;

    @BeforeEach
    void encryptAll() {
        encrypt();
    }

    private static ServerConfig config(TlsPair pair, int threads) {
        return new ServerConfig(new ListenerConfig(
                        LISTENER, ListenerConfig.Protocol.SSL, "127.0.0.1", 0, pair.server()::serverEngine))
                .withNetworkThreads(threads);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void framesOfAllSizes(String version) throws IOException {
        TlsPair pair = TlsPair.with(Map.of("ssl.enabled.protocols", version));
        NetworkServer server = serve(config(pair, 2), Frames::echo);
        RawClient client = closeLater(new RawClient(server.address(LISTENER), 0, pair));
        for (int size : new int[] {1, 100, 16_383, 16_384, 16_385, 70_000, 5_000_000}) {
            byte[] frame = Frames.random(size, size);
            assertThat(Arrays.equals(client.send(frame).receive(), frame)).isTrue();
        }
        byte[][] many = new byte[500][];
        for (int i = 0; i < many.length; i++) many[i] = Frames.number(i);
        client.send(many);
        for (int i = 0; i < many.length; i++)
            assertThat(Frames.number(client.receive())).isEqualTo(i);
    }

    @ParameterizedTest
    @CsvSource({"none,", "requested,'CN=alice,O=sales'", "required,'CN=alice,O=sales'"})
    void theHandlerSeesTheNameOfTheCertificate(String clientAuth, String name) throws IOException {
        TlsPair pair = TlsPair.with(Map.of("ssl.client.auth", clientAuth));
        var names = new ConcurrentLinkedQueue<String>();
        var handler = new ScriptedNames(names);
        NetworkServer server = serve(config(pair, 1), handler);
        closeLater(new RawClient(server.address(LISTENER), 0, pair))
                .send(Frames.number(1))
                .receive();
        assertThat(names).containsExactly(String.valueOf(name));
    }

    /// All of the subject is the name, and nothing else of the certificate.
    @ParameterizedTest
    @ValueSource(strings = {"CN=bob,CN=admin", "CN=admin,CN=bob", "CN=bob\\,CN\\=admin", "CN=bob"})
    void aSecondNameOfACertificateStandsBesideTheFirst(String name) throws IOException {
        TlsPair pair = TlsPair.with(Map.of("ssl.client.auth", "required"), name, "admin", "127.0.0.1");
        var names = new ConcurrentLinkedQueue<String>();
        NetworkServer server = serve(config(pair, 1), new ScriptedNames(names));
        closeLater(new RawClient(server.address(LISTENER), 0, pair))
                .send(Frames.number(1))
                .receive();
        assertThat(names).hasSize(1);
        assertThat(new X500Principal(names.remove())).isEqualTo(new X500Principal(name));
    }

    private record ScriptedNames(ConcurrentLinkedQueue<String> names) implements FrameHandler {
        @Override
        public void opened(Connection connection) {
            names.add(String.valueOf(connection.peerName()));
        }

        @Override
        public void handle(Connection connection, ByteBuffer frame, ReplySlot reply) {
            Frames.echo(connection, frame, reply);
        }
    }

    @Test
    void bytesThatAreNoTlsCostTheirConnectionOnly() throws IOException {
        NetworkServer server = serve(Frames::echo);
        RawClient good = connect(server);
        var random = new Random(7);
        List<byte[]> garbage = new ArrayList<>(List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                RawClient.framed(Frames.number(1)),
                new byte[] {0x16, 3, 1, 0x40, 0, 1, 0, 0, 0},
                new byte[] {0x16, 3, 3, 0, 4, 2, 0, 0, 0},
                new byte[] {0x17, 3, 3, 0, 2, 1, 1}));
        for (int i = 0; i < 100; i++) {
            byte[] bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            if (i % 2 == 0) System.arraycopy(new byte[] {0x16, 3, 1}, 0, bytes, 0, Math.min(3, bytes.length));
            garbage.add(bytes);
        }
        for (byte[] each : garbage) {
            var client = new RawClient(server.address(LISTENER));
            client.sendRaw(each).shutdownOutput();
            client.receiveUntilClosed();
            client.close();
            assertThat(Frames.number(good.send(Frames.number(9)).receive())).isEqualTo(9);
        }
        Await.until("gone", () -> server.counters().active() == 1);
        assertThat(server.counters().closed(CloseReason.TLS_FAILED)).isPositive();
        assertThat(server.counters().closed(CloseReason.HANDLER_FAILED)).isZero();
        assertThat(CapturedLog.lines(Level.ERROR)).isEmpty();
    }

    /// The oldest of too many open handshakes makes room, so that clients with a handshake of milliseconds get in.
    @Test
    void openHandshakesKeepNoClientOut() throws IOException {
        NetworkServer server = serve(config(TlsPair.SHARED, 1), Frames::echo);
        var held = new ArrayList<RawClient>();
        for (int i = 0; i < TlsGate.Handshakes.MAX + 20; i++) {
            RawClient half = closeLater(new RawClient(server.address(LISTENER)));
            half.sendRaw((byte) 0x16, (byte) 3, (byte) 1);
            held.add(half);
        }
        RawClient good = connect(server);
        assertThat(Frames.number(good.send(Frames.number(3)).receive())).isEqualTo(3);
        awaitClosed(server, CloseReason.TLS_FAILED, 21);
        assertThat(server.counters().active()).isEqualTo(TlsGate.Handshakes.MAX);
        for (RawClient each : held.subList(0, 20))
            assertThat(each.receiveUntilClosed()).isLessThan(100);
    }

    /// After a handshake in order.
    @Test
    void aDamagedRecordCostsItsConnectionOnly() throws Exception {
        NetworkServer server = serve(Frames::echo);
        var plain = new Socket();
        plain.connect(server.address(LISTENER));
        InetSocketAddress address = server.address(LISTENER);
        var socket = TlsPair.SHARED.client().clientSocket(plain, "127.0.0.1", address.getPort());
        socket.startHandshake();
        plain.getOutputStream().write(new byte[] {0x17, 3, 3, 0, HELLO_BYTES, 1, 2, 3, 4, 5});
        awaitClosed(server, CloseReason.TLS_FAILED, 1);
        plain.close();
    }

    @Test
    void repliesInFlightAreSentWhenTheServerCloses() throws Exception {
        var slot = new AtomicReference<ReplySlot>();
        NetworkServer server = serve((_, _, waiting) -> slot.set(waiting));
        RawClient client = connect(server);
        client.send(Frames.number(1));
        Await.until("asked", () -> slot.get() != null);
        Thread closing = Thread.ofVirtual().start(server::close);
        byte[] reply = Frames.random(1, 3_000_000);
        Frames.reply(slot.get(), reply);
        assertThat(Arrays.equals(client.receive(), reply)).isTrue();
        assertThat(client.receiveUntilClosed()).isZero();
        closing.join();
    }

    @Test
    void anOpenHandshakeDoesNotDelayTheEnd() throws Exception {
        NetworkServer server = serve(Frames::echo);
        RawClient half = closeLater(new RawClient(server.address(LISTENER)));
        half.sendRaw((byte) 0x16);
        Await.until("accepted", () -> server.counters().active() == 1);
        long begun = System.nanoTime();
        server.close();
        assertThat(System.nanoTime() - begun).isLessThan(4_000_000_000L);
        half.receiveUntilClosed();
    }
}
