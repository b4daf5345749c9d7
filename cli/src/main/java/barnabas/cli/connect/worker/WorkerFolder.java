package barnabas.cli.connect.worker;

import barnabas.cli.console.Failure;
import barnabas.cli.secure.PrivateFile;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Directory of a worker.
///
/// ```
/// DIR/plugins/NAME-VERSION/   one plug-in each, isolated from the others
/// DIR/plugins.changing/       plug-ins on their way in or out
/// DIR/secrets/                files that ${file:...} of connectors may name
/// DIR/worker.properties       generated at each start; may hold the worker's own login
/// DIR/worker.log              of the worker
/// DIR/worker.out              what the JVM itself says
/// DIR/restarts.properties     restarts of failed connectors and tasks: NAME or NAME/TASK = count
/// DIR/connectors/NAME/        the last four of a connector with a worker of its own, and the empty file `connector`
///                             when the worker has accepted it
/// ```
///
/// @param path DIR, absolute
/// @param own directory of the last four; DIR unless it is that of one connector
public record WorkerFolder(Path path, Path own) {
    private static final int FOLDERS_MAX = 10_000;
    private static final Pattern CONNECTOR = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");

    public static WorkerFolder at(String path) {
        Path absolute = Path.of(path).toAbsolutePath().normalize();
        return new WorkerFolder(absolute, absolute);
    }

    /// True for names that a connector with a worker of its own may have: they become part of names of topics.
    public static boolean isConnectorName(String name) {
        return CONNECTOR.matcher(name).matches();
    }

    /// Directory of the worker of one connector, which shares plug-ins and secrets.
    public WorkerFolder ofConnector(String name) {
        if (!isConnectorName(name)) throw new IllegalArgumentException(name);
        return new WorkerFolder(path, connectors().resolve(name));
    }

    /// Directory of the worker that runs a connector: its own one, or this.
    public WorkerFolder of(String connector) {
        if (!isConnectorName(connector)) return this;
        WorkerFolder isolated = ofConnector(connector);
        return Files.isDirectory(isolated.own) ? isolated : this;
    }

    /// Name of the worker for messages.
    String worker() {
        return own.equals(path) ? "the worker" : "the worker of " + own.getFileName();
    }

    /// Creates what is missing.
    public void create() throws Failure {
        try {
            Files.createDirectories(plugins());
            Files.createDirectories(own);
            PrivateFile.directory(secrets());
        } catch (IOException e) {
            throw new Failure("the directory " + path + " cannot be used: " + e.getMessage(), e);
        }
    }

    public Path plugins() {
        return path.resolve("plugins");
    }

    public Path secrets() {
        return path.resolve("secrets");
    }

    private Path connectors() {
        return path.resolve("connectors");
    }

    public Path log() {
        return own.resolve("worker.log");
    }

    Path output() {
        return own.resolve("worker.out");
    }

    Path settings() {
        return own.resolve("worker.properties");
    }

    private Path restarts() {
        return own.resolve("restarts.properties");
    }

    /// Names of the plug-ins' folders, sorted.
    public List<String> pluginNames() throws IOException {
        return folders(plugins());
    }

    /// Names of connectors with workers of their own, sorted.
    public List<String> connectorNames() throws IOException {
        return folders(connectors()).stream()
                .filter(WorkerFolder::isConnectorName)
                .toList();
    }

    private static List<String> folders(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) return List.of();
        try (Stream<Path> all = Files.list(parent)) {
            // Names with a dot in front are the operator's own.
            var names = new ArrayList<String>(all.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .limit(FOLDERS_MAX)
                    .toList());
            names.sort(null);
            return names;
        }
    }

    /// Notes that the worker of this directory has accepted its connector.
    public void confirm() throws IOException {
        PrivateFile.write(confirmed(), "");
    }

    /// True after [#confirm]; a directory of a creation that was cut off is not.
    public boolean isConfirmed() {
        return Files.exists(confirmed());
    }

    private Path confirmed() {
        return own.resolve("connector");
    }

    /// Deletes the directory of one connector's worker.
    public void deleteOwn() throws IOException {
        if (own.equals(path)) throw new IllegalStateException("the directory is shared");
        if (!Files.isDirectory(own)) return;
        try (Stream<Path> all = Files.list(own)) {
            for (Path each : all.toList()) Files.deleteIfExists(each);
        }
        Files.deleteIfExists(own);
    }

    void writeRestarts(Map<String, Long> counts) throws IOException {
        var text = new StringBuilder();
        counts.forEach((part, count) ->
                text.append(escaped(part)).append('=').append(count).append('\n'));
        PrivateFile.write(restarts(), text.toString());
    }

    /// Restarts as the supervisor has written them last; empty without a supervisor over this directory.
    public Map<String, Long> readRestarts() throws IOException {
        var counts = new TreeMap<String, Long>();
        if (!Files.exists(restarts())) return counts;
        var read = new Properties();
        try (Reader in = Files.newBufferedReader(restarts())) {
            read.load(in);
        }
        for (String part : read.stringPropertyNames()) {
            String count = read.getProperty(part, "");
            if (count.matches("\\d{1,18}")) counts.put(part, Long.valueOf(count));
        }
        return counts;
    }

    private static String escaped(String key) {
        return key.replace("\\", "\\\\")
                .replace(" ", "\\ ")
                .replace("=", "\\=")
                .replace(":", "\\:")
                .replace("#", "\\#")
                .replace("!", "\\!");
    }
}
