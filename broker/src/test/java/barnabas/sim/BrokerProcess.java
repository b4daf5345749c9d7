package barnabas.sim;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A broker as a process of its own, to be killed for real: what it had in memory is gone, what it had written is
/// there.
final class BrokerProcess implements AutoCloseable {
    private final Path data;
    private final List<String> more;
    private Process process;
    private int port;

    /// @param more further arguments of [barnabas.broker.SimulatedBroker]
    BrokerProcess(Path data, String... more) throws IOException {
        this.data = data;
        this.more = List.of(more);
        start();
    }

    private void start() throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath,
                "barnabas.broker.SimulatedBroker",
                Integer.toString(port),
                data.toString()));
        command.addAll(more);
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(new File(data + ".log")))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var output =
                new BufferedReader(new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = output.readLine();
        if (line == null) throw new IOException("the broker did not start, see " + data + ".log");
        port = Integer.parseInt(line);
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /// On the same data and the same port.
    void restart() throws IOException {
        start();
    }

    @Override
    public void close() {
        kill();
    }
}
