package barnabas.cli;

import barnabas.base.Clock;
import barnabas.cli.console.Console;
import barnabas.cli.console.Interruption;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/// Runs once while Barnabas is built: every kind of command against a broker, so that the JVM can see what
/// commands load and keep it in an AOT cache. The broker's own cache is made by the broker that is talked to.
public final class Training {
    private static final String TOPIC = "training";

    private final String address;
    private boolean worked = true;

    private Training(String address) {
        this.address = address;
    }

    /// @param arguments the broker's address and its data directory, or `cluster` and the address of a cluster, whose
    ///     nodes keep what they load
    public static void main(String[] arguments) {
        boolean cluster = arguments[0].equals("cluster");
        var training = new Training(arguments[cluster ? 1 : 0]);
        if (cluster) training.onCluster();
        else training.run(Path.of(arguments[1]));
        System.exit(training.worked ? 0 : 1);
    }

    private void run(Path data) {
        command("", "topic", "create", TOPIC, "--partitions", "3");
        command("", "topic", "list");
        command("", "topic", "describe", TOPIC);
        command("a:1\nb:2\n", "produce", TOPIC, "--key-separator", ":");
        command("", "consume", TOPIC, "--format", "%t %p %o %k %v %T\\n");
        command("", "consume", TOPIC, "--group", TOPIC);
        command("", "group", "list");
        command("", "group", "describe", TOPIC);
        command("", "group", "lag", "--json");
        command("", "config", "get", "topic", TOPIC, "--all");
        command("", "config", "set", "topic", TOPIC, "retention.ms=86400000");
        command("", "group", "reset", TOPIC, "--to", "beginning");
        command("", "transaction", "list");
        command("", "log", "offsets", TOPIC);
        execute("", "dump", data.resolve(TOPIC + "-0").toString());
        command("", "topic", "delete", TOPIC);
        // a topic that the first record brings into being
        command("a\n", "produce", TOPIC);
    }

    /// Every node leads some partitions and follows others.
    private void onCluster() {
        command("", "topic", "create", TOPIC, "--partitions", "6");
        command("a:1\nb:2\nc:3\nd:4\n", "produce", TOPIC, "--key-separator", ":");
        command("", "consume", TOPIC, "--group", TOPIC);
        command("", "cluster", "status");
    }

    private void command(String input, String... arguments) {
        var withAddress = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, withAddress, 0, arguments.length);
        withAddress[arguments.length] = "--bootstrap";
        withAddress[arguments.length + 1] = address;
        execute(input, withAddress);
    }

    private void execute(String input, String... arguments) {
        var console = new Console(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new ByteArrayOutputStream(),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8),
                false,
                Clock.SYSTEM,
                RandomGenerator.getDefault());
        int code = Main.run(arguments, console, Interruption.none());
        if (code == 0) return;
        worked = false;
        System.err.println("training: " + String.join(" ", arguments) + " ended with " + code);
    }
}
