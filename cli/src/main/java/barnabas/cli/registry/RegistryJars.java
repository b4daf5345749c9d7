package barnabas.cli.registry;

import barnabas.base.Mutex;
import barnabas.broker.http.ModulePages;
import barnabas.broker.http.NodeAccess;
import barnabas.broker.http.PageModule;
import barnabas.cli.jars.JarFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// Loads the schema registry and the libraries of its kinds of schemas at the first request for a page that is not the
/// console's. Their jars are not on the class path, but in the folder `registry` beside the command's own. Without that
/// folder there is no registry.
public final class RegistryJars implements PageModule {
    private static final String FOLDER = "registry";

    private final Mutex loading = new Mutex();
    private boolean loaded; // guarded by loading
    private @Nullable PageModule found; // guarded by loading

    @Override
    public boolean takes(String path) {
        PageModule module = module();
        return module != null && module.takes(path);
    }

    @Override
    public boolean takesOfRegistry(String path) {
        PageModule module = module();
        return module != null && module.takesOfRegistry(path);
    }

    @Override
    public ModulePages open(NodeAccess node) {
        PageModule module = module();
        if (module == null) throw new IllegalStateException("bug: no path was taken");
        return module.open(node);
    }

    /// Null without the jars.
    private @Nullable PageModule module() {
        try (var _ = loading.hold()) {
            if (!loaded) found = load().orElse(null);
            loaded = true;
            return found;
        }
    }

    /// Loader of the registry's classes; the command's own without its jars.
    public static ClassLoader loader() {
        ClassLoader own = RegistryJars.class.getClassLoader();
        URL[] jars = jars();
        return jars.length == 0 ? own : new URLClassLoader(FOLDER, jars, own);
    }

    private static Optional<PageModule> load() {
        URL[] jars = jars();
        if (jars.length == 0) return Optional.empty();
        var loader = new URLClassLoader(FOLDER, jars, RegistryJars.class.getClassLoader());
        return ServiceLoader.load(PageModule.class, loader).stream()
                .filter(each -> each.type().getClassLoader().equals(loader))
                .map(ServiceLoader.Provider::get)
                .findFirst();
    }

    private static URL[] jars() {
        try {
            return JarFolder.urls(FOLDER);
        } catch (IOException e) {
            throw new UncheckedIOException("the schema registry's jars cannot be read", e);
        }
    }
}
