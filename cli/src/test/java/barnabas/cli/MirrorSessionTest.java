package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The session of docs/mirroring.md, command by command, between two nodes.
@Timeout(240)
class MirrorSessionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    @TempDir
    private Path directory;

    private final ScriptedConsole console = new ScriptedConsole();

    /// Commands of the section, in their order.
    private static List<String> session() throws IOException {
        String document = Files.readString(Path.of("../docs/mirroring.md"));
        int begin = document.indexOf("## A session");
        return document.substring(begin, document.indexOf("\n## ", begin + 1))
                .lines()
                .filter(line -> line.startsWith("barnabas mirror "))
                .toList();
    }

    private void run(String... arguments) {
        int code = console.run(arguments);
        assertThat(code).as("%s: %s", List.of(arguments), console.err()).isZero();
    }

    private void produce(Barnabas to, int count) {
        console.input("record\n".repeat(count));
        run("produce", "orders-eu", "--bootstrap", to.bootstrapServers());
    }

    private void awaitCopied(String mirror, String at, long end) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (console.run("mirror", "status", mirror, "-b", at) != 0
                || !console.out().matches("(?s).*orders-eu +0 +\\d+ +mirroring +" + end + " +0\\b.*")) {
            assertThat(System.nanoTime() - deadline)
                    .as(console.out() + console.err())
                    .isNegative();
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Test
    void commandsDoWhatTheDocumentSays() throws Exception {
        try (Barnabas west = SmallNode.start(directory.resolve("west"));
                Barnabas east = SmallNode.start(directory.resolve("east"))) {
            run("topic", "create", "orders-eu", "--partitions", "1", "--bootstrap", west.bootstrapServers());
            produce(west, 10);
            List<String> session = session();
            assertThat(session).hasSizeGreaterThanOrEqualTo(7);
            long end = 10;
            for (String line : session) {
                String command = line.replace("west1:9092", west.bootstrapServers())
                        .replace("east1:9092", east.bootstrapServers())
                        .replace("'", "");
                if (!command.contains(" -b ")) command += " -b " + east.bootstrapServers();
                String[] words = command.substring("barnabas ".length()).split(" ");
                run(words);
                String at = command.replaceAll(".* -b (\\S+).*", "$1");
                switch (words[1]) {
                    case "create", "reverse" -> awaitCopied(words[2], at, end);
                    case "promote" -> {
                        assertThat(console.out()).containsPattern("orders-eu +promoted");
                        produce(at.equals(east.bootstrapServers()) ? east : west, 5);
                        end += 5;
                    }
                    default -> {}
                }
            }
            assertThat(end).isEqualTo(20);
            run("consume", "orders-eu", "--from", "beginning", "--max", "20", "--bootstrap", west.bootstrapServers());
            assertThat(console.out()).hasLineCount(20);
        }
    }
}
