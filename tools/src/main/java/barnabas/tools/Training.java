package barnabas.tools;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Exit;

/// Runs once, after Apache Kafka's tools were fetched: those that are called most, against a broker, so that the JVM
/// can see what they load and keep it in an AOT cache.
public final class Training {
    private static final String TOPIC = "training";
    private static final String GROUP = "training-group";

    /// Ends a tool where it would have ended the process.
    private static final class Ended extends RuntimeException {
        private static final long serialVersionUID = 1;

        Ended() {
            super("the tool ends here", null, false, false);
        }
    }

    @FunctionalInterface
    private interface Tool {
        void main(String... arguments) throws Exception;
    }

    private final String address;
    private boolean worked = true;

    /// Of the tool that runs; -1 while it has not said any. Its first word counts: some tools catch [Ended] and then
    /// want to exit as failed.
    private int exitCode;

    private Training(String address) {
        this.address = address;
    }

    /// @param arguments the broker's address
    public static void main(String[] arguments) {
        var training = new Training(arguments[0]);
        Exit.setExitProcedure((code, message) -> {
            if (training.exitCode < 0) training.exitCode = code;
            throw new Ended();
        });
        training.run();
        System.exit(training.worked ? 0 : 1);
    }

    private void run() {
        tool(org.apache.kafka.tools.TopicCommand::main, "--create", "--topic", TOPIC, "--partitions", "3");
        tool(org.apache.kafka.tools.TopicCommand::main, "--list");
        tool(org.apache.kafka.tools.TopicCommand::main, "--describe");
        System.setIn(new ByteArrayInputStream("a:1\nb:2\n".getBytes(StandardCharsets.UTF_8)));
        tool(
                org.apache.kafka.tools.ConsoleProducer::main,
                "--topic",
                TOPIC,
                "--reader-property",
                "parse.key=true",
                "--reader-property",
                "key.separator=:");
        tool(
                org.apache.kafka.tools.consumer.ConsoleConsumer::main,
                "--topic",
                TOPIC,
                "--group",
                GROUP,
                "--from-beginning",
                "--max-messages",
                "2");
        tool(org.apache.kafka.tools.consumer.group.ConsumerGroupCommand::main, "--list");
        tool(org.apache.kafka.tools.consumer.group.ConsumerGroupCommand::main, "--describe", "--group", GROUP);
        tool(org.apache.kafka.tools.GroupsCommand::main, "--list");
        tool(org.apache.kafka.tools.GetOffsetShell::main, "--topic", TOPIC);
        tool(kafka.admin.ConfigCommand::main, "--describe", "--all", "--topic", TOPIC);
    }

    private void tool(Tool tool, String... arguments) {
        var all = new String[arguments.length + 2];
        all[0] = "--bootstrap-server";
        all[1] = address;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        exitCode = -1;
        try {
            tool.main(all);
        } catch (Ended ended) {
            // its code is known
        } catch (Exception failed) {
            failed.printStackTrace();
            exitCode = 1;
        }
        if (exitCode <= 0) return;
        worked = false;
        System.err.println("training: " + String.join(" ", arguments) + " ended with " + exitCode);
    }
}
