package barnabas.cli.sql;

import barnabas.cli.console.Failure;
import barnabas.cli.jars.JarFolder;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.spi.ToolProvider;

/// The jars of the module `sql`, in the folder `sql` beside the command's own.
final class SqlJars {
    private static final String TOOL = "barnabas-sql";
    private static final String FOLDER = "sql";

    private SqlJars() {}

    /// @throws Failure when the jars are not there
    static ToolProvider tool() throws IOException, Failure {
        return tool(List.of());
    }

    /// @param more jars from elsewhere
    /// @throws Failure when the jars are not there
    static ToolProvider tool(List<URL> more) throws IOException, Failure {
        ToolProvider tool = found(SqlJars.class.getClassLoader()).orElse(null);
        if (tool != null) return tool;
        var urls = new ArrayList<>(List.of(JarFolder.urls(FOLDER)));
        urls.addAll(more);
        var loader = new URLClassLoader(urls.toArray(URL[]::new), SqlJars.class.getClassLoader());
        // Kafka looks its classes up with the loader of the thread.
        Thread.currentThread().setContextClassLoader(loader);
        return found(loader)
                .orElseThrow(() -> new Failure(
                        "the jars of 'barnabas sql' are not in the folder " + FOLDER + " beside the command's own"));
    }

    private static Optional<ToolProvider> found(ClassLoader loader) {
        for (ToolProvider each : ServiceLoader.load(ToolProvider.class, loader)) {
            if (each.name().equals(TOOL)) return Optional.of(each);
        }
        return Optional.empty();
    }
}
