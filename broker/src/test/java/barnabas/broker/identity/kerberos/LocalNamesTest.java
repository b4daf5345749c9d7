package barnabas.broker.identity.kerberos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.SecuritySettingException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.security.kerberos.KerberosName;
import org.apache.kafka.common.security.kerberos.KerberosShortNamer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rules of principals, beside Kafka's own.
class LocalNamesTest {
    private static final List<String> PRINCIPALS = List.of(
            "alice@REALM",
            "alice@OTHER",
            "kafka/host@REALM",
            "kafka/host@OTHER",
            "Guest/a.b-c@REALM",
            "x@y",
            "@REALM",
            "alice-admin@REALM",
            "/h@REALM",
            "a$1@REALM",
            "a\\b@REALM");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DEFAULT",
                "",
                "RULE:[1:$1]",
                "RULE:[2:$1]",
                "RULE:[1:$1@$0](.*@OTHER)s/@.*//",
                "RULE:[2:$1@$0](.*@OTHER)s/@.*//,DEFAULT",
                "RULE:[1:$1](.*-admin)s/(.*)-admin/root-$1/,DEFAULT",
                "RULE:[2:$1-$2]s/[aeiou]/_/g",
                "RULE:[2:$1-$2]s/[aeiou]/_/",
                "RULE:[2:$1-$2]/U",
                "RULE:[2:$2;$1](host;.*)s/;.*///L , DEFAULT",
                "RULE:[1:$0]/L,RULE:[2:$0/$1]",
                "RULE:[0:none],DEFAULT",
                "RULE:[1:$1@$0],DEFAULT",
                "RULE:[1:same]",
                "RULE:[3:$1],DEFAULT"
            })
    void asInKafka(String rules) throws Exception {
        LocalNames ours = new LocalNames(rules, "REALM");
        List<String> each = Arrays.stream(rules.split(",", -1))
                .map(String::trim)
                .filter(s -> !s.isEmpty())
                .toList();
        var theirs = KerberosShortNamer.fromUnparsedRules("REALM", each.isEmpty() ? List.of("DEFAULT") : each);
        for (String principal : PRINCIPALS) {
            String expected;
            try {
                expected = theirs.shortName(KerberosName.parse(principal));
            } catch (IOException | IllegalArgumentException refused) {
                expected = "";
            }
            assertThat(ours.user(principal).orElse(""))
                    .as("%s of %s", rules, principal)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONE",
                "RULE",
                "RULE:[1:$1",
                "RULE:[x:$1]",
                "RULE:[1:$2]",
                "RULE:[1:$]",
                "RULE:[2:$12]",
                "RULE:[1:$1](a",
                "RULE:[1:$1](*)",
                "RULE:[1:$1]s/a/b",
                "RULE:[1:$1]s/a/$1/",
                "RULE:[1:$1]s/a/b\\/",
                "RULE:[1:$1]X",
                "DEFAULT,RULE"
            })
    void rulesThatDoNotParse(String rules) {
        assertThatThrownBy(() -> new LocalNames(rules, "REALM"))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageStartingWith("sasl.kerberos.principal.to.local.rules: Invalid rule: ");
    }

    @Test
    void noUserWithoutARealmAndOfLongNames() throws Exception {
        assertThat(new LocalNames("DEFAULT", "").user("alice@")).isEmpty();
        assertThat(new LocalNames("DEFAULT", "REALM").user("alice")).isEmpty();
        assertThat(new LocalNames("DEFAULT", "REALM").user("a".repeat(1_100) + "@REALM"))
                .isEmpty();
    }
}
