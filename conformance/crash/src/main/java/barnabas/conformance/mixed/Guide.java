package barnabas.conformance.mixed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `barnabas migrate status`, which says which node is the next one.
final class Guide {
    private static final Pattern NEXT = Pattern.compile("\"id\" : ([0-9]+),[^}]*\"state\" : \"next\"");
    private static final String REPORTED_VERSION = "4.3.1";
    private static final int PATIENCE_SECONDS = 120;

    private final String program;
    private final String bootstrap;
    private final Path kafka;

    Guide(String program, MixedCluster cluster) throws IOException {
        this.program = program;
        this.bootstrap = cluster.bootstrap();
        // Kafka's jars are not in a directory of the released kind here.
        this.kafka = cluster.folder().resolve("kafka");
        Files.createDirectories(kafka.resolve("bin"));
        Files.writeString(kafka.resolve("bin").resolve("kafka-server-start.sh"), "");
        Files.createDirectories(kafka.resolve("libs"));
        Files.writeString(kafka.resolve("libs").resolve("kafka-clients-" + REPORTED_VERSION + ".jar"), "");
    }

    private record Answer(int code, String text) {}

    private Answer status(Kind to) throws IOException, InterruptedException {
        Path repository = Path.of(program).toAbsolutePath().resolve("../../..").normalize();
        Process process = new ProcessBuilder(
                        program,
                        Kind.BARNABAS.toString(),
                        "migrate",
                        "status",
                        "--to",
                        (to == Kind.BARNABAS ? repository : kafka).toString(),
                        "-b",
                        bootstrap,
                        "--json")
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Answer(process.waitFor(), text);
    }

    /// The node to change now; empty when all have changed. Waits until that is safe.
    OptionalInt next(Kind to) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Answer answer = status(to);
        while (answer.code != 0) {
            if (System.nanoTime() > deadline) throw new IllegalStateException("refused: " + answer.text);
            Thread.sleep(500);
            answer = status(to);
        }
        if (answer.text.contains("\"complete\" : true")) return OptionalInt.empty();
        Matcher next = NEXT.matcher(answer.text);
        if (!next.find()) throw new IllegalStateException("no next node: " + answer.text);
        return OptionalInt.of(Integer.parseInt(next.group(1)));
    }

    /// @throws IllegalStateException when a step is not refused although a node is away
    void refuses(Kind to) throws IOException, InterruptedException {
        Answer answer = status(to);
        if (answer.code != 1) throw new IllegalStateException("not refused while a node is away: " + answer.text);
    }
}
