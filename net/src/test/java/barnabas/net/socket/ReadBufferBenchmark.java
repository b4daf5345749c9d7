package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ServerConfig;
import barnabas.net.SocketOptions;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/// CPU time of the event loops per GB of 16 KB requests, by size of the read buffer and number of connections. The
/// handler does what a broker has to: a CRC over the bytes, an append to the page cache, a short acknowledgement.
///
/// Run with the test class path: `java -cp ... barnabas.net.socket.ReadBufferBenchmark [MB per run] [rounds]`; system
/// properties `frame.bytes`, `in.flight`, `receive.buffer.bytes`.
public final class ReadBufferBenchmark {
    private static final int FRAME_BYTES = Integer.getInteger("frame.bytes", 16 << 10);
    private static final int IN_FLIGHT = Integer.getInteger("in.flight", 5);
    private static final int RECEIVE_BUFFER_BYTES = Integer.getInteger("receive.buffer.bytes", 102_400);
    private static final int FILE_BYTES_MAX = 256 << 20;

    private ReadBufferBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        long megabytes = arguments.length > 0 ? Long.parseLong(arguments[0]) : 1_000;
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        int[] sizes = {32 << 10, 64 << 10, 128 << 10, 256 << 10, 1024 << 10};
        for (int connections : new int[] {1, 8, 64}) {
            double[][] millis = new double[sizes.length][rounds];
            for (int round = -1; round < rounds; round++) {
                for (int i = 0; i < sizes.length; i++) {
                    double result = run(sizes[i], connections, round < 0 ? 200 : megabytes);
                    if (round >= 0) millis[i][round] = result;
                }
            }
            for (int i = 0; i < sizes.length; i++) {
                Arrays.sort(millis[i]);
                System.out.printf(
                        "%3d connections, read buffer %4d KB: %5.0f ms CPU per GB (%.0f to %.0f)%n",
                        connections, sizes[i] >> 10, millis[i][rounds / 2], millis[i][0], millis[i][rounds - 1]);
            }
        }
    }

    private static double run(int readBufferBytes, int connections, long megabytes) throws Exception {
        Path path = Files.createTempFile("read-buffer", ".log");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            var position = new AtomicLong();
            var config = new ServerConfig(new ListenerConfig("BENCH", "127.0.0.1", 0))
                    .withNetworkThreads(2)
                    .with(new SocketOptions(100, -1, RECEIVE_BUFFER_BYTES, readBufferBytes, true));
            FrameHandler handler = (_, frame, slot) -> {
                var crc = new CRC32C();
                crc.update(frame.duplicate());
                int length = frame.remaining();
                file.write(frame, position.getAndAdd(length) % FILE_BYTES_MAX);
                ReplyBuffer buffer = slot.allocate(60);
                buffer.bytes().putLong(crc.getValue());
                slot.send(new Reply(buffer));
            };
            try (NetworkServer server = NetworkServer.start(config, handler, Clock.SYSTEM, Threads.SYSTEM)) {
                long before = loopNanos();
                long frames = (megabytes << 20) / FRAME_BYTES / connections;
                List<Thread> clients = new ArrayList<>();
                for (int i = 0; i < connections; i++) {
                    clients.add(Thread.ofPlatform().start(() -> send(server.port("BENCH"), frames)));
                }
                for (Thread client : clients) client.join();
                double gigabytes = frames * connections * (double) FRAME_BYTES / (1 << 30);
                return (loopNanos() - before) / 1e6 / gigabytes;
            }
        } finally {
            Files.delete(path);
        }
    }

    private static void send(int port, long frames) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            var in = new DataInputStream(socket.getInputStream());
            byte[] request =
                    ByteBuffer.allocate(4 + FRAME_BYTES).putInt(FRAME_BYTES).array();
            byte[] reply = new byte[64];
            for (long sent = 0, answered = 0; answered < frames; ) {
                if (sent < frames && sent - answered < IN_FLIGHT) {
                    socket.getOutputStream().write(request);
                    sent++;
                } else {
                    in.readFully(reply);
                    answered++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long loopNanos() {
        var threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (info != null && info.getThreadName().startsWith("barnabas-net")) {
                nanos += Math.max(0, threads.getThreadCpuTime(info.getThreadId()));
            }
        }
        return nanos;
    }
}
