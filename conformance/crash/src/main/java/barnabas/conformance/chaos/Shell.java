package barnabas.conformance.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Short programs of the operating system.
public final class Shell {
    private Shell() {}

    /// @throws IOException when it ends with an error
    public static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException(List.of(command) + ": " + output.strip());
    }
}
