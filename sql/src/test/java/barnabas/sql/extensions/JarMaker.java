package barnabas.sql.extensions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// Jars as users build them: compiled against annotations and interfaces that are not in the jar.
public final class JarMaker {
    private static final Pattern NAME = Pattern.compile("public (?:abstract )?(?:class|@?interface) (\\w+)");
    private static final String KSQL = "io.confluent.ksql.function.";
    private static final String RUNTIME = "import java.lang.annotation.*; @Retention(RetentionPolicy.RUNTIME) ";

    private JarMaker() {}

    private static List<String> annotations() {
        return List.of(
                annotation(
                        "udf.UdfDescription", "String name(); String description(); String category() default \"\";"),
                annotation(
                        "udf.Udf",
                        "String description() default \"\"; String schema() default \"\"; String schemaProvider() default \"\";"),
                annotation("udf.UdfParameter", "String value() default \"\"; String schema() default \"\";"),
                annotation("udtf.UdtfDescription", "String name(); String description();"),
                annotation("udtf.Udtf", "String schema() default \"\";"),
                annotation("udaf.UdafDescription", "String name(); String description();"),
                annotation(
                        "udaf.UdafFactory",
                        "String description(); String paramSchema() default \"\"; String aggregateSchema() default \"\"; String returnSchema() default \"\";"),
                "package " + KSQL + "udf; public interface TriFunction<A, B, C, R> { R apply(A a, B b, C c); }",
                "package " + KSQL + "udaf; public interface Udaf<I, A, O> {"
                        + " A initialize(); A aggregate(I now, A state); A merge(A one, A two); O map(A state); }",
                "package " + KSQL + "udaf; public interface TableUdaf<I, A, O> extends Udaf<I, A, O> {"
                        + " A undo(I then, A state); }");
    }

    private static String annotation(String name, String members) {
        int point = name.indexOf('.');
        return "package " + KSQL + name.substring(0, point) + "; " + RUNTIME + "public @interface "
                + name.substring(point + 1) + " { " + members + " }";
    }

    /// Compiles sources, each with one public class, and puts their classes into a jar.
    public static Path jar(Path jar, String... sources) throws IOException {
        return jar(jar, false, sources);
    }

    /// A jar that has the annotations and interfaces as well.
    static Path uberjar(Path jar, String... sources) throws IOException {
        return jar(jar, true, sources);
    }

    private static Path jar(Path jar, boolean all, String... sources) throws IOException {
        Path classes = Files.createTempDirectory(jar.getParent(), "classes");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var units = new ArrayList<Source>();
        for (String each : annotations()) units.add(new Source(each));
        for (String each : sources) units.add(new Source(each));
        var messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of("-d", classes.toString(), "-proc:none", "-cp", System.getProperty("java.class.path")),
                        null,
                        units)
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();
        try (OutputStream out = Files.newOutputStream(jar);
                var file = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path each :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                String name = classes.relativize(each).toString();
                if (!all && name.startsWith("io/confluent")) continue;
                file.putNextEntry(new JarEntry(name));
                Files.copy(each, file);
                file.closeEntry();
            }
        }
        return jar;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///" + path(text)), Kind.SOURCE);
            this.text = text;
        }

        private static String path(String text) {
            Matcher found = NAME.matcher(text);
            assertThat(found.find()).isTrue();
            return found.group(1) + ".java";
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
