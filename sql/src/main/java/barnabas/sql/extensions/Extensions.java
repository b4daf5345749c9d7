package barnabas.sql.extensions;

import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.StuckProblem;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/// Functions of the jars of a folder, `ksql.extension.dir`. Each jar has a class loader of its own. A class or method
/// that is no function, or has the name of another one, is left out.
///
/// @param leftOut a line for each, with the jar, the class and the reason
public record Extensions(List<SqlFunction> functions, List<String> leftOut) {
    public static final Extensions NONE = new Extensions(List.of(), List.of());

    private static final String FOLDER = "ksql.extension.dir";
    private static final String CONNECT = "connect-api*.jar";
    private static final String ENABLED = "ksql.udfs.enabled";
    private static final int CLASS_BYTES_MAX = 16 << 20;
    private static final int CLASSES_MAX = 200_000;

    /// Classes of a jar whose constructors do not return: a start waits for each, and each keeps a thread.
    private static final int STUCK_MAX = 2;

    /// The folder that the settings name; no functions when they name none.
    ///
    /// @param standard functions that keep their names
    /// @throws IllegalArgumentException when the folder cannot be read
    public static Extensions of(Map<String, String> settings, FunctionRegistry standard) {
        String folder = settings.get(FOLDER);
        if (folder == null
                || folder.isBlank()
                || settings.getOrDefault(ENABLED, "true").equalsIgnoreCase("false")) return NONE;
        return of(Path.of(folder), settings, standard);
    }

    /// @throws IllegalArgumentException when the folder cannot be read
    public static Extensions of(Path folder, Map<String, String> settings, FunctionRegistry standard) {
        try {
            Blacklist blacklist = Blacklist.of(folder);
            var names = new TreeMap<String, SqlFunction>();
            var leftOut = new ArrayList<String>();
            for (Path jar : jars(folder)) read(jar, blacklist, settings, standard, names, leftOut);
            return new Extensions(List.copyOf(names.values()), List.copyOf(leftOut));
        } catch (IOException e) {
            throw new IllegalArgumentException(FOLDER + ": " + folder + " cannot be read: " + e, e);
        }
    }

    /// The functions with those of the jars.
    public FunctionRegistry with(FunctionRegistry standard) {
        if (functions.isEmpty()) return standard;
        var all = new ArrayList<>(standard.all());
        all.addAll(functions);
        return new FunctionRegistry(all);
    }

    private static List<Path> jars(Path folder) throws IOException {
        var jars = new TreeSet<Path>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.jar")) {
            files.forEach(jars::add);
        }
        return List.copyOf(jars);
    }

    /// The jar, and those of its folder that have the classes of Connect, which the service has not.
    private static URL[] withConnect(Path jar) throws IOException {
        var all = new ArrayList<URL>();
        all.add(jar.toUri().toURL());
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(jar.toAbsolutePath().resolveSibling(""), CONNECT)) {
            for (Path each : files) all.add(each.toUri().toURL());
        }
        return all.toArray(URL[]::new);
    }

    @SuppressWarnings("BanClassLoader") // functions of the operator's folder live as long as the service
    private static void read(
            Path jar,
            Blacklist blacklist,
            Map<String, String> settings,
            FunctionRegistry standard,
            Map<String, SqlFunction> names,
            List<String> leftOut)
            throws IOException {
        List<AnnotatedClass> classes;
        try {
            classes = classes(jar);
        } catch (IOException | IllegalArgumentException e) {
            leftOut.add(jar.getFileName() + ": no jar of readable classes: " + e.getMessage());
            return;
        }
        if (classes.isEmpty()) return;
        var loader = new JarLoader(withConnect(jar), Extensions.class.getClassLoader(), blacklist);
        int stuck = 0;
        for (AnnotatedClass each : classes) {
            String where = jar.getFileName() + ": " + each.className() + ": ";
            try {
                SqlFunction function = JarFunctions.of(each, loader, settings, reason -> leftOut.add(where + reason));
                String taken = standard.find(function.name()).isPresent()
                        ? "a function of this service"
                        : names.containsKey(function.name()) ? "another class of the folder" : null;
                if (taken == null) names.put(function.name(), function);
                else leftOut.add(where + taken + " has the name " + function.name());
            } catch (BadSignature e) {
                leftOut.add(where + e.getMessage());
            } catch (StuckProblem e) {
                leftOut.add(where + e.getMessage());
                if (++stuck == STUCK_MAX) {
                    leftOut.add(jar.getFileName() + ": its other classes: " + STUCK_MAX + " of the jar did not return");
                    return;
                }
            }
        }
    }

    private static List<AnnotatedClass> classes(Path jar) throws IOException {
        var classes = new ArrayList<AnnotatedClass>();
        try (var file = new JarFile(jar.toFile())) {
            if (file.size() > CLASSES_MAX)
                throw new IOException("it has " + file.size() + " entries, at most " + CLASSES_MAX);
            for (JarEntry each : Collections.list(file.entries())) {
                byte @Nullable [] bytes = bytes(file, each);
                if (bytes != null)
                    AnnotatedClass.of(ClassFile.of().parse(bytes)).ifPresent(classes::add);
            }
        }
        return classes;
    }

    private static byte @Nullable [] bytes(JarFile file, JarEntry entry) throws IOException {
        String name = entry.getName();
        if (!name.endsWith(".class") || name.startsWith("META-INF/") || name.endsWith("module-info.class")) return null;
        try (InputStream in = file.getInputStream(entry)) {
            byte[] bytes = in.readNBytes(CLASS_BYTES_MAX + 1);
            if (bytes.length > CLASS_BYTES_MAX) throw new IOException(name + " has more than 16 MB");
            return bytes;
        }
    }
}
