package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A file that was damaged by hand: its partition is offline, the others serve, and after the repair it serves again.
@Timeout(120)
class LogRepairTest {
    private static final String FIRST_SEGMENT = "00000000000000000000.log";
    private static final int LINES = 40;

    @TempDir
    private Path data;

    private final ScriptedConsole console = new ScriptedConsole();

    private Barnabas broker() throws Exception {
        return Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "log.segment.bytes",
                String.valueOf(1 << 20)));
    }

    private int run(Barnabas broker, String... arguments) {
        var all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--bootstrap";
        all[arguments.length + 1] = broker.bootstrapServers();
        return console.run(all);
    }

    @BeforeEach
    void fillTwoTopics() throws Exception {
        try (var broker = broker()) {
            for (var topic : new String[] {"hurt", "sound"}) {
                assertThat(run(broker, "topic", "create", topic, "--partitions", "1"))
                        .as(console.err())
                        .isZero();
                // about 100 KB each, in three segments
                for (int i = 0; i < LINES; i++) {
                    console.input(("line " + i + " " + "x".repeat(100_000) + "\n"));
                    assertThat(run(broker, "produce", topic)).as(console.err()).isZero();
                }
            }
        }
        // a machine that lost power, and a disk that lost more than that
        Files.delete(data.resolve(".kafka_cleanshutdown"));
        Files.delete(data.resolve("recovery-point-offset-checkpoint"));
        Files.delete(data.resolve("barnabas-log-checkpoint"));
        try (var file = new RandomAccessFile(segment().toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write("damage".getBytes(StandardCharsets.UTF_8));
        }
    }

    private Path segment() {
        return data.resolve("hurt-0").resolve(FIRST_SEGMENT);
    }

    private String consumed(Barnabas broker, String topic) {
        assertThat(run(broker, "consume", topic, "--from", "beginning"))
                .as(console.err())
                .isZero();
        return console.out();
    }

    private int repair(String... more) {
        var all = new String[more.length + 3];
        all[0] = "log";
        all[1] = "repair";
        all[2] = data.toString();
        System.arraycopy(more, 0, all, 3, more.length);
        return console.run(all);
    }

    @Test
    void anOperatorAcceptsTheLoss() throws Exception {
        try (var broker = broker()) {
            assertThat(consumed(broker, "sound").lines()).hasSize(LINES);
            assertThat(run(broker, "topic", "describe", "hurt", "--json")).isZero();
            assertThat(console.out()).containsPattern("\"offline\" : \\[ [0-9]+ \\]");
            assertThat(repair()).isEqualTo(1);
            assertThat(console.err()).contains("in use by another process").hasLineCount(1);
        }
        long size = Files.size(segment());
        assertThat(repair("--json")).as("a preview").isEqualTo(1);
        assertThat(console.out())
                .contains("\"topic\" : \"hurt\"", "\"file\" : \"" + segment(), "\"repaired\" : false")
                .doesNotContain("sound");
        assertThat(repair()).isEqualTo(1);
        assertThat(console.err()).contains("nothing is changed yet: add --execute to truncate the logs");
        assertThat(console.out()).contains(segment().toString());
        assertThat(Files.size(segment())).isEqualTo(size);

        assertThat(repair("--partition", "hurt-0", "--execute"))
                .as(console.err())
                .isZero();
        assertThat(console.err()).contains("repaired: 1 log");
        assertThat(Files.size(segment())).isLessThan(size);
        assertThat(repair()).isZero();
        assertThat(console.err()).contains("no damage found");

        try (var broker = broker()) {
            assertThat(consumed(broker, "sound").lines()).hasSize(LINES);
            var left = consumed(broker, "hurt").lines().toList();
            assertThat(left).hasSizeBetween(1, LINES - 1);
            for (int i = 0; i < left.size(); i++) assertThat(left.get(i)).startsWith("line " + i + " ");
            console.input("goes on\n");
            assertThat(run(broker, "produce", "hurt")).as(console.err()).isZero();
            assertThat(consumed(broker, "hurt").lines()).hasSize(left.size() + 1);
        }
    }

    @Test
    void theMetadataLogIsRepairedToo() throws IOException {
        var log = data.resolve("__cluster_metadata-0").resolve(FIRST_SEGMENT);
        try (var file = new RandomAccessFile(log.toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write("damage".getBytes(StandardCharsets.UTF_8));
        }
        long size = Files.size(log);
        assertThat(repair("--partition", "__cluster_metadata-0")).isEqualTo(1);
        assertThat(console.out()).contains(log.toString());
        assertThat(Files.size(log)).isEqualTo(size);
        assertThat(repair("--partition", "__cluster_metadata-0", "--execute"))
                .as(console.err())
                .isZero();
        assertThat(console.err()).contains("is kept in " + log + ".cut-", "repaired: 1 log");
        assertThat(repair("--partition", "__cluster_metadata-0")).isZero();
        assertThat(console.err()).contains("no damage found");
    }

    @Test
    void terminalIsAskedForConfirmation() throws IOException {
        long size = Files.size(segment());
        console.answering("n\n");
        assertThat(repair()).isEqualTo(1);
        assertThat(Files.size(segment())).isEqualTo(size);
        console.answering("y\n");
        assertThat(repair()).isZero();
        assertThat(Files.size(segment())).isLessThan(size);
    }

    @Test
    void otherDirectoriesAreNotTouched() throws IOException {
        var other = Files.createDirectory(data.resolve("other"));
        assertThat(console.run("log", "repair", other.toString())).isEqualTo(1);
        assertThat(console.err()).contains("is not a data directory");
        assertThat(other).isEmptyDirectory();
        assertThat(repair("--partition", "nobody-3")).isEqualTo(1);
        assertThat(console.err()).contains("there is no partition nobody-3");
    }
}
