package barnabas.sql.extensions;

import com.google.re2j.Pattern;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/// Loader of one jar: its own classes come before those of the service, but for Kafka's and the JDK's. Classes of the
/// blacklist are not found.
final class JarLoader extends URLClassLoader {
    private static final List<String> OF_THE_SERVICE = List.of("java.", "javax.", "org.apache.kafka.");

    private final List<Pattern> blacklist;

    JarLoader(URL jar, ClassLoader parent, List<Pattern> blacklist) {
        super(new URL[] {jar}, parent);
        this.blacklist = blacklist;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        for (Pattern each : blacklist)
            if (each.matcher(name).lookingAt())
                throw new ClassNotFoundException(name + " is in " + Extensions.BLACKLIST);
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) return loaded;
            boolean own = OF_THE_SERVICE.stream().noneMatch(name::startsWith);
            if (own) {
                try {
                    return findClass(name);
                } catch (ClassNotFoundException _) {
                    return super.loadClass(name, resolve);
                }
            }
            return super.loadClass(name, resolve);
        }
    }
}
