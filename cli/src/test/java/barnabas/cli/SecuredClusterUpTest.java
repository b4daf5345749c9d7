package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `cluster up --secure`: three nodes that log in to each other, and clients that have to as well.
@Timeout(180)
class SecuredClusterUpTest {
    private static final String NEEDED = "Clients need ";
    private static final String READY = "Barnabas cluster ready on ";

    @TempDir
    private Path folder;

    private final ScriptedConsole console = new ScriptedConsole();

    private RunningCommand up(String... more) {
        var arguments =
                new ArrayList<>(List.of("cluster", "up", "--port", "0", "--nodes", "3", "--data", folder.toString()));
        arguments.addAll(List.of(more));
        return new RunningCommand(arguments.toArray(new String[0]));
    }

    /// @return the file for clients
    private static String clientFile(RunningCommand cluster) throws InterruptedException {
        String text = cluster.await(each -> each.contains(READY) && each.endsWith("\n"));
        return text.substring(text.indexOf(NEEDED) + NEEDED.length(), text.indexOf(" (user admin"));
    }

    private String run(int code, String... arguments) {
        assertThat(console.run(arguments)).as("%s", console.err()).isEqualTo(code);
        return console.out();
    }

    @Test
    void nodesAndClientsLogIn() throws Exception {
        RunningCommand cluster = up("--secure");
        String admin = clientFile(cluster);
        run(0, "topic", "create", "orders", "--command-config", admin);
        console.input("a\nb\n");
        run(0, "produce", "orders", "--config", admin);
        assertThat(run(0, "cluster", "status", "--config", admin)).contains("0 under-replicated, 0 offline");
        for (String each : new String[] {"node-1/server.properties", "secrets/node.properties", "secrets/ca-key.pem"})
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(each))))
                    .as(each)
                    .isEqualTo("rw-------");
        assertThat(cluster.interrupt()).isZero();
        // Once secured it stays so.
        RunningCommand again = up();
        assertThat(run(0, "consume", "orders", "--config", clientFile(again))).isEqualTo("a\nb\n");
        assertThat(again.interrupt()).isZero();
    }
}
