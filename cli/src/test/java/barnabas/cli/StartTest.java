package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.StartFailure;
import barnabas.net.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {
    private static StartOptions quick(String... arguments) {
        return StartOptions.quick(arguments).orElseThrow();
    }

    private static Map<String, String> properties(String... arguments) throws StartFailure {
        return Start.properties(quick(arguments));
    }

    @Test
    void readsThePlainFormWithoutPicocli() {
        assertThat(quick(
                        "start", "--port", "0", "--data=/d", "--config", "c.properties", "--set", "a=b", "--set=c=d=e"))
                .isEqualTo(new StartOptions(
                        OptionalInt.of(0),
                        Optional.of(Path.of("/d")),
                        Optional.of(Path.of("c.properties")),
                        List.of("a=b", "c=d=e"),
                        false,
                        Optional.empty()));
    }

    @Test
    void newGroupsWaitForMembersOnlyWithAFile(@TempDir Path folder) throws Exception {
        String delay = "group.initial.rebalance.delay.ms";
        assertThat(properties("start")).containsEntry(delay, "0");
        assertThat(properties("start", "--set", delay + "=7")).containsEntry(delay, "7");
        Path file = Files.writeString(folder.resolve("server.properties"), "node.id=1\n");
        assertThat(properties("start", "--config", file.toString())).doesNotContainKey(delay);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "topic list",
                "start --help",
                "start --port",
                "start --port x",
                "start --port 65536",
                "start --port -1",
                "start --set novalue",
                "start --set =x",
                "start --host broker.example",
                "start --nope 1",
                "start extra argument"
            })
    void leavesTheRestToPicocli(String line) {
        assertThat(StartOptions.quick(line.split(" "))).isEmpty();
    }

    @Test
    void bothParsersAgree(@TempDir Path directory) {
        var console = new ScriptedConsole();
        for (String wrong : List.of("x", "65536", "-1")) {
            assertThat(console.run("start", "--port", wrong)).isEqualTo(2);
            assertThat(console.err()).contains("--port takes a number from 0 to 65535, not '" + wrong + "'");
        }
        assertThat(console.run("start", "--set", "novalue")).isEqualTo(2);
        assertThat(console.err()).contains("--set takes KEY=VALUE");
        assertThat(console.run("start", "--help")).isZero();
        assertThat(console.out()).contains("--port", "--data", "--config", "--set");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void defaultsOfThisCommand() throws StartFailure {
        assertThat(properties("start"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "listeners",
                        "PLAINTEXT://127.0.0.1:9092",
                        "log.dirs",
                        "data",
                        "node.id",
                        "1",
                        "group.initial.rebalance.delay.ms",
                        "0"));
    }

    @Test
    void optionsOutrankSettingsAndSettingsTheFile(@TempDir Path directory) throws Exception {
        var file = Files.writeString(directory.resolve("server.properties"), """
                node.id=7
                num.partitions=3
                log.dir=/from/file
                listeners=PLAINTEXT://0.0.0.0:9000,EXTRA://0.0.0.0:9001
                advertised.listeners=EXTRA://there:9001,PLAINTEXT://here:9000
                """);
        assertThat(properties(
                        "start",
                        "--config",
                        file.toString(),
                        "--set",
                        "num.partitions=5",
                        "--port",
                        "1234",
                        "--data",
                        "/d"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "node.id", "7",
                        "num.partitions", "5",
                        "log.dirs", "/d",
                        "listeners", "PLAINTEXT://0.0.0.0:1234,EXTRA://0.0.0.0:9001",
                        "advertised.listeners", "EXTRA://there:9001,PLAINTEXT://here:1234"));
        assertThat(properties("start", "--config", file.toString()))
                .containsEntry("log.dir", "/from/file")
                .doesNotContainKey("log.dirs")
                .containsEntry("listeners", "PLAINTEXT://0.0.0.0:9000,EXTRA://0.0.0.0:9001");
    }

    @Test
    void aMissingConfigFileIsOneLine(@TempDir Path directory) {
        var missing = directory.resolve("none.properties");
        assertThatThrownBy(() -> properties("start", "--config", missing.toString()))
                .isInstanceOf(StartFailure.class)
                .hasMessage("the config file " + missing + " does not exist");
    }

    @Test
    void allConfigProblemsAreReportedAtOnce(@TempDir Path directory) {
        var console = new ScriptedConsole();
        int code = console.run(
                "start",
                "--port",
                "0",
                "--data",
                directory.toString(),
                "--set",
                "num.partitons=3",
                "--set",
                "num.io.threads=x");
        assertThat(code).isEqualTo(1);
        assertThat(console.err().lines())
                .hasSize(2)
                .allMatch(line -> line.startsWith("barnabas: "))
                .anyMatch(line -> line.contains("num.partitions"))
                .anyMatch(line -> line.contains("num.io.threads"));
    }

    @Test
    void aPortInUseIsOneLine(@TempDir Path directory) throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var console = new ScriptedConsole();
            String port = Integer.toString(taken.getLocalPort());
            assertThat(console.run("start", "--port", port, "--data", directory.toString()))
                    .isEqualTo(1);
            assertThat(console.err().lines()).hasSize(1).first().asString().contains(port);
        }
    }

    @Test
    void aDataDirectoryThatIsAFileIsOneLine(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("file"), "x");
        var console = new ScriptedConsole();
        assertThat(console.run("start", "--port", "0", "--data", file.toString()))
                .isEqualTo(1);
        assertThat(console.err().lines()).hasSize(1).first().asString().contains(file.toString());
    }

    /// It waited a minute for a quorum that did not come.
    @Test
    void aStartThatWaitsForItsQuorumEndsWhenAsked(@TempDir Path directory) throws Exception {
        int port = FreePorts.choose(1).getFirst();
        Path config = Files.write(
                directory.resolve("server.properties"),
                List.of(
                        "process.roles=broker,controller",
                        "node.id=1",
                        "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:" + port,
                        "controller.listener.names=CONTROLLER",
                        "controller.quorum.voters=1@127.0.0.1:" + port + ",2@127.0.0.1:1,3@127.0.0.1:2",
                        "log.dirs=" + directory.resolve("data")));
        var console = new ScriptedConsole();
        assertThat(console.run("storage", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "--config", config.toString()))
                .as(console.err())
                .isZero();
        long begin = System.nanoTime();
        var node = new RunningCommand("start", "--config", config.toString());
        long end = begin + TimeUnit.SECONDS.toNanos(60);
        while (FreePorts.isFree(port)) assertThat(System.nanoTime()).isLessThan(end);
        begin = System.nanoTime();
        assertThat(node.interrupt()).as(node.err()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        assertThat(node.out()).isEmpty();
        assertThat(node.err()).isEmpty();
    }
}
