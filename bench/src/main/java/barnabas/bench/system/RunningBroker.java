package barnabas.bench.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A broker process that was started. One thread uses it.
///
/// A shutdown hook of the harness kills the processes that are still there when it ends.
public final class RunningBroker implements AutoCloseable {
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(RunningBroker::killTree), "kill-started-brokers"));
    }

    private final Process process;
    private final InetSocketAddress address;
    private final Launch launch;
    private final Ports ports;
    private final long startedNanos;
    private long pid;

    private RunningBroker(Process process, InetSocketAddress address, Launch launch, Ports ports, long startedNanos) {
        this.process = process;
        this.address = address;
        this.launch = launch;
        this.ports = ports;
        this.startedNanos = startedNanos;
    }

    static RunningBroker start(List<String> command, Map<String, String> environment, Launch launch, Ports ports)
            throws IOException {
        Files.createDirectories(launch.directory());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(launch.logFile().toFile()));
        builder.environment().putAll(environment);
        long startedNanos = System.nanoTime();
        Process process = builder.start();
        ALIVE.add(process);
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.plain());
        return new RunningBroker(process, address, launch, ports, startedNanos);
    }

    public InetSocketAddress address() {
        return address;
    }

    public String bootstrap() {
        return "127.0.0.1:" + address.getPort();
    }

    /// Settings of an official client that encrypts.
    public Map<String, String> tlsClient() {
        TlsKeys tls = launch.tls();
        if (tls == null) throw new IllegalStateException("the broker was started without TLS");
        Map<String, String> settings = new HashMap<>(tls.clientSettings());
        settings.put("bootstrap.servers", "127.0.0.1:" + ports.tls());
        return settings;
    }

    /// Settings of an official client that does not encrypt.
    public Map<String, String> plainClient() {
        return Map.of("bootstrap.servers", bootstrap());
    }

    /// Address of its page of metrics.
    public URI metricsPage() {
        if (!launch.metrics()) throw new IllegalStateException("the broker was started without metrics");
        return URI.create("http://127.0.0.1:" + ports.metrics() + "/metrics");
    }

    /// The monotonic time just before the process was started.
    public long startedNanos() {
        return startedNanos;
    }

    /// The process id of the JVM that serves: the started process, or the `java` below it if that is a script.
    public long pid() {
        if (pid == 0) {
            pid = isJava(process.toHandle())
                    ? process.pid()
                    : process.descendants()
                            .filter(RunningBroker::isJava)
                            .findFirst()
                            .map(ProcessHandle::pid)
                            .orElse(process.pid());
        }
        return pid;
    }

    /// The JVM options of the process that serves, from its command line; files without their folders.
    public String jvmOptions() throws IOException {
        List<String> options = new ArrayList<>();
        for (String word :
                Files.readString(Path.of("/proc/" + pid() + "/cmdline")).split("\0", -1)) {
            if (word.startsWith("-X") || word.startsWith("--")) {
                options.add(word.replaceAll("/[^ :,=]*/", ""));
            }
            if (word.startsWith("-javaagent:")) {
                options.add(word.replaceAll("/[^ :,=]*/", "").replaceAll("=.*", ""));
            }
        }
        return String.join(" ", options);
    }

    private static boolean isJava(ProcessHandle handle) {
        try {
            return Files.readString(Path.of("/proc/" + handle.pid() + "/comm"))
                    .strip()
                    .equals("java");
        } catch (IOException e) {
            return false;
        }
    }

    /// Fails with the last lines of the broker's own output if it has ended.
    public void checkAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the broker ended with exit code " + process.exitValue() + ":\n" + lastOutput());
        }
    }

    public String lastOutput() throws IOException {
        Path logFile = launch.logFile();
        if (!Files.exists(logFile)) {
            return "";
        }
        List<String> lines = Files.readAllLines(logFile, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /// Freezes the process, so that it does not disturb the others' rounds.
    public void pause() throws IOException, InterruptedException {
        signal("STOP");
    }

    public void resume() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException("cannot send SIG" + name + " to process " + pid());
        }
    }

    /// Stops it as an operator would (SIGTERM), by force after a minute.
    public void stop() throws InterruptedException {
        if (!stop(60)) {
            kill();
        }
    }

    /// Stops it as an operator would (SIGTERM).
    ///
    /// @return whether it ended in time
    public boolean stop(int seconds) throws InterruptedException {
        process.toHandle().descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (ended) {
            ALIVE.remove(process);
        }
        return ended;
    }

    /// kill -9.
    public void kill() throws InterruptedException {
        killTree(process);
        process.waitFor();
        ALIVE.remove(process);
    }

    private static void killTree(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
