package barnabas.conformance.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One node of the cluster: the runs of its process, one after the other, on the same files and the same address.
public final class NodeProcess {
    private static final Pattern READY = Pattern.compile("(Barnabas|Apache Kafka) ready|Kafka Server started");
    private static final int STOP_SECONDS = 60;

    /// Environment variable with the path of libfaketime, which `conformance/chaos/run` sets.
    private static final String CLOCK_LIBRARY = "CLOCK_LIBRARY";


    private final int id;
    private final List<String> command;
    private final Path data;
    private final Path output;
    private int runs;
    private @Nullable Process process;

    /// @param command starts the node in the foreground
    /// @param output of its runs, a file for each: `OUTPUT.1` ..
    public NodeProcess(int id, List<String> command, Path data, Path output) {
        this.id = id;
        this.command = List.copyOf(command);
        this.data = data;
        this.output = output;
        // However this program ends, the node does not outlive it.
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    public int id() {
        return id;
    }

    public Path data() {
        return data;
    }

    /// Whether its last run was one of Apache Kafka.
    boolean isKafka() throws IOException {
        return Files.readString(out()).contains("Kafka Server started");
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    private Path out() {
        return Path.of(output + "." + runs);
    }

    /// Starts a process and returns at once.
    public void launch() throws IOException {
        launch(Map.of());
    }

    /// The same with a wall clock that is as far from this machine's as a file says, by libfaketime.
    void launchWithClock(Path clock) throws IOException {
        launch(Map.of(
                "LD_PRELOAD",
                System.getenv(CLOCK_LIBRARY),
                "FAKETIME_TIMESTAMP_FILE",
                clock.toString(),
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // seconds after which it looks into the file again
                "FAKETIME_CACHE_DURATION",
                "1"));
    }

    private void launch(Map<String, String> environment) throws IOException {
        runs++;
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out().toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /// Waits for the ready line.
    ///
    /// @throws IOException when the process ends before, or is not ready in time
    public void awaitReady(int seconds) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!READY.matcher(Files.readString(out())).find()) {
            if (!isAlive() || System.nanoTime() > deadline) {
                String text = Files.readString(out());
                throw new IOException("node " + id + (isAlive() ? " is not ready: " : " ended: ")
                        + text.substring(Math.max(0, text.length() - 1_500)));
            }
            Thread.sleep(5);
        }
    }

    private List<ProcessHandle> all() {
        var all = new ArrayList<ProcessHandle>();
        if (process == null) return all;
        process.descendants().forEach(all::add);
        all.add(process.toHandle());
        return all;
    }

    /// SIGKILL, also for what the program started.
    public void kill() {
        List<ProcessHandle> all = all();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(each -> each.onExit().join());
    }

    /// SIGTERM, as an operator stops it.
    public void stop() throws IOException, InterruptedException {
        if (process == null) return;
        all().forEach(ProcessHandle::destroy);
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) throw new IOException("node " + id + " does not stop");
    }

    /// SIGTERM, and SIGKILL when it does not end: the last node of Apache Kafka waits for minutes for a quorum whose
    /// other nodes are gone.
    ///
    /// @return whether it ended by itself
    public boolean end() throws IOException, InterruptedException {
        try {
            stop();
            return true;
        } catch (IOException e) {
            kill();
            return false;
        }
    }

    /// SIGSTOP.
    void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    /// SIGCONT.
    void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        for (ProcessHandle each : all()) Shell.run("kill", "-" + name, Long.toString(each.pid()));
    }
}
