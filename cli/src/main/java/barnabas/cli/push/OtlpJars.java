package barnabas.cli.push;

import barnabas.broker.push.PushModule;
import barnabas.broker.push.PushedNode;
import barnabas.cli.jars.JarFolder;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ServiceLoader;

/// Loads the OpenTelemetry SDK for a node that pushes its metrics. Its jars are not on the class path, but in the
/// folder `otlp` beside the command's own.
public final class OtlpJars implements PushModule {
    private static final String FOLDER = "otlp";

    @Override
    public AutoCloseable open(PushedNode node) {
        URL[] jars = jars();
        var loader = new URLClassLoader(FOLDER, jars, OtlpJars.class.getClassLoader());
        return ServiceLoader.load(PushModule.class, loader).stream()
                .filter(each -> each.type() != OtlpJars.class)
                .map(ServiceLoader.Provider::get)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "the jars for OTLP are not in the folder " + FOLDER + " beside the command's own"))
                .open(node);
    }

    private static URL[] jars() {
        try {
            return JarFolder.urls(FOLDER);
        } catch (IOException e) {
            throw new IllegalStateException("the jars for OTLP cannot be read: " + e.getMessage(), e);
        }
    }
}
