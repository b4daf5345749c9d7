package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.net.Network.Reachability;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Probes of addresses of this host.
class ProbeTest {
    private static final int MILLIS_MAX = 5_000;

    private final SocketNetwork network = new SocketNetwork(Clock.SYSTEM, Threads.SYSTEM, new SplittableRandom(1));

    @Test
    void aListenerAcceptsAndAClosedOneRefuses() throws IOException {
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        int port;
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = listener.getLocalPort();
            assertThat(network.probe(host, port, MILLIS_MAX)).isEqualTo(Reachability.ACCEPTED);
        }
        assertThat(network.probe(host, port, MILLIS_MAX)).isEqualTo(Reachability.REFUSED);
    }

    @Test
    void anUnknownNameIsNoRefusal() {
        assertThat(network.probe("no such host", 9092, MILLIS_MAX)).isEqualTo(Reachability.UNKNOWN);
    }
}
