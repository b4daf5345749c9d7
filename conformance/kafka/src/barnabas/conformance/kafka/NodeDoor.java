package barnabas.conformance.kafka;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// The way to Barnabas' classes. They have a class loader of their own: a node of a cluster needs another release of
/// some of Kafka's jars than the tests on the class path.
final class NodeDoor {
    private static final Class<?> NODES = load();

    private NodeDoor() {}

    private static Class<?> load() {
        var jars = new ArrayList<URL>();
        try {
            for (String path : System.getProperty("barnabas.conformance.nodes").split(File.pathSeparator))
                jars.add(Path.of(path).toUri().toURL());
            var loader = new URLClassLoader("nodes", jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
            return loader.loadClass("barnabas.conformance.kafka.nodes.Nodes");
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("the jars of Barnabas are not there", e);
        }
    }

    /// @return what the method returns; all of them return something of the JDK
    private static Object call(String name, Object... arguments) {
        Method method = Arrays.stream(NODES.getMethods())
                .filter(each -> each.getName().equals(name))
                .findFirst()
                .orElseThrow();
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(NODES.getClassLoader());
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("nodes: " + e.getCause().getMessage(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    static AutoCloseable start(Map<String, String> properties, boolean member) {
        return (AutoCloseable) call("start", properties, member);
    }

    static boolean knows(String setting) {
        return (Boolean) call("knows", setting);
    }

    static List<Integer> freePorts(int count) {
        var ports = new ArrayList<Integer>();
        for (Object each : (List<?>) call("freePorts", count)) ports.add((Integer) each);
        return ports;
    }

    /// @param chosen from a plain listener's name to `User:NAME`, asked for each new connection
    static void choosePrincipals(UnaryOperator<String> chosen) {
        call("choosePrincipals", chosen);
    }

    static String randomId() {
        return (String) call("randomId");
    }

    static boolean format(Path directory, String release, Map<String, Short> levels, String voter) {
        return (Boolean) call("format", directory, release, levels, voter);
    }

    static void warmUp(Path directory) {
        call("warmUp", directory);
    }
}
