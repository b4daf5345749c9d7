package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Alterations of keys and trusted certificates that listeners cannot use.
@Timeout(120)
class AlteredKeysTest {
    private static final String SECRET = "secret-of-the-store";

    @TempDir
    private Path folder;

    private final Map<String, String> settings = new HashMap<>();
    private Path trust;

    @BeforeEach
    void issueKeys() throws Exception {
        TestAuthority authority = new TestAuthority("ca");
        Path keys = authority
                .issue("CN=broker", Duration.ofDays(365), "127.0.0.1")
                .store(folder.resolve("keys.p12"), "PKCS12", SECRET);
        trust = authority.store(folder.resolve("trust.p12"), "PKCS12", SECRET);
        settings.putAll(TlsListenersTest.settings(folder, keys, trust, SECRET));
    }

    private static Admin admin(Barnabas broker) {
        return Admin.create(Map.of(
                "bootstrap.servers", "127.0.0.1:" + broker.address("PLAINTEXT").getPort()));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            listener.name.ssl.ssl.keystore.location, /none/such.p12
            listener.name.ssl.ssl.keystore.password, wrong
            listener.name.ssl.ssl.truststore.location, /none/such.p12
            listener.name.ssl.ssl.truststore.location, ''
            listener.name.ssl.ssl.truststore.type, NONE
            listener.name.ssl.ssl.enabled.protocols, TLSv1.1
            ssl.cipher.suites, NONE
            """)
    void keysThatCannotBeUsedAreNotStored(String name, String value) throws Exception {
        try (var broker = Barnabas.start(settings);
                var admin = admin(broker)) {
            var resource = new ConfigResource(ConfigResource.Type.BROKER, "1");
            Collection<AlterConfigOp> change =
                    List.of(new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET));
            assertThatThrownBy(() -> admin.incrementalAlterConfigs(Map.of(resource, change))
                            .all()
                            .get())
                    .hasCauseInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("those before stay");
            assertThat(admin.describeConfigs(List.of(resource))
                            .all()
                            .get()
                            .get(resource)
                            .entries())
                    .noneMatch(each -> each.source() == ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG);
        }
    }

    /// Those of the file would ask for no certificate.
    @Test
    void aStartWithAlteredKeysThatAreGoneIsRefused() throws Exception {
        Path other = folder.resolve("other.p12");
        Files.copy(trust, other);
        try (var broker = Barnabas.start(settings);
                var admin = admin(broker)) {
            Collection<AlterConfigOp> change = List.of(
                    new AlterConfigOp(
                            new ConfigEntry("listener.name.ssl.ssl.truststore.location", other.toString()),
                            AlterConfigOp.OpType.SET),
                    new AlterConfigOp(
                            new ConfigEntry("listener.name.ssl.ssl.client.auth", "required"),
                            AlterConfigOp.OpType.SET));
            admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, "1"), change))
                    .all()
                    .get();
        }
        Files.delete(other);
        assertThatThrownBy(() -> Barnabas.start(settings)).hasMessageContaining(other.toString());
    }
}
