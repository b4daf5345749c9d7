package barnabas.broker.identity.kerberos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.SecuritySettingException;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings of Kerberos that stop a start, and the moment of the next login.
class KerberosSettingsTest {
    private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule required ";
    private static final String GOOD =
            MODULE + "useKeyTab=true storeKey=true keyTab=\"/none/k.keytab\" principal=\"kafka/host@R\";";

    private static BrokerConfig config(String... more) {
        var settings = new HashMap<>(Map.of("listeners", "SASL_PLAINTEXT://127.0.0.1:0"));
        for (int i = 0; i < more.length; i += 2) settings.put(more[i], more[i + 1]);
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var _)))
            throw new IllegalArgumentException(settings.toString());
        return config;
    }

    private static KerberosSettings settings(BrokerConfig config, String jaas) throws SecuritySettingException {
        return KerberosSettings.of(config.listeners().clients().getFirst(), config, "the.setting", jaas);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    storeKey=true keyTab=k principal="kafka/host"; | needs useKeyTab=true
                    useKeyTab=true keyTab=k principal="kafka/host"; | needs storeKey=true
                    useKeyTab=true storeKey=true principal="kafka/host"; | needs keyTab="..."
                    useKeyTab=true storeKey=true keyTab=k; | needs principal="..."
                    useKeyTab=true storeKey=true keyTab=k principal="kafka"; | is not of the form kafka/host@REALM
                    useKeyTab=true storeKey=true keyTab=k principal="http/host"; | is not of the form kafka/host@REALM
                    useKeyTab=true storeKey=true keyTab=k principal="kafka/host" serviceName=other; | Conflicting serviceName
                    """)
    void jaasThatCannotBeServed(String options, String words) {
        var config = config("sasl.kerberos.service.name", "kafka");
        assertThatThrownBy(() -> settings(config, MODULE + options))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageContaining(words);
    }

    @Test
    void theServiceHasToBeNamed() {
        assertThatThrownBy(() -> settings(config(), GOOD)).hasMessageContaining("No serviceName defined");
    }

    @Test
    void anotherModuleIsRefused() {
        assertThatThrownBy(() -> settings(config(), "com.sun.security.auth.module.JndiLoginModule required;"))
                .hasMessageContaining("JndiLoginModule is not allowed");
        assertThatThrownBy(
                        () -> settings(config(), "org.apache.kafka.common.security.plain.PlainLoginModule required;"))
                .hasMessageContaining("must be Krb5LoginModule");
    }

    @Test
    void aPartOfATicketIsBetweenNoneAndAll() {
        var config = config("sasl.kerberos.service.name", "kafka", "sasl.kerberos.ticket.renew.window.factor", "1.5");
        assertThatThrownBy(() -> settings(config, GOOD)).hasMessageContaining("is not between 0 and 1");
    }

    /// At four fifths of the ticket's life and up to a twentieth later, and not sooner after a login than is set.
    @Test
    void renewal() throws Exception {
        var settings = settings(config("sasl.kerberos.service.name", "kafka"), GOOD);
        assertThat(settings.renewalMillis(1_000_000, 2_000_000, 1_000_000, 0)).isEqualTo(1_800_000);
        assertThat(settings.renewalMillis(1_000_000, 2_000_000, 1_000_000, 1)).isEqualTo(1_850_000);
        assertThat(settings.renewalMillis(1_000_000, 1_010_000, 1_000_000, 0)).isEqualTo(1_060_000);
        assertThat(settings.renewalMillis(1_000_000, 2_000_000, 1_990_000, 1)).isEqualTo(2_050_000);
        assertThat(settings.toString()).doesNotContain("keytab");
    }
}
