package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker whose process may have few files open.
class FewDescriptorsTest {
    @Test
    void theLimitOnConnectionsIsLoggedOnce(@TempDir Path data) throws Exception {
        Process broker = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n 1024; exec \"$0\" \"$@\"",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        "start",
                        "--port",
                        "0",
                        "--data",
                        data.toString())
                .redirectErrorStream(true)
                .start();
        CompletableFuture.delayedExecutor(60, TimeUnit.SECONDS).execute(broker::destroyForcibly);
        List<String> lines = new ArrayList<>();
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
                if (line.contains("At most 512")) broker.toHandle().destroy();
            }
        } finally {
            broker.destroyForcibly();
        }
        assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(lines).anyMatch(line -> line.startsWith("Barnabas ready"));
        assertThat(lines.stream().filter(line -> line.contains("At most 512 connections")))
                .hasSize(1);
        // the first line of a log is not part of the time until clients are served
        assertThat(lines.indexOf(line(lines, "Barnabas ready"))).isLessThan(lines.indexOf(line(lines, "At most 512")));
    }

    private static String line(List<String> lines, String part) {
        return lines.stream().filter(line -> line.contains(part)).findFirst().orElseThrow();
    }
}
