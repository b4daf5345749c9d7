package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ApiVersionsRequest;
import barnabas.protocol.message.ApiVersionsResponse;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Each API key, known or not, in each version from below its range to beyond it, with bodies of random bytes: whatever
/// the broker makes of it, the connection of a client that has left ends, and the next client is served.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class OddVersionsTest {
    private static final int KEYS = 100;
    private static final int VERSIONS = 20;
    private static final int BODY_BYTES_MAX = 60;

    @TempDir
    Path data;

    @Test
    void everyKeyInEveryVersionLeavesTheBrokerServing() throws Exception {
        var random = new SplittableRandom(20);
        try (Barnabas broker = Barnabas.start(
                Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString(), "node.id", "1"))) {
            for (int key = -1; key < KEYS; key++) {
                for (int version : versions()) ask(broker, key, version, random);
                serves(broker);
            }
        }
    }

    private static List<Integer> versions() {
        var versions = new ArrayList<Integer>();
        for (int version = -1; version < VERSIONS; version++) versions.add(version);
        versions.add((int) Short.MIN_VALUE);
        versions.add((int) Short.MAX_VALUE);
        return versions;
    }

    private static void ask(Barnabas broker, int key, int version, SplittableRandom random) throws IOException {
        byte[] body = new byte[random.nextInt(BODY_BYTES_MAX)];
        // Mostly small numbers, so that lengths and counts fit and the decoders get further.
        for (int i = 0; i < body.length; i++)
            body[i] = (byte) (random.nextInt(3) == 0 ? random.nextInt() : random.nextInt(3));
        ByteBuffer frame = ByteBuffer.allocate(14 + body.length);
        frame.putInt(10 + body.length)
                .putShort((short) key)
                .putShort((short) version)
                .putInt(3)
                .putShort((short) -1)
                .put(body);
        try (Socket socket = RawRequests.connect(broker)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(frame.array());
            socket.shutdownOutput();
            var _ = socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            // The end that was expected, with bytes left unread.
            return;
        }
    }

    private static void serves(Barnabas broker) throws IOException {
        try (Socket socket = RawRequests.connect(broker)) {
            RawRequests.send(
                    socket, ApiKey.API_VERSIONS, 0, ApiVersionsRequest.builder().build());
            var versions = (ApiVersionsResponse) RawRequests.receive(socket, ApiKey.API_VERSIONS, 0);
            assertThat(versions.errorCode()).isZero();
        }
    }
}
