package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `barnabas acl` against a broker with an authorizer.
class AclCommandTest {
    @TempDir
    Path data;

    private Barnabas broker;
    private final ScriptedConsole console = new ScriptedConsole();

    @BeforeEach
    void start() throws Exception {
        broker = Barnabas.start(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:ANONYMOUS"));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private String acl(String... arguments) {
        String[] words = Stream.of(
                        Stream.of("acl"), Arrays.stream(arguments), Stream.of("--bootstrap", broker.bootstrapServers()))
                .flatMap(each -> each)
                .toArray(String[]::new);
        assertThat(console.run(words)).as(console.err()).isZero();
        return console.out();
    }

    @Test
    void rulesAreAddedListedExplainedAndDeleted() {
        assertThat(acl("allow", "alice", "read", "write", "--topic", "orders-", "--prefix"))
                .isEqualTo("""
                        allow User:alice read on topic orders-...
                        allow User:alice write on topic orders-...
                        """);
        acl("allow", "alice", "read", "--group", "billing", "--host", "10.1.0.0/16");
        acl("deny", "Group:interns", "all", "--topic", "orders-eu");
        assertThat(acl("list")).isEqualTo("""
                RESOURCE  NAME       PATTERN  PRINCIPAL      HOST         OPERATION  PERMISSION
                topic     orders-    prefix   User:alice     *            read       allow
                topic     orders-    prefix   User:alice     *            write      allow
                topic     orders-eu  literal  Group:interns  *            all        deny
                group     billing    literal  User:alice     10.1.0.0/16  read       allow
                """);
        assertThat(acl("explain", "alice", "describe", "--topic", "orders-eu"))
                .contains("yes", "allow User:alice ", " on topic orders-...");
        assertThat(acl("explain", "Group:interns", "read", "--topic", "orders-eu"))
                .contains("no", "deny Group:interns all on topic orders-eu");
        assertThat(acl("explain", "alice", "read", "--group", "billing", "--host", "10.2.0.1"))
                .contains("no", "none of the 1 rules about it is about this client and operation");
        assertThat(acl("explain", "alice", "read", "--group", "billing", "--host", "10.1.0.1"))
                .contains("yes");
        assertThat(acl("explain", "alice", "read", "--topic", "payments", "--json"))
                .contains("\"because\" : \"there is no rule about it (allow.everyone.if.no.acl.found decides)\"");
        acl("delete", "--principal", "alice", "--topic", "orders-", "--prefix");
        assertThat(console.err()).isEqualTo("deleted 2 rules\n");
        assertThat(acl("list", "--principal", "alice")).contains("billing").doesNotContain("orders");
    }

    @Test
    void wrongArgumentsAreRefusedBeforeAConnection() {
        assertThat(console.run("acl", "allow", "alice", "raed", "--topic", "t")).isEqualTo(2);
        assertThat(console.err()).contains("did you mean 'read'?");
        assertThat(console.run("acl", "allow", "alice", "read")).isEqualTo(2);
        assertThat(console.err()).contains("--topic");
        assertThat(console.run("acl", "delete")).isEqualTo(2);
        assertThat(console.err()).contains("--principal");
    }
}
