package barnabas.sql.extensions;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/// Loader of one jar: its own classes come before those of the service, but for Kafka's and the JDK's. Classes of the
/// blacklist are not found. A jar without the interfaces of aggregate functions has those of [AggregateInterfaces].
final class JarLoader extends URLClassLoader {
    private final ClassLoader service;
    private final Blacklist blacklist;

    /// @param jars that of the functions, and those with Connect's classes
    JarLoader(URL[] jars, ClassLoader service, Blacklist blacklist) {
        super(jars.clone(), new First(service, blacklist));
        this.service = service;
        this.blacklist = blacklist;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        blacklist.check(name);
        try {
            return super.findClass(name);
        } catch (ClassNotFoundException _) {
            if (!AggregateInterfaces.has(name) && !LambdaInterfaces.has(name)) return service.loadClass(name);
            byte[] bytes = LambdaInterfaces.has(name) ? LambdaInterfaces.bytes(name) : AggregateInterfaces.bytes(name);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    /// Classes that no jar replaces.
    private static final class First extends ClassLoader {
        private static final List<String> PREFIXES = List.of("java.", "javax.", "org.apache.kafka.");

        private final ClassLoader service;
        private final Blacklist blacklist;

        First(ClassLoader service, Blacklist blacklist) {
            super(null);
            this.service = service;
            this.blacklist = blacklist;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            blacklist.check(name);
            for (String each : PREFIXES) if (name.startsWith(each)) return service.loadClass(name);
            throw new ClassNotFoundException(name);
        }
    }
}
