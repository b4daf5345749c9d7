package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.FrameHandler;
import barnabas.net.ListenerConfig;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ServerConfig;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;

/// CPU time and latency of replies with one slice of a file between a few bytes, by size of the slice: whether small
/// slices are better copied than sent by the operating system.
///
/// Run with the test class path: `java -cp ... barnabas.net.socket.FileReplyBenchmark [replies per run]`
public final class FileReplyBenchmark {
    private FileReplyBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int replies = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        try (TestFile file = TestFile.random(1, 8 << 20)) {
            FrameHandler handler = (_, frame, slot) -> {
                ReplyBuffer buffer = slot.allocate(110);
                var slice = file.slice(frame.getInt(0) & 0xFFFFF, frame.getInt(4), () -> {});
                slot.send(new Reply(buffer, List.of(new Reply.Splice(100, slice))));
            };
            var config = new ServerConfig(new ListenerConfig("BENCH", "127.0.0.1", 0)).withNetworkThreads(1);
            try (NetworkServer server = NetworkServer.start(config, handler, Clock.SYSTEM, Threads.SYSTEM);
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port("BENCH"))) {
                socket.setTcpNoDelay(true);
                for (int size : new int[] {1_000, 4_000, 16_000, 32_000, 64_000, 128_000, 256_000, 1_000_000}) {
                    run(socket, size, replies / 4);
                    double[] micros = new double[5];
                    for (int i = 0; i < micros.length; i++) micros[i] = run(socket, size, replies);
                    Arrays.sort(micros);
                    System.out.printf(
                            "%7d bytes: %6.1f us CPU per reply (%.1f to %.1f)%n",
                            size, micros[2], micros[0], micros[4]);
                }
            }
        }
    }

    private static double run(Socket socket, int size, int replies) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        byte[] reply = new byte[size + 114];
        long before = ReadBufferBenchmark.loopNanos();
        for (int i = 0; i < replies; i++) {
            byte[] request = RawClient.framed(java.nio.ByteBuffer.allocate(8)
                    .putInt(i * 4096)
                    .putInt(size)
                    .array());
            socket.getOutputStream().write(request);
            in.readFully(reply);
        }
        return (ReadBufferBenchmark.loopNanos() - before) / 1e3 / replies;
    }
}
