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
import java.util.stream.Stream;

/// Directory of a worker.
///
/// ```
/// DIR/plugins/NAME-VERSION/   one plug-in each, isolated from the others
/// DIR/secrets/                files that ${file:...} of connectors may name
/// DIR/worker.properties       generated at each start; may hold the worker's own login
/// DIR/worker.log              of the worker
/// DIR/worker.out              what the JVM itself says
/// DIR/restarts.properties     restarts of failed connectors and tasks: NAME or NAME/TASK = count
/// ```
///
/// @param path absolute
public record WorkerFolder(Path path) {
    private static final int PLUGINS_MAX = 10_000;

    public WorkerFolder {
        path = path.toAbsolutePath().normalize();
    }

    public static WorkerFolder at(String path) {
        return new WorkerFolder(Path.of(path));
    }

    /// Creates what is missing.
    public void create() throws Failure {
        try {
            Files.createDirectories(plugins());
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

    public Path log() {
        return path.resolve("worker.log");
    }

    Path output() {
        return path.resolve("worker.out");
    }

    Path settings() {
        return path.resolve("worker.properties");
    }

    private Path restarts() {
        return path.resolve("restarts.properties");
    }

    /// Names of the plug-ins' folders, sorted.
    public List<String> pluginNames() throws IOException {
        if (!Files.isDirectory(plugins())) return List.of();
        try (Stream<Path> all = Files.list(plugins())) {
            // A name with a dot in front is a plug-in on its way in or out.
            var names = new ArrayList<String>(all.filter(Files::isDirectory)
                    .map(each -> each.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .limit(PLUGINS_MAX)
                    .toList());
            names.sort(null);
            return names;
        }
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
