package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.net.CloseReason;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlice;
import barnabas.net.ReplySlot;
import barnabas.net.SocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/// Replies with parts of files, sent by the operating system or, for files without a channel, piece by piece.
@ParameterizedClass(name = "native transport {0}, channel {1}, TLS {2}")
@CsvSource({
    "true, true, false",
    "true, false, false",
    "false, true, false",
    "false, false, false",
    "true, true, true",
    "false, false, true"
})
class FileReplyTest extends NetworkTest {
    @Parameter(0)
    boolean nativeTransport;

    @Parameter(1)
    boolean channel;

    @Parameter(2)
    boolean tls;

    @BeforeEach
    void encryptIfAsked() {
        if (tls) encrypt();
    }

    private final AtomicInteger released = new AtomicInteger();

    private NetworkServer serve(TestFile file, FrameHandlerOf handler) throws IOException {
        TestFile served = channel ? file : file.withoutChannel();
        return serve(
                config().with(new SocketOptions(50, -1, -1, 128 << 10, nativeTransport)),
                (_, frame, slot) -> handler.handle(served, frame, slot));
    }

    private interface FrameHandlerOf {
        void handle(TestFile file, ByteBuffer frame, ReplySlot slot);
    }

    private TestFile file(int size) throws IOException {
        return closeLater(TestFile.random(size, size));
    }

    private ReplySlice slice(TestFile file, int position, int size) {
        return file.slice(position, size, released::incrementAndGet);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 65_536, 131_072, 131_073, 20_000_000})
    void aSliceBetweenBytes(int size) throws IOException {
        TestFile file = file(size + 10);
        NetworkServer server = serve(file, (served, frame, slot) -> {
            ReplyBuffer buffer = slot.allocate(8);
            buffer.bytes().putLong(0x1122334455667788L);
            slot.send(new Reply(buffer, List.of(new Reply.Splice(5, slice(served, 3, size)))));
        });
        RawClient client = connect(server);
        for (int round = 1; round <= 2; round++) {
            byte[] reply = client.send(new byte[] {1}).receive();
            assertThat(reply)
                    .hasSize(size + 8)
                    .startsWith(0x11, 0x22, 0x33, 0x44, 0x55)
                    .endsWith(0x66, 0x77, 0x88);
            assertThat(java.util.Arrays.equals(reply, 5, 5 + size, file.content(), 3, 3 + size))
                    .isTrue();
            int times = round;
            Await.until("released", () -> released.get() == times);
        }
        assertThat(server.counters().bytesOut()).isEqualTo(2L * (4 + 8 + size));
    }

    /// Buffers, files and memory in random places and sizes, empty ones too, some answered later.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomSplices(long seed) throws IOException {
        TestFile file = file(500_000);
        var random = new Random(seed);
        List<byte[]> expected = new ArrayList<>();
        var slices = new AtomicInteger();
        NetworkServer server = serve(file, (served, frame, slot) -> {
            byte[] bytes = Frames.random(random.nextLong(), random.nextInt(2_000));
            List<Reply.Splice> splices = new ArrayList<>();
            var whole = new ByteArrayOutputStream();
            int at = 0;
            for (int i = random.nextInt(20); i > 0; i--) {
                int next = at + (random.nextBoolean() ? 0 : random.nextInt(bytes.length - at + 1));
                whole.write(bytes, at, next - at);
                at = next;
                int size = random.nextInt(4) == 0 ? 0 : random.nextInt(250_000);
                int position = random.nextInt(200_000);
                byte[] content = file.bytes(position, position + size);
                whole.writeBytes(content);
                ReplySlice slice = random.nextBoolean()
                        ? slice(served, position, size)
                        : new ReplySlice.MemorySlice(ByteBuffer.wrap(content), released::incrementAndGet);
                slices.incrementAndGet();
                splices.add(new Reply.Splice(at, slice));
            }
            whole.write(bytes, at, bytes.length - at);
            synchronized (expected) {
                expected.add(whole.toByteArray());
            }
            ReplyBuffer buffer = slot.allocate(bytes.length);
            buffer.bytes().put(bytes);
            if (random.nextBoolean()) slot.send(new Reply(buffer, splices));
            else Thread.ofVirtual().start(() -> slot.send(new Reply(buffer, splices)));
        });
        RawClient client = connect(server);
        byte[][] requests = new byte[100][];
        for (int i = 0; i < requests.length; i++) requests[i] = Frames.number(i);
        client.send(requests);
        for (int i = 0; i < requests.length; i++) {
            byte[] reply = client.receive();
            synchronized (expected) {
                assertThat(reply).as("seed " + seed + ", reply " + i).isEqualTo(expected.get(i));
            }
        }
        Await.until("released", () -> released.get() == slices.get());
        awaitNothingHeld(server);
    }

    /// Whether the slice is copied or sent.
    @ParameterizedTest
    @ValueSource(ints = {600_000, 100_000})
    void aFileThatEndsEarlyClosesTheConnection(int size) throws IOException {
        int position = 1_000_000 - size / 2;
        TestFile file = file(1_000_000);
        NetworkServer server = serve(
                file,
                (served, frame, slot) -> slot.send(
                        new Reply(slot.allocate(4), List.of(new Reply.Splice(4, slice(served, position, size))))));
        RawClient client = connect(server);
        assertThat(client.send(new byte[] {1}).receiveUntilClosed()).isLessThanOrEqualTo(4 + 4 + size / 2);
        awaitClosed(server, CloseReason.REPLY_FAILED, 1);
        assertThat(released).hasValue(1);
        assertThat(CapturedLog.lines(Level.ERROR))
                .singleElement()
                .asString()
                .contains("file ends before " + (position + size));
    }

    @Test
    void aClientThatLeavesInTheMiddleReleasesEverything() throws IOException {
        TestFile file = file(5_000_000);
        NetworkServer server = serve(
                file,
                (served, frame, slot) -> slot.send(new Reply(
                        slot.allocate(4),
                        List.of(
                                new Reply.Splice(0, slice(served, 0, 5_000_000)),
                                new Reply.Splice(4, slice(served, 0, 5_000_000))))));
        try (var client = connectSlow(server)) {
            client.send(new byte[] {1});
            Await.until("blocked", () -> server.counters().unsentReplyBytes() > 1_000_000);
            client.reset();
        }
        Await.until("released", () -> released.get() == 2);
        Await.until("gone", () -> server.counters().active() == 0);
        assertThat(server.counters().closed().keySet())
                .isSubsetOf(CloseReason.CLIENT_CLOSED, CloseReason.CONNECTION_LOST);
        awaitNothingHeld(server);
    }

    @Test
    void splicesAreInOrderAndInsideTheBuffer() throws IOException {
        TestFile file = file(10);
        NetworkServer server = serve(file, (served, frame, slot) -> {
            ReplyBuffer buffer = slot.allocate(4);
            assertThatThrownBy(() -> new Reply(buffer, List.of(new Reply.Splice(5, slice(served, 0, 1)))))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Reply(
                            buffer,
                            List.of(
                                    new Reply.Splice(3, slice(served, 0, 1)),
                                    new Reply.Splice(2, slice(served, 0, 1)))))
                    .isInstanceOf(IllegalArgumentException.class);
            buffer.discard();
            slot.sendNothing();
        });
        RawClient client = connect(server);
        client.send(new byte[] {1}).close();
        awaitClosed(server, CloseReason.CLIENT_CLOSED, 1);
        assertThat(CapturedLog.lines(Level.ERROR)).isEmpty();
        awaitNothingHeld(server);
    }
}
