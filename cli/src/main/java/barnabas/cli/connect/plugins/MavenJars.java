package barnabas.cli.connect.plugins;

import barnabas.cli.console.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Jars of Maven coordinates with all that they need, fetched by Maven itself: it is there for the runtime, and it
/// knows the repositories, mirrors and logins of the operator's settings.
public final class MavenJars {
    private static final String DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.11.0";
    private static final int PROBLEM_CHARS_MAX = 600;
    private static final int LINES_MAX = 100;
    private static final String ERROR = "[ERROR]";
    /// Maven writes these also when it was asked not to.
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[\\d;]*m");
    /// Jars that the worker has; in a plug-in they would be ignored or in the way.
    private static final List<String> PROVIDED = List.of(
            "org.apache.kafka:connect-api",
            "org.apache.kafka:connect-runtime",
            "org.apache.kafka:kafka-clients",
            "org.slf4j:slf4j-api",
            "org.slf4j:slf4j-log4j12",
            "org.slf4j:slf4j-simple",
            "org.slf4j:slf4j-reload4j",
            "ch.qos.logback:logback-classic",
            "ch.qos.reload4j:reload4j",
            "log4j:log4j",
            // The worker's modules of Jackson are found by a plug-in's copy of it, and are of another one then.
            "com.fasterxml.jackson.core:jackson-annotations",
            "com.fasterxml.jackson.core:jackson-core",
            "com.fasterxml.jackson.core:jackson-databind");

    private final PrintWriter progress;

    public MavenJars(PrintWriter progress) {
        this.progress = progress;
    }

    /// @param folder gets the jars
    public void fetch(String group, String artifact, String version, Path folder)
            throws Failure, IOException, InterruptedException {
        progress.println("Fetching " + artifact + " " + version + " and what it needs");
        Path pom = Files.createTempFile("barnabas-plugin", ".xml");
        try {
            Files.writeString(pom, pom(group, artifact, version));
            run(List.of(
                    "mvn",
                    "-B",
                    "-q",
                    "-ntp",
                    // A failure that Maven remembers may be over.
                    "-U",
                    "-Dstyle.color=never",
                    "-f",
                    pom.toString(),
                    DEPENDENCY_PLUGIN + ":copy-dependencies",
                    "-DincludeScope=runtime",
                    "-DoutputDirectory=" + folder.toAbsolutePath()));
        } finally {
            Files.deleteIfExists(pom);
        }
    }

    static String pom(String group, String artifact, String version) {
        var exclusions = new StringBuilder();
        for (String each : PROVIDED) {
            int colon = each.indexOf(':');
            exclusions
                    .append("<exclusion><groupId>")
                    .append(each, 0, colon)
                    .append("</groupId><artifactId>")
                    .append(each.substring(colon + 1))
                    .append("</artifactId></exclusion>");
        }
        return "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion>"
                + "<groupId>dev.barnabas</groupId><artifactId>plugin</artifactId><version>1</version>"
                + "<dependencies><dependency><groupId>" + group + "</groupId><artifactId>" + artifact
                + "</artifactId><version>" + version + "</version><exclusions>" + exclusions
                + "</exclusions></dependency></dependencies></project>";
    }

    private static void run(List<String> command) throws Failure, IOException, InterruptedException {
        Process maven;
        try {
            maven = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new Failure("jars are fetched with Maven 3.8 or newer: install it", e);
        }
        try {
            var errors = new ArrayList<String>();
            try (var said = maven.inputReader(StandardCharsets.UTF_8)) {
                for (String line = said.readLine(); line != null; line = said.readLine())
                    if (errors.size() < LINES_MAX && line.contains(ERROR)) errors.add(line);
            }
            if (maven.waitFor() != 0) throw new Failure("Maven did not find the jars: " + problem(errors));
        } finally {
            maven.destroy();
        }
    }

    /// Reason of a failure, from the lines of Maven that have a mark of an error.
    static String problem(List<String> errors) {
        for (String line : errors) {
            String text = COLOUR.matcher(line).replaceAll("").strip();
            if (!text.startsWith(ERROR)) continue;
            String reason = text.substring(ERROR.length())
                    .strip()
                    .replaceFirst("^Failed to execute goal on project plugin: ", "")
                    .replaceFirst(" -> \\[Help 1]$", "");
            if (!reason.isEmpty()) return reason.substring(0, Math.min(reason.length(), PROBLEM_CHARS_MAX));
        }
        return "it gave no reason";
    }
}
