package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import barnabas.config.ServerProperties;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    private static final String CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg";

    @TempDir
    private Path directory;

    private Path data;
    private Path config;

    private final ScriptedConsole console = new ScriptedConsole();

    @BeforeEach
    void writeConfig() throws IOException {
        data = directory.resolve("data");
        config = Files.write(
                directory.resolve("server.properties"),
                List.of(
                        "process.roles=broker,controller",
                        "node.id=7",
                        "listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:0",
                        "controller.listener.names=CONTROLLER",
                        "controller.quorum.bootstrap.servers=127.0.0.1:9093",
                        "log.dirs=" + data));
    }

    private int storage(String... arguments) {
        var all = new String[arguments.length + 3];
        all[0] = "storage";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[arguments.length + 1] = "--config";
        all[arguments.length + 2] = config.toString();
        return console.run(all);
    }

    @Test
    void aFormattedDirectoryIsTheClusters() throws Exception {
        assertThat(storage("info")).isEqualTo(1);
        assertThat(console.out()).contains("Found problem:").contains(data + " does not exist");
        assertThat(storage("format", "-t", CLUSTER, "--standalone"))
                .as(console.err())
                .isZero();
        assertThat(console.out()).startsWith("Formatting data directory " + data + " with metadata.version 4.4-IV2.");
        assertThat(storage("info")).isZero();
        assertThat(console.out())
                .contains("Found log directory:\n  " + data)
                .contains("Found metadata: {cluster.id=" + CLUSTER + ", directory.id=")
                .contains("node.id=7, version=1}");
        try (var reader = Files.newBufferedReader(config);
                var broker = Barnabas.start(ServerProperties.read(reader))) {
            assertThat(broker.clusterId()).isEqualTo(CLUSTER);
        }
    }

    @Test
    void whatIsFormattedStaysAsItIs() throws Exception {
        assertThat(storage("format", "-t", CLUSTER)).isZero();
        var meta = Files.readString(data.resolve("meta.properties"));
        assertThat(storage("format", "-t", "AAAAAAAAAAAAAAAAAAAAAA")).isEqualTo(1);
        assertThat(console.err())
                .contains("Log directory " + data + " is already formatted. Use --ignore-formatted to ignore");
        assertThat(storage("format", "-t", "AAAAAAAAAAAAAAAAAAAAAA", "--ignore-formatted"))
                .isZero();
        assertThat(console.out()).startsWith("All of the log directories are already formatted.");
        assertThat(Files.readString(data.resolve("meta.properties"))).isEqualTo(meta);
    }

    @Test
    void aDirectoryInUseIsNotFormatted() throws Exception {
        try (var broker = Barnabas.start(
                Map.of("node.id", "7", "listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()))) {
            Files.delete(data.resolve("meta.properties"));
            assertThat(storage("format", "-t", CLUSTER)).isEqualTo(1);
            assertThat(console.err()).contains("in use by another process");
            assertThat(broker.clusterId()).isNotEqualTo(CLUSTER);
        }
    }

    @Test
    void optionsThatCannotBeHonouredAreRefused() {
        assertThat(storage("format", "-t", CLUSTER, "--feature", "nope.version=1"))
                .isEqualTo(1);
        assertThat(console.err()).contains("Unsupported feature: nope.version. Supported features are: ");
        assertThat(storage("format", "-t", CLUSTER, "--feature", "transaction.version=1"))
                .isEqualTo(1);
        assertThat(console.err()).contains("begins with transaction.version=2");
        assertThat(storage("format", "-t", CLUSTER, "--add-scram", "SCRAM-SHA-256=[name=a,password=b]"))
                .isEqualTo(1);
        assertThat(console.err()).contains("no SCRAM");
        assertThat(storage("format", "-t", CLUSTER, "-I", "1@a:9093:x,2@b:9093:y"))
                .isEqualTo(1);
        assertThat(storage("format")).isEqualTo(2);
        assertThat(console.err()).contains("--cluster-id");
        assertThat(data).doesNotExist();
    }

    @Test
    void makesIds() {
        assertThat(console.run("storage", "random-uuid")).isZero();
        String id = console.out().strip();
        assertThat(id).doesNotStartWith("-");
        assertThat(Uuid.parse(id)).hasToString(id);
    }
}
