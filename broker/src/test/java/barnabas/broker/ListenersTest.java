package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ListenersTest {
    /// As the `server.properties` that comes with Apache Kafka has them.
    @Test
    void anAdvertisedControllerListenerIsNotForClients(@TempDir Path data) throws Exception {
        try (var broker = Barnabas.start(Map.of(
                        "node.id", "1",
                        "process.roles", "broker,controller",
                        "listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
                        "advertised.listeners", "PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
                        "controller.listener.names", "CONTROLLER",
                        "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                        "log.dirs", data.toString()));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            var nodes = admin.describeCluster().nodes().get();
            assertThat(nodes)
                    .singleElement()
                    .satisfies(
                            node -> assertThat(node.host() + ":" + node.port()).isEqualTo(broker.bootstrapServers()));
        }
    }

    /// Nothing may be opened or written before the start is refused.
    @Test
    void aListenerThatPromisesEncryptionIsNotServedInPlainText(@TempDir Path data) {
        Path logs = data.resolve("logs");
        assertThatThrownBy(() -> Barnabas.start(
                        Map.of("node.id", "1", "listeners", "SSL://127.0.0.1:0", "log.dirs", logs.toString())))
                .isInstanceOf(StartFailure.class)
                .hasMessage(
                        "Listener SSL: no key: ssl.keystore.location, or ssl.keystore.key and ssl.keystore.certificate.chain,"
                                + " must be set");
        assertThat(logs).doesNotExist();
    }

    @Test
    void theReadyAddressCanBeUsed(@TempDir Path data) throws Exception {
        try (var broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://[::1]:0", "log.dirs", data.toString()))) {
            assertThat(broker.bootstrapServers()).matches("\\[::1]:\\d+");
        }
    }

    @Test
    void everyInterfaceIsNoAddressToAdvertise(@TempDir Path data) {
        assertThatThrownBy(
                        () -> Barnabas.start(Map.of("listeners", "PLAINTEXT://0.0.0.0:0", "log.dirs", data.toString())))
                .hasMessage("advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP"
                        + " address.");
    }
}
