package barnabas.cli;

import barnabas.base.Clock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Runs once while Barnabas is built, so that the JVM can see what commands load and keep it in the AOT cache:
/// a broker that starts, and every kind of command against it.
public final class Training {
    private static final String TOPIC = "training";

    private Training() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var data = Files.createTempDirectory("barnabas-training-");
        try {
            if (!train(data)) System.exit(1);
        } finally {
            delete(data);
        }
        // Not every thread of the network library is a daemon.
        System.exit(0);
    }

    private static boolean train(Path data) throws InterruptedException {
        var out = new ByteArrayOutputStream();
        var interruption = Interruption.none();
        var options = new StartOptions(OptionalInt.of(0), Optional.of(data), Optional.empty(), List.of());
        int[] code = {-1};
        var ready = new ReadyLine();
        var broker = new Thread(
                () -> {
                    code[0] = new Start(console(InputStream.nullInputStream(), ready), interruption).run(options);
                    ready.ended();
                },
                "training-broker");
        broker.start();
        var address = ready.address();
        boolean worked = address.isPresent() && commands(address.get(), data, out);
        interruption.request();
        broker.join();
        return worked && code[0] == 0;
    }

    /// Waits for the line that a broker prints when it serves clients.
    private static final class ReadyLine extends ByteArrayOutputStream {
        private boolean ended;

        @Override
        public synchronized void flush() {
            notifyAll();
        }

        synchronized void ended() {
            ended = true;
            notifyAll();
        }

        synchronized Optional<String> address() throws InterruptedException {
            while (size() == 0 && !ended) wait();
            String line = toString(StandardCharsets.UTF_8).strip();
            return line.isEmpty() ? Optional.empty() : Optional.of(line.substring(line.lastIndexOf(' ') + 1));
        }
    }

    private static boolean commands(String address, Path data, ByteArrayOutputStream out) {
        return run(out, "", "topic", "create", TOPIC, "--partitions", "3", "-b", address)
                && run(out, "", "topic", "list", "-b", address)
                && run(out, "", "topic", "describe", TOPIC, "-b", address)
                && run(out, "a:1\nb:2\n", "produce", TOPIC, "--key-separator", ":", "-b", address)
                && run(out, "", "consume", TOPIC, "--format", "%t %p %o %k %v %T\\n", "-b", address)
                && run(out, "", "consume", TOPIC, "--group", TOPIC, "-b", address)
                && run(out, "", "group", "list", "-b", address)
                && run(out, "", "group", "describe", TOPIC, "-b", address)
                && run(out, "", "group", "lag", TOPIC, "-b", address)
                && run(out, "", "config", "get", "topic", TOPIC, "-b", address)
                && run(out, "", "dump", data.resolve(TOPIC + "-0").toString())
                && run(out, "", "topic", "delete", TOPIC, "-b", address);
    }

    private static boolean run(ByteArrayOutputStream out, String input, String... arguments) {
        var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        int code = Main.run(arguments, console(in, out), Interruption.none());
        if (code != 0) System.err.println("training: " + String.join(" ", arguments) + " ended with " + code);
        return code == 0;
    }

    private static Console console(InputStream in, ByteArrayOutputStream out) {
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        return new Console(in, out, err, false, Clock.SYSTEM, RandomGenerator.getDefault());
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        }
    }
}
