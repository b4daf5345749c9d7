package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.console.Interruption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `start --secure` from nothing, users and their rights, and the same node once more.
class SecureStartTest {
    private static final String READY = "Barnabas ready on ";
    private static final String NEEDED = "Clients need ";

    @TempDir
    private Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Process each : started) {
            each.destroy();
            assertThat(each.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void oneCommandMakesASecuredNodeThatIsThereTheNextTime() throws Exception {
        Path data = folder.resolve("data");
        String admin = start("--data", data.toString());
        run(0, "topic", "create", "orders", "--command-config", admin);
        Path alice = folder.resolve("alice.properties");
        run(0, "user", "add", "alice", "--out", alice.toString(), "--config", admin);
        assertThat(run(0, "user", "list", "--config", admin)).contains("admin", "alice", "SCRAM-SHA-512", "4096");
        // No right, no topic; then one right.
        assertThat(run(0, "topic", "list", "--config", alice.toString())).doesNotContain("orders");
        run(0, "acl", "allow", "alice", "describe", "--topic", "orders", "--config", admin);
        assertThat(run(0, "topic", "list", "--config", alice.toString())).contains("orders");
        try (Stream<Path> secrets = Files.list(folder.resolve("data.secrets"))) {
            for (Path each : secrets.toList()) {
                boolean isPublic = each.endsWith("ca.pem");
                if (!isPublic) assertThat(permissions(each)).as("%s", each).isEqualTo("rw-------");
            }
        }
        assertThat(permissions(alice)).isEqualTo("rw-------");
        assertThat(permissions(folder.resolve("data.secrets"))).isEqualTo("rwx------");
        stop();
        started.clear();
        assertThat(start("--data", data.toString())).isEqualTo(admin);
        assertThat(run(0, "topic", "list", "--config", admin)).contains("orders");
        run(0, "user", "remove", "alice", "--config", admin);
        assertThat(run(1, "user", "remove", "alice", "--config", admin)).contains("alice");
        assertThat(run(0, "user", "list", "--config", admin)).contains("admin").doesNotContain("alice");
    }

    @Test
    void noSecondAuthorityIsMadeThatClientsDoNotTrust() throws Exception {
        Path secrets = Files.createDirectories(folder.resolve("data.secrets"));
        Files.writeString(secrets.resolve("admin.properties"), "");
        assertThat(run(1, "start", "--secure", "--data", folder.resolve("data").toString()))
                .contains("ca-key.pem", "is gone: bring it back from a backup");
        try (Stream<Path> left = Files.list(secrets)) {
            assertThat(left).containsExactly(secrets.resolve("admin.properties"));
        }
    }

    @Test
    void refusesWhatItWouldLeaveOpen() throws Exception {
        Path data = folder.resolve("used");
        Files.createDirectories(data.resolve("__cluster_metadata-0"));
        Files.createFile(data.resolve("__cluster_metadata-0/00000000000000000000.log"));
        assertThat(run(1, "start", "--secure", "--data", data.toString())).contains("started without it");
        String next = folder.resolve("next").toString();
        for (String each : List.of(
                "listeners=PLAINTEXT://127.0.0.1:0",
                "listener.security.protocol.map=SASL_SSL:PLAINTEXT",
                "allow.everyone.if.no.acl.found=true",
                "listener.name.sasl_ssl.sasl.enabled.mechanisms=PLAIN"))
            assertThat(run(1, "start", "--secure", "--data", next, "--set", each))
                    .contains("--secure sets " + each.substring(0, each.indexOf('=')) + " itself");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("a refused start leaves no keys behind").containsExactly(data);
        }
        assertThat(run(2, "start", "--host", "broker.example")).contains("--host needs --secure");
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    /// @return the file for clients
    private String start(String... more) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "barnabas.cli.Main",
                "start",
                "--secure",
                "--port",
                "0"));
        command.addAll(List.of(more));
        Process broker = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        started.add(broker);
        var output = new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8));
        String file = "";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(NEEDED)) file = line.substring(NEEDED.length(), line.indexOf(" (user admin"));
            if (line.startsWith(READY)) return file;
        }
        throw new AssertionError("the broker did not start");
    }

    /// @return what it printed
    private static String run(int code, String... arguments) {
        var console = new ScriptedConsole();
        assertThat(Main.run(arguments, console.console(), Interruption.none()))
                .as(String.join(" ", List.of(arguments)) + ": " + console.err())
                .isEqualTo(code);
        return console.out() + console.err();
    }
}
