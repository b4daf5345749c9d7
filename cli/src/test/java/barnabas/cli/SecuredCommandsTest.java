package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.console.Interruption;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands that log in, and what is left behind of their secrets: nothing, in no log at any level and in no file.
class SecuredCommandsTest {
    private static final String READY = "Barnabas ready on ";
    private static final String ALICE = "alice-secret-4711";
    private static final String BOB = "bob-secret-4712";
    private static final String WRONG = "wrong-guess-4713";

    @TempDir
    private Path folder;

    @Test
    void usersOfTheFormatLogInAndSecretsStayHidden() throws Exception {
        Path config = Files.writeString(
                folder.resolve("server.properties"), """
                node.id=1
                log.dirs=%s
                listeners=SASL_PLAINTEXT://127.0.0.1:0
                sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
                listener.name.sasl_plaintext.plain.sasl.jaas.config=\\
                  org.apache.kafka.common.security.plain.PlainLoginModule required user_bob="%s";
                ssl.keystore.password=%s
                """.formatted(folder.resolve("data"), BOB, WRONG));
        run(
                0,
                "storage",
                "format",
                "-c",
                config.toString(),
                "-t",
                "MkU3OEVBNTcwNTJENDM2Qg",
                "--add-scram",
                "SCRAM-SHA-512=[name=alice,password=\"" + ALICE + "\"]");
        Path log = folder.resolve("broker.log");
        Process broker = start(config, log);
        var shown = new ArrayList<String>();
        try (var output = new BufferedReader(new InputStreamReader(broker.getInputStream(), StandardCharsets.UTF_8))) {
            String address = address(output);
            String scram = client("SCRAM-SHA-512", "scram.ScramLoginModule", "alice", ALICE);
            shown.add(run(0, "topic", "create", "t", "--bootstrap", address, "--command-config", scram));
            shown.add(run(0, "topic", "list", "--bootstrap", address, "--command-config", scram));
            assertThat(shown.getLast()).contains("t");
            String plain = client("PLAIN", "plain.PlainLoginModule", "bob", BOB);
            shown.add(
                    run(0, "config", "get", "broker", "1", "--all", "--bootstrap", address, "--command-config", plain));
            String wrong = client("PLAIN", "plain.PlainLoginModule", "bob", WRONG);
            shown.add(run(1, "topic", "list", "--bootstrap", address, "--command-config", wrong));
            assertThat(shown.getLast()).contains("Authentication failed: Invalid username or password");
            shown.add(run(1, "topic", "list", "--bootstrap", address));
        } finally {
            broker.destroy();
            assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        shown.add(Files.readString(log));
        assertThat(shown.getLast()).contains("DEBUG").contains("Failed authentication of");
        for (String each : shown) assertThat(each).doesNotContain(ALICE, BOB, WRONG);
        try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(ALICE, BOB, WRONG);
        }
    }

    private String client(String mechanism, String module, String user, String password) throws IOException {
        Path file = folder.resolve(user + mechanism + password.length() + ".properties");
        return Files.writeString(file, """
                        security.protocol=SASL_PLAINTEXT
                        sasl.mechanism=%s
                        sasl.jaas.config=org.apache.kafka.common.security.%s required username="%s" password="%s";
                        """.formatted(mechanism, module, user, password))
                .toString();
    }

    /// @return what it printed
    private static String run(int code, String... arguments) {
        var console = new ScriptedConsole();
        assertThat(Main.run(arguments, console.console(), Interruption.none()))
                .as(String.join(" ", List.of(arguments)) + ": " + console.err())
                .isEqualTo(code);
        return console.out() + console.err();
    }

    private static Process start(Path config, Path log) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-Dlog.level=trace",
                        "-Dlog.level.io.netty=info",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "barnabas.cli.Main",
                        "start",
                        "--config",
                        config.toString())
                .redirectError(log.toFile())
                .start();
    }

    private static String address(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine())
            if (line.startsWith(READY)) return line.substring(READY.length());
        throw new AssertionError("the broker did not start");
    }
}
