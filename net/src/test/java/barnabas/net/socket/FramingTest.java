package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.net.CloseReason;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames out of bytes, on both transports.
@ParameterizedClass(name = "native transport {0}")
@ValueSource(booleans = {true, false})
class FramingTest extends NetworkTest {
    @Parameter
    boolean nativeTransport;

    private ServerConfig onTransport() {
        return config().with(new SocketOptions(50, -1, -1, 128 << 10, nativeTransport));
    }

    private NetworkServer echo() throws IOException {
        return serve(onTransport(), Frames::echo);
    }

    @Test
    void aFrameByteByByte() throws IOException {
        NetworkServer server = echo();
        RawClient client = connect(server);
        byte[] frame = Frames.random(1, 300);
        for (byte b : RawClient.framed(frame)) client.sendRaw(b);
        assertThat(client.receive()).isEqualTo(frame);
        assertThat(server.counters().requests()).isEqualTo(1);
    }

    @Test
    void manyFramesInOneWrite() throws IOException {
        RawClient client = connect(echo());
        byte[][] frames = new byte[5_000][];
        for (int i = 0; i < frames.length; i++) frames[i] = Frames.random(i, 1 + i % 100);
        client.send(frames);
        for (byte[] frame : frames) assertThat(client.receive()).isEqualTo(frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {131_067, 131_068, 131_069, 131_072, 200_000, 5_000_000})
    void aFrameAroundAndBeyondTheReadBuffer(int length) throws IOException {
        NetworkServer server = echo();
        RawClient client = connect(server);
        byte[] frame = Frames.random(length, length);
        byte[] next = Frames.random(2, 10);
        client.send(frame, next);
        assertThat(client.receive()).isEqualTo(frame);
        assertThat(client.receive()).isEqualTo(next);
        awaitNothingHeld(server);
        assertThat(server.counters().bytesIn()).isEqualTo(length + 4 + 14);
        assertThat(server.counters().bytesOut()).isEqualTo(length + 4 + 14);
    }

    /// Frames of all sizes cut at random places come out whole and in order.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void randomFramesCutAtRandomPlaces(long seed) throws Exception {
        NetworkServer server =
                serve(onTransport().with(new SocketOptions(50, -1, -1, 4096, nativeTransport)), Frames::echo);
        RawClient client = connect(server);
        var random = new Random(seed);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int length = random.nextInt(20) == 0 ? 1 + random.nextInt(300_000) : 1 + random.nextInt(6_000);
            frames.add(Frames.random(random.nextLong(), length));
        }
        byte[] stream = RawClient.framed(frames.toArray(byte[][]::new));
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                for (int at = 0; at < stream.length; ) {
                    int length = Math.min(stream.length - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 50_000));
                    client.sendRaw(java.util.Arrays.copyOfRange(stream, at, at + length));
                    at += length;
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (byte[] frame : frames)
            assertThat(client.receive()).as("seed " + seed).isEqualTo(frame);
        sender.join();
        awaitNothingHeld(server);
    }

    @ParameterizedTest
    @CsvSource({
        "0, FRAME_SIZE_INVALID",
        "-1, FRAME_SIZE_INVALID",
        "-2147483648, FRAME_SIZE_INVALID",
        "104857601, FRAME_TOO_LARGE",
        "2147483647, FRAME_TOO_LARGE"
    })
    void anImpossibleSizeClosesOnlyItsConnection(int size, CloseReason reason) throws IOException {
        NetworkServer server = echo();
        RawClient other = connect(server);
        RawClient client = connect(server);
        client.send(Frames.number(7)).sendRaw(Frames.number(size));
        assertThat(Frames.number(client.receive())).isEqualTo(7);
        assertThat(client.receiveUntilClosed()).isZero();
        awaitClosed(server, reason, 1);
        assertThat(Frames.number(other.send(Frames.number(8)).receive())).isEqualTo(8);
        assertThat(CapturedLog.lines(org.slf4j.event.Level.DEBUG))
                .singleElement()
                .asString()
                .contains(
                        reason.text(),
                        "frame of " + size + " bytes",
                        client.localAddress().toString());
    }

    @Test
    void aTlsHandshakeAndAnHttpRequestAreNamed() throws IOException {
        NetworkServer server = echo();
        connect(server).sendRaw(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, (byte) 0xFC, 0x03});
        awaitClosed(server, CloseReason.TLS_ON_PLAIN_PORT, 1);
        for (String start : List.of("GET / HTTP/1.1\r\n\r\n", "POST /x HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n")) {
            connect(server).sendRaw(start.getBytes(StandardCharsets.US_ASCII));
        }
        awaitClosed(server, CloseReason.HTTP_ON_PLAIN_PORT, 3);
        assertThat(server.counters().requests()).isZero();
    }

    @Test
    void anAnnouncedFrameCostsOnlyWhatArrives() throws IOException {
        NetworkServer server = echo();
        RawClient client = connect(server);
        client.sendRaw(Frames.number(104_857_600)).sendRaw(new byte[3_000]);
        Await.until("arrived", () -> server.counters().bytesIn() == 3_004);
        Await.until("held", () -> server.counters().heldRequestBytes() > 0);
        assertThat(server.counters().heldRequestBytes()).isLessThan(4 * 3_004 + 1024);
        client.close();
        awaitNothingHeld(server);
        awaitClosed(server, CloseReason.CLIENT_CLOSED, 1);
    }

    /// Random bytes: whatever they make the server believe, it closes or waits, and others are served.
    @Test
    void garbage() throws IOException {
        NetworkServer server =
                serve(onTransport().with(limits(1_000_000, 100, 1 << 20, 1 << 20)), (_, frame, reply) -> {
                    if (frame.get(0) % 3 == 0) reply.closeConnection(CloseReason.MALFORMED_REQUEST, "garbage");
                    else reply.sendNothing();
                });
        int connections = 200;
        for (int i = 0; i < connections; i++) {
            try (RawClient client = new RawClient(server.address(LISTENER))) {
                client.sendRaw(Frames.random(i, 1 + i * 50));
            } catch (IOException e) {
                // closed by the server in the middle of it, as it should be
            }
        }
        Await.until(
                "all gone",
                () -> server.counters().closed().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()
                        == connections);
        assertThat(server.counters().accepted()).isEqualTo(connections);
        awaitNothingHeld(server);
        RawClient client = connect(server);
        client.send(new byte[] {1});
        Await.until("served", () -> server.counters().requests() > 0);
        assertThat(CapturedLog.lines(org.slf4j.event.Level.ERROR)).isEmpty();
    }

    @Test
    void aKeptFrameOutlivesItsHandling() throws IOException {
        NetworkServer server = serve(onTransport(), (_, frame, reply) -> {
            var kept = reply.keepFrame();
            Thread.ofVirtual().start(() -> Frames.echo(reply.connection(), kept, reply));
        });
        RawClient client = connect(server);
        byte[][] frames = new byte[200][];
        for (int i = 0; i < frames.length; i++) frames[i] = Frames.random(i, i % 40 == 0 ? 400_000 : 1 + i * 10);
        Thread.ofVirtual().start(() -> {
            try {
                client.send(frames);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (byte[] frame : frames) assertThat(client.receive()).isEqualTo(frame);
        awaitNothingHeld(server);
    }
}
