package barnabas.cluster;

import barnabas.broker.Barnabas;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/// A node in a process of its own, to be killed.
final class NodeProcess implements AutoCloseable {
    private static final String READY = "ready ";

    private final Process process;
    private final BufferedReader output;

    private NodeProcess(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static NodeProcess start(Map<String, String> settings, Path log) throws IOException {
        var text = new StringBuilder();
        settings.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx200m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                NodeProcess.class.getName(),
                text.toString()));
        return new NodeProcess(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start());
    }

    /// Settings are the one argument, as lines.
    public static void main(String[] arguments) throws Exception {
        var properties = new Properties();
        properties.load(new StringReader(arguments[0]));
        var settings = new HashMap<String, String>();
        for (String name : properties.stringPropertyNames()) settings.put(name, properties.getProperty(name));
        try (Barnabas node = ClusterNode.start(settings)) {
            System.out.println(READY + node.bootstrapServers());
            new CountDownLatch(1).await();
        }
    }

    /// Waits until the node serves; its address for clients.
    String address() throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine())
            if (line.startsWith(READY)) return line.substring(READY.length());
        throw new IOException("the node ended before it served");
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    @Override
    public void close() throws IOException {
        kill();
        output.close();
    }
}
