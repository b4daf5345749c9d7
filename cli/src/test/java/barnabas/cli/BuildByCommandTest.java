package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The scripts of `bin` while they build and make AOT caches, with a JDK and a build that are scripts themselves.
@Timeout(120)
class BuildByCommandTest {
    private static final Path BIN = Path.of("").toAbsolutePath().getParent().resolve("bin");

    /// Nodes and the clients of the training say which process they are, and wait; the others end at once.
    private static final String JAVA = """
            #!/usr/bin/env bash
            stay() { echo $$ >>"$FAKE/$1"; exec sleep 600; }
            case "$*" in
              *' start --port 0 '*) echo 'Barnabas ready on here:1'; stay nodes ;;
              *' cluster up '*) echo 'Barnabas cluster ready on here:1'; stay nodes ;;
              *"Training $HANG"*) stay clients ;;
              *'Main version' | *some.Tool) echo 'it runs' ;;
            esac
            """;

    private static final String MAVEN = """
            #!/usr/bin/env bash
            for each; do
              case $each in -Dtools.stage=*) mkdir "${each#*=}/lib" && touch "${each#*=}/lib/some.jar" ;; esac
            done
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void install() throws IOException {
        for (String each : List.of("barnabas", "find-java", "jvm-options", "kafka-run-class.sh", "maven-fetch")) {
            Path copy = folder.resolve("bin/" + each);
            Files.createDirectories(copy.getParent());
            Files.copy(BIN.resolve(each), copy);
        }
        write("pom.xml", "");
        write("tools/pom.xml", "");
        write("tools/target/lib/some.jar", "");
        write(
                "tools/target/ready",
                folder.resolve("jdk/bin/java") + "\n" + folder.resolve("tools/target/lib/some.jar"));
        Files.writeString(folder.resolve("tools/target/ready"), "\n", StandardOpenOption.APPEND);
        for (String each : List.of("cli/target/dist/lib/", "cli/target/dist/lib/cluster/", "sql/target/jars/"))
            write(each + "some.jar", "");
        write("otlp/target/jars/some.jar", "");
        write("cli/target/dist/lib/registry/some.jar", "");
        write("jdk/release", "JAVA_VERSION=\"25\"\n");
        script("build", "#!/bin/sh\n");
        script("jdk/bin/javac", "#!/bin/sh\n");
        script("jdk/bin/jar", "#!/bin/sh\n");
        script("jdk/bin/java", JAVA);
        script("path/mvn", MAVEN);
        script("path/sync", "#!/bin/sh\n[ -e \"$FAKE/cli/target/run/ready\" ] || echo \"$*\" >>\"$FAKE/synced\"\n");
    }

    @AfterEach
    void endAll() throws IOException {
        for (String kind : List.of("nodes", "clients"))
            for (String each : lines(kind))
                ProcessHandle.of(Long.parseLong(each)).ifPresent(ProcessHandle::destroyForcibly);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void script(String name, String text) throws IOException {
        write(name, text);
        assertThat(folder.resolve(name).toFile().setExecutable(true)).isTrue();
    }

    private List<String> lines(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /// @param hangs first argument of the training that does not end; that of a node alone has its address there
    private Process start(String hangs) throws IOException {
        return start(hangs, "barnabas", "version");
    }

    private Process start(String hangs, String script, String argument) throws IOException {
        var command = new ProcessBuilder(folder.resolve("bin/" + script).toString(), argument);
        command.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        command.environment().put("FAKE", folder.toString());
        command.environment().put("HANG", hangs);
        command.environment().merge("PATH", folder.resolve("path").toString(), (path, own) -> own + ":" + path);
        command.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
        return command.start();
    }

    private void awaitClient(Process building) throws Exception {
        while (lines("clients").isEmpty()) {
            assertThat(building.isAlive()).as(String.join("\n", lines("out"))).isTrue();
            Thread.onSpinWait();
        }
    }

    private void assertItRuns() throws Exception {
        assertItRuns("barnabas", "version");
    }

    private void assertItRuns(String script, String argument) throws Exception {
        Process second = start("no training", script, argument);
        try {
            assertThat(second.waitFor(30, TimeUnit.SECONDS))
                    .as("a later start ends: " + lines("out"))
                    .isTrue();
        } finally {
            second.destroyForcibly();
        }
        assertThat(lines("out")).contains("it runs");
    }

    /// Ctrl-C during the first command of a checkout: what is left would hold a port and memory for ever.
    @ParameterizedTest
    @CsvSource({"here, INT", "here, TERM", "cluster, TERM", "cluster, HUP"})
    void aBuildThatIsEndedEndsTheNodesThatItStarted(String hangs, String signal) throws Exception {
        Process building = start(hangs);
        awaitClient(building);
        end(building, signal);
        assertThat(folder.resolve("cli/target/run/ready")).doesNotExist();
        assertItRuns();
    }

    /// The first call of a tool of Apache Kafka's trains it with a broker.
    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM"})
    void aTrainingOfToolsThatIsEndedEndsItsBroker(String signal) throws Exception {
        assertItRuns();
        Files.delete(folder.resolve("nodes"));
        Process training = start("here", "kafka-run-class.sh", "some.Tool");
        awaitClient(training);
        assertThat(lines("nodes")).hasSize(1);
        end(training, signal);
        assertItRuns("kafka-run-class.sh", "some.Tool");
    }

    private void end(Process building, String signal) throws Exception {
        Process kill = new ProcessBuilder("kill", "-s", signal, "" + building.pid()).start();
        assertThat(kill.waitFor()).isZero();
        assertThat(building.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(building.exitValue()).isGreaterThan(128);
        for (String kind : List.of("nodes", "clients"))
            for (String each : lines(kind))
                ProcessHandle.of(Long.parseLong(each))
                        .ifPresent(left -> assertThat(left.onExit()).succeedsWithin(30, TimeUnit.SECONDS));
    }

    @Test
    void aBuildThatWasKilledDoesNotStopTheNext() throws Exception {
        Process building = start("here");
        awaitClient(building);
        building.destroyForcibly().waitFor();
        assertItRuns();
    }

    @Test
    void otherUsersMayRunWhatOneHasBuilt() throws Exception {
        assertItRuns();
        try (Stream<Path> all = Files.walk(folder.resolve("cli/target/run"))) {
            var open = all.filter(Files::isDirectory).filter(each -> !isOpen(each));
            assertThat(open).isEmpty();
        }
    }

    /// As a power cut leaves it, as an earlier version wrote it, and in a checkout that was moved or copied.
    @ParameterizedTest
    @ValueSource(strings = {"", "%1$s%n", "%1$s%n%2$s%n%3$s%n", "%1$s%n/elsewhere/build.1%n%3$s%n%4$s%n"})
    void aBuildThatCannotBeUsedIsMadeAgain(String lines) throws Exception {
        assertItRuns();
        Path ready = folder.resolve("cli/target/run/ready");
        Files.writeString(ready, lines.formatted(Files.readAllLines(ready).toArray()));
        assertItRuns();
        assertThat(Files.readAllLines(ready)).hasSize(4).element(1).matches(each -> Files.isDirectory(Path.of(each)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%s%n/elsewhere/some.jar%n"})
    void toolsThatCannotBeUsedAreFetchedAgain(String lines) throws Exception {
        write("tools/target/ready", lines.formatted(folder.resolve("jdk/bin/java")));
        assertItRuns("kafka-run-class.sh", "some.Tool");
    }

    private static boolean isOpen(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// After a power cut a JVM would die of a cache whose bytes were not written, at every start.
    @Test
    void aBuildIsOnDiskBeforeItIsUsed() throws Exception {
        assertItRuns();
        assertThat(lines("synced")).isNotEmpty();
        String ready = Files.readString(folder.resolve("cli/target/run/ready"), StandardCharsets.UTF_8);
        assertThat(ready.lines()).hasSize(4);
    }
}
