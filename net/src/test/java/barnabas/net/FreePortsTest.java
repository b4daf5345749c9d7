package barnabas.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {
    @Test
    void portsDifferAndAreNotOfConnections() throws IOException {
        var seen = new HashSet<Integer>();
        for (int i = 0; i < 20; i++) {
            List<Integer> ports = FreePorts.choose(6);
            assertThat(ports).hasSize(6).allMatch(port -> port >= 20_000 && port < 32_000);
            assertThat(seen.addAll(ports)).isTrue();
        }
        assertThat(seen).hasSize(120);
    }

    @Test
    void takenPortsAreLeftOut() throws IOException {
        int first = FreePorts.choose(1).getFirst();
        while (!FreePorts.isFree(first + 1)) first = FreePorts.choose(1).getFirst();
        // the next one to be tried
        try (var taken = new ServerSocket(first + 1, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePorts.isFree(taken.getLocalPort())).isFalse();
            assertThat(FreePorts.choose(3)).doesNotContain(first, first + 1);
        }
    }
}
