package barnabas.base.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.security.SaslLogin.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Logins of clients from `sasl.jaas.config` or the JVM's file: delegation tokens, Kerberos.
class LoginsTest {
    private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required ";
    private static final String KERBEROS = "com.sun.security.auth.module.Krb5LoginModule required ";

    @TempDir
    private Path folder;

    private static String first(String jaas) throws Exception {
        SaslLogin login = SaslCredentials.of("SCRAM-SHA-512", "s", jaas).login("localhost", new Random(1));
        if (!(login.first() instanceof Answer.Token(var bytes))) throw new AssertionError();
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    @Test
    void aDelegationTokenIsNamedAsOne() throws Exception {
        assertThat(first(SCRAM + "username=\"id\" password=\"hmac\";")).matches("n,,n=id,r=[^,]+");
        assertThat(first(SCRAM + "username=\"id\" password=\"hmac\" tokenauth=\"false\";"))
                .matches("n,,n=id,r=[^,]+");
        assertThat(first(SCRAM + "tokenauth=true username=\"id\" password=\"hmac\";"))
                .matches("n,,n=id,r=[^,]+,tokenauth=true");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            useKeyTab=true keyTab=k serviceName=kafka; | needs useKeyTab=true with keyTab
            useKeyTab=true principal=a serviceName=kafka; | needs useKeyTab=true with keyTab
            keyTab=k principal=a serviceName=kafka; | needs useKeyTab=true with keyTab
            useTicketCache=true; | No serviceName defined
            """)
    void kerberosThatCannotLogIn(String options, String words) {
        assertThatThrownBy(() -> KerberosLogins.of("the.setting", KERBEROS + options, null, Clock.SYSTEM))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageContaining(words);
        assertThatThrownBy(() -> KerberosLogins.of("the.setting", null, "kafka", Clock.SYSTEM))
                .hasMessage("the.setting must be set for GSSAPI");
        assertThatThrownBy(() -> KerberosLogins.of("the.setting", SCRAM + ";", "kafka", Clock.SYSTEM))
                .hasMessageContaining("must be Krb5LoginModule");
    }

    @Test
    void aKeytabThatIsNotThereIsRefusedWithoutItsContent() throws Exception {
        String jaas = KERBEROS + "useKeyTab=true keyTab=\"" + folder.resolve("none") + "\" principal=\"a@REALM.TEST\";";
        SaslLogin login = KerberosLogins.of("s", jaas, "kafka", Clock.SYSTEM).login("localhost", new Random(1));
        assertThat(login.mechanism()).isEqualTo("GSSAPI");
        assertThat(login.first())
                .isInstanceOfSatisfying(
                        Answer.Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("Kerberos: "));
    }

    @Test
    void theFileOfTheJvmHasALoginForEachMechanism() throws Exception {
        Path file = Files.writeString(folder.resolve("jaas.conf"), """
                // the broker
                KafkaServer {
                  com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab="/a b/\\"k" principal="kafka/h@R";
                  org.apache.kafka.common.security.plain.PlainLoginModule required user_a="x;\\"";
                };
                other.KafkaServer {
                  com.sun.security.auth.module.JndiLoginModule required user.provider.url="ldap://evil";
                };
                """);
        List<String> sections = List.of("clients.KafkaServer", "KafkaServer");
        String kerberos = JaasFile.text(file.toString(), sections, "GSSAPI").orElseThrow();
        assertThat(JaasEntry.parse("s", kerberos).options())
                .containsEntry("keyTab", "/a b/\"k")
                .containsEntry("principal", "kafka/h@R");
        String plain = JaasFile.text("=" + file.toUri(), sections, "PLAIN").orElseThrow();
        assertThat(JaasEntry.parse("s", plain).options()).containsEntry("user_a", "x;\"");
        assertThat(JaasFile.text(file.toString(), sections, "OAUTHBEARER")).isEmpty();
        assertThat(JaasFile.text(file.toString(), List.of("other.KafkaServer", "KafkaServer"), "GSSAPI"))
                .isEmpty();
        assertThat(JaasFile.text("", sections, "GSSAPI")).isEmpty();
        Path none = folder.resolve("none.conf");
        assertThatThrownBy(() -> JaasFile.text(none.toString(), sections, "GSSAPI"))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageContaining(none.toString());
    }
}
