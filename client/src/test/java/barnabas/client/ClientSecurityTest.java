package barnabas.client;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.FileDisk;
import barnabas.base.security.SecuritySettingException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Client settings that would end in a connection with less protection than they ask for.
class ClientSecurityTest {
    private static void read(Map<String, String> settings) throws Exception {
        ClientSecurity.of(settings, new FileDisk(), new Random(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            security.protcol | SASL_SSL
            Security.Protocol | SASL_SSL
            sasl.mechanism | SCRAM-SHA-512
            sasl.jaas.config | org.apache.kafka.common.security.scram.ScramLoginModule required username="a" password="b";
            ssl.truststore.location | /etc/ca.pem
            ssl.keystore.location | /etc/key.pem
            """)
    void securityWithoutItsProtocolIsRefused(String name, String value) {
        assertThatThrownBy(() -> read(Map.of("bootstrap.servers", "a:1", name, value)))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("security.protocol is not set");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            security.protocol, sasl_ssl
            security.protocol, ''
            security.protocol, TLS
            """)
    void anUnknownProtocolIsRefused(String name, String value) {
        assertThatThrownBy(() -> read(Map.of(name, value))).isInstanceOf(SecuritySettingException.class);
    }

    @Test
    void plainSettingsAreTaken() {
        assertThatCode(() -> read(Map.of("bootstrap.servers", "a:1", "client.id", "c")))
                .doesNotThrowAnyException();
        assertThatCode(() -> read(Map.of("security.protocol", "PLAINTEXT", "ssl.truststore.type", "PEM")))
                .doesNotThrowAnyException();
    }
}
