package barnabas.cli.connect.plugins;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Check of a plug-in's jars before a worker sees them: they are jars, declare something that Connect loads, run on
/// this Java, and use only classes of Connect that this runtime has.
final class PluginCheck {
    private static final String SERVICES = "META-INF/services/org.apache.kafka.connect.";
    private static final String PROVIDER = "META-INF/services/org.apache.kafka.common.config.provider.ConfigProvider";
    private static final String CONNECT = "org/apache/kafka/connect/";
    private static final String CLIENTS = "org/apache/kafka/common/";
    private static final int NAMED_MAX = 3;
    private static final int CLASS_BYTES_MAX = 16 << 20;

    private final Set<String> runtimeClasses = new HashSet<>();
    private final Map<String, List<String>> jarsOfClass = new HashMap<>();
    private final Map<String, Integer> checksums = new HashMap<>();
    private final TreeMap<String, String> missing = new TreeMap<>();
    private final TreeMap<String, String> missingOfClients = new TreeMap<>();
    private final TreeSet<String> differing = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private boolean declares;

    /// @param problems reasons not to take the plug-in
    record Result(List<String> problems, List<String> notes) {}

    static Result of(List<Path> jars, List<Path> runtime) throws IOException {
        var check = new PluginCheck();
        for (Path jar : runtime) check.addRuntime(jar);
        for (Path jar : jars) check.addNames(jar);
        if (!check.declares)
            check.problems.add("none of its " + jars.size()
                    + " jars declares a connector, converter or transformation of Connect (META-INF/services)");
        if (check.problems.isEmpty()) for (Path jar : jars) check.link(jar);
        check.report();
        return new Result(check.problems, check.notes);
    }

    private void addRuntime(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            for (JarEntry each : Collections.list(file.entries())) {
                String name = className(each);
                if (name != null && isKafkas(name)) runtimeClasses.add(name);
            }
        }
    }

    private static boolean isKafkas(String name) {
        return name.startsWith(CONNECT) || name.startsWith(CLIENTS);
    }

    private static @Nullable String className(JarEntry entry) {
        String name = entry.getName();
        if (!name.endsWith(".class") || name.startsWith("META-INF/") || name.equals("module-info.class")) return null;
        return name.substring(0, name.length() - ".class".length());
    }

    private void addNames(Path jar) throws IOException {
        String jarName = jar.getFileName().toString();
        try (var file = new JarFile(jar.toFile())) {
            for (JarEntry each : Collections.list(file.entries())) {
                declares |=
                        each.getName().startsWith(SERVICES) || each.getName().equals(PROVIDER);
                String name = className(each);
                if (name == null) continue;
                List<String> jars = jarsOfClass.computeIfAbsent(name, _ -> new ArrayList<>(1));
                Integer checksum = checksums.put(name, (int) each.getCrc());
                if (!jars.isEmpty() && checksum != null && checksum != (int) each.getCrc())
                    differing.add(String.join(" and ", List.of(jars.getLast(), jarName)) + " (" + name.replace('/', '.')
                            + ")");
                jars.add(jarName);
            }
        } catch (ZipException e) {
            problems.add(jarName + " is no jar: " + e.getMessage());
        }
    }

    private void link(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            for (JarEntry each : Collections.list(file.entries())) {
                String name = className(each);
                if (name == null) continue;
                try (InputStream in = file.getInputStream(each)) {
                    // the size that the jar declares may be wrong
                    byte[] content = in.readNBytes(CLASS_BYTES_MAX + 1);
                    if (content.length > CLASS_BYTES_MAX) {
                        problems.add(name.replace('/', '.') + " in " + jar.getFileName() + " has more than 16 MB");
                        return;
                    }
                    link(ClassFile.of().parse(content), name, jar.getFileName().toString());
                } catch (IllegalArgumentException e) {
                    problems.add(name.replace('/', '.') + " in " + jar.getFileName() + " is no class of Java "
                            + Runtime.version().feature() + " or older");
                    return;
                }
            }
        }
    }

    private void link(ClassModel model, String name, String jar) {
        for (PoolEntry entry : model.constantPool()) {
            if (!(entry instanceof ClassEntry used)) continue;
            String wanted = used.asInternalName();
            if (!isKafkas(wanted) || runtimeClasses.contains(wanted) || jarsOfClass.containsKey(wanted)) continue;
            // A class of the clients may be one that the plug-in can do without.
            var found = wanted.startsWith(CONNECT) ? missing : missingOfClients;
            found.putIfAbsent(wanted.replace('/', '.'), name.replace('/', '.') + " in " + jar);
        }
    }

    private void report() {
        missing.entrySet().stream()
                .limit(NAMED_MAX)
                .forEach(each -> problems.add("it was built for another version of Connect: " + each.getValue()
                        + " needs " + each.getKey() + ", which this runtime does not have"));
        missingOfClients.entrySet().stream()
                .limit(NAMED_MAX)
                .forEach(each -> notes.add(each.getValue() + " uses " + each.getKey()
                        + " of Kafka's clients, which this runtime does not have"));
        differing.stream()
                .limit(NAMED_MAX)
                .forEach(each -> notes.add("the same class with different content is in " + each));
    }
}
