package barnabas.broker.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.security.SecuritySettingException;
import java.util.Optional;
import org.apache.kafka.common.security.ssl.SslPrincipalMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Users of certificates, compared with Apache Kafka's mapper for each rule and name.
class PrincipalMappingTest {
    private static final String[] NAMES = {
        "CN=Alice,OU=Sales,O=Example",
        "CN=bob",
        "cn=bob,ou=ops",
        "CN=a/b,OU=x",
        "CN=$1,OU=ServiceUsers",
        "OU=ops,CN=carol",
        "CN=Duke,OU=ServiceUsers,O=Org,C=US",
        "CN=line\\,comma,OU=x",
        "CN=bob,CN=admin",
        "CN=admin,CN=bob",
        "CN=bob+CN=admin",
        "CN=bob\\,CN=admin",
        "CN=bob\nCN=admin",
        "CN=bob\\\nCN\\=admin,OU=x",
        "",
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DEFAULT",
                "",
                "RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/",
                "RULE:^CN=(.*?),OU=(.*?),O=(.*?)$/$1@$2/L,DEFAULT",
                "RULE:^CN=(.*?),.*$/$1/U, RULE:^.*$/other/ , DEFAULT",
                "RULE:^CN=(.*?)$/$1/L",
                "RULE:^cn=(.*?),ou=(.*?)$/$2-$1/U,RULE:CN=(.*)/$1$2/",
                "RULE:CN=a\\/b,OU=(.*)/slash $1/,RULE:(.*)/$1/L",
                "RULE:^.*[Cc][Nn]=([a-zA-Z0-9.]*).*$/$1/L,DEFAULT",
            })
    void usersAreThoseOfKafka(String rules) throws SecuritySettingException {
        var ours = new PrincipalMapping(rules);
        var kafkas = SslPrincipalMapper.fromRules(rules);
        for (String name : NAMES) assertThat(ours.user(name)).as(name).isEqualTo(kafkas(kafkas, name));
    }

    /// The user is the whole name, unless a rule matches all of it: a name that is put in beside another does not count
    /// alone.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CN=bob,CN=admin",
                "CN=admin,CN=bob",
                "CN=bob+CN=admin",
                "CN=bob\\,CN=admin",
                "CN=bob\nCN=admin",
                "CN=admin\n",
                "CN=bob\\\nCN\\=admin",
            })
    void aSecondNameInACertificateMakesNoOtherUser(String name) throws SecuritySettingException {
        var rules = new PrincipalMapping("RULE:^CN=([a-z]+)$/$1/,RULE:^CN=([a-z]+),O=sales$/$1/,DEFAULT");
        assertThat(rules.user("CN=admin")).contains("admin");
        assertThat(rules.user(name)).contains(name);
        assertThat(new PrincipalMapping("RULE:^CN=([a-z]+)$/$1/").user(name)).isEmpty();
    }

    private static Optional<String> kafkas(SslPrincipalMapper mapper, String name) {
        try {
            return Optional.of(mapper.getName(name));
        } catch (java.io.IOException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ANY", "RULE:", "RULE:^CN=(.*)", "RULE:^CN=(.*)/$1", "RULE:a/b/LDEFAULT", "DEFAULT DEFAULT"})
    void rulesThatDoNotParseAreRefused(String rules) {
        assertThatThrownBy(() -> new PrincipalMapping(rules))
                .isInstanceOf(SecuritySettingException.class)
                .hasMessageContaining("ssl.principal.mapping.rules");
    }

    @Test
    void aPatternThatDoesNotParseIsRefused() {
        assertThatThrownBy(() -> new PrincipalMapping("RULE:(/x/")).hasMessageContaining("does not parse");
    }
}
