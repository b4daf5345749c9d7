package barnabas.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeLogTest {
    @TempDir
    private Path folder;

    @Test
    void aLongLogMovesAwayUnderItsWriter() throws Exception {
        Path log = folder.resolve("node.log");
        assertThat(NodeLog.rotate(log, 10)).isFalse();
        Process writer = new ProcessBuilder("/bin/sh", "-c", "while read line; do echo $line >&2; echo done; done")
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try (BufferedWriter in = writer.outputWriter(StandardCharsets.UTF_8);
                var out = writer.inputReader(StandardCharsets.UTF_8)) {
            write(in, "first line");
            assertThat(out.readLine()).isEqualTo("done");
            assertThat(NodeLog.rotate(log, 100)).isFalse();
            assertThat(NodeLog.rotate(log, 10)).isTrue();
            write(in, "second");
            assertThat(out.readLine()).isEqualTo("done");
            assertThat(log).hasContent("second");
            assertThat(NodeLog.before(log)).hasContent("first line");
            assertThat(NodeLog.rotate(log, 5)).isTrue();
            assertThat(NodeLog.before(log)).hasContent("second");
            assertThat(Files.size(log)).isZero();
        } finally {
            writer.destroy();
        }
    }

    private static void write(BufferedWriter in, String line) throws Exception {
        in.write(line);
        in.newLine();
        in.flush();
    }
}
