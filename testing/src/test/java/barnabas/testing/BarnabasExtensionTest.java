package barnabas.testing;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BarnabasExtensionTest {
    @RegisterExtension
    static final BarnabasExtension SHARED = new BarnabasExtension();

    @RegisterExtension
    final BarnabasExtension own = new BarnabasExtension();

    @Test
    void bothRunAndAreDifferent() throws IOException {
        assertThat(own.bootstrapServers()).isNotEqualTo(SHARED.bootstrapServers());
        assertThat(own.broker().clusterId()).isNotEqualTo(SHARED.broker().clusterId());
        reach(own.broker());
        reach(SHARED.broker());
    }

    private static void reach(Barnabas broker) throws IOException {
        try (var socket =
                new Socket(broker.address().getAddress(), broker.address().getPort())) {
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
