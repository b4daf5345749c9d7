package barnabas.cli.connect.plugins;

import barnabas.cli.console.Failure;
import barnabas.config.keys.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/// Plug-ins as folders of jars.
public final class PluginFolders {
    private static final List<String> MANIFESTS = List.of(
            "META-INF/services/org.apache.kafka.connect.source.SourceConnector",
            "META-INF/services/org.apache.kafka.connect.sink.SinkConnector");
    private static final int FILES_MAX = 10_000;
    private static final int MANIFEST_BYTES_MAX = 1 << 20;

    private PluginFolders() {}

    public static List<Path> jars(Path plugin) throws IOException {
        try (Stream<Path> all = Files.walk(plugin)) {
            return all.filter(each -> each.toString().endsWith(".jar"))
                    .limit(FILES_MAX)
                    .toList();
        }
    }

    /// Connector classes that the plug-in's jars declare.
    public static List<String> connectors(Path plugin) throws IOException {
        var classes = new TreeSet<String>();
        for (Path jar : jars(plugin)) {
            try (var file = new JarFile(jar.toFile())) {
                for (String manifest : MANIFESTS) {
                    JarEntry entry = file.getJarEntry(manifest);
                    if (entry != null) classes.addAll(lines(file, entry));
                }
            }
        }
        return List.copyOf(classes);
    }

    private static List<String> lines(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            var lines = new ArrayList<String>();
            for (String line : new String(in.readNBytes(MANIFEST_BYTES_MAX), StandardCharsets.UTF_8).split("\\R", -1)) {
                int comment = line.indexOf('#');
                String name = (comment < 0 ? line : line.substring(0, comment)).strip();
                if (!name.isEmpty()) lines.add(name);
            }
            return lines;
        }
    }

    /// @param names of the plug-ins that are there
    /// @throws Failure when there is none of this name
    public static void remove(Path plugins, String name, List<String> names) throws Failure, IOException {
        if (!names.contains(name))
            throw new Failure("there is no plug-in '" + name + "'"
                    + NearestName.to(name, names)
                            .map(near -> ": did you mean '" + near + "'?")
                            .orElse(": see 'barnabas connect plugin list'"));
        // Out of the worker's sight first: it never sees half a plug-in.
        Path gone = aside(plugins).resolve(name + ".removed");
        deleteAll(gone);
        Files.move(plugins.resolve(name), gone);
        deleteAll(gone);
    }

    /// Folder for plug-ins on their way in or out, created if missing, on the same disk. No worker looks into it;
    /// one that starts reads every folder below `plugins`, whatever its name.
    static Path aside(Path plugins) throws IOException {
        return Files.createDirectories(plugins.resolveSibling("plugins.changing"));
    }

    /// Deletes a folder with everything in it, if it is there.
    public static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted((one, other) -> other.compareTo(one)).toList()) Files.delete(each);
        }
    }
}
