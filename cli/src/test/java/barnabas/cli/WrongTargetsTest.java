package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Values that parse and name nothing that exists, or nothing to do.
class WrongTargetsTest {
    private final ScriptedConsole console = new ScriptedConsole();
    private Barnabas broker;

    @BeforeEach
    void start(@TempDir Path data) throws Exception {
        broker = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private int run(String... command) {
        var words = new ArrayList<>(List.of(command));
        words.addAll(List.of("-b", broker.bootstrapServers()));
        return console.run(words.toArray(String[]::new));
    }

    private void fails(String problem, String... command) {
        assertThat(run(command)).isOne();
        assertThat(console.err()).contains(problem).hasLineCount(1).doesNotContain("unexpected");
    }

    /// Nothing is before the beginning. All records were deleted.
    @Test
    void trimBeforeTheBeginningDeletesNothing() {
        assertThat(run("topic", "create", "orders", "--partitions", "1")).isZero();
        console.input("a\nb\n");
        assertThat(run("produce", "orders")).isZero();
        assertThat(run("log", "trim", "orders", "--before", "beginning", "--execute"))
                .isZero();
        assertThat(run("consume", "orders")).isZero();
        assertThat(console.out()).isEqualTo("a\nb\n");
        assertThat(run("log", "trim", "orders", "--before", "1", "--execute")).isZero();
        assertThat(run("consume", "orders")).isZero();
        assertThat(console.out()).isEqualTo("b\n");
        assertThat(run("log", "trim", "orders", "--before", "end", "--execute")).isZero();
        assertThat(run("consume", "orders")).isZero();
        assertThat(console.out()).isEmpty();
    }

    @Test
    void missingFilesAndNodesAreNamed() {
        fails("the file /no/such does not exist", "user", "add", "alice", "--password-file", "/no/such");
        fails("the file /no/such does not exist", "produce", "orders", "--file", "/no/such");
        fails("node 77 has no replicas and does not run as a broker", "cluster", "drain", "77", "--execute");
        fails("node 77 does not run as a broker", "cluster", "add", "77", "--execute");
        fails("see 'barnabas transaction list'", "transaction", "describe", "nope");
        fails("set authorizer.class.name", "acl", "allow", "alice", "read", "--topic", "orders");
    }
}
