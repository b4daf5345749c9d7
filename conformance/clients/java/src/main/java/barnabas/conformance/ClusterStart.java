package barnabas.conformance;

import static barnabas.conformance.Report.that;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Times from `cluster up --nodes 3` to the first acknowledged record of a new topic with three replicas:
/// `ClusterStart COMMAND DIR ROUNDS LIMIT_MS`.
///
/// Each round starts a cluster over an empty directory, stops it with SIGTERM and starts it again. The clock runs from
/// the fork of the command. A round before the counted ones warms the client. The medians may not be above the limit.
final class ClusterStart {
    private static final int NODES = 3;
    private static final long LONGEST_MS = 60_000;
    private static final Pattern READY = Pattern.compile("cluster ready on (\\S+)");

    private final String command;
    private final Path folder;

    private ClusterStart(String command, Path folder) {
        this.command = command;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        var start = new ClusterStart(arguments[0], Path.of(arguments[1]));
        int rounds = Integer.parseInt(arguments[2]);
        long limitMs = Long.parseLong(arguments[3]);
        long[] fresh = new long[rounds];
        long[] again = new long[rounds];
        var report = new Report();
        report.check("a cluster starts and stops", () -> {
            start.time("warm", "first");
            for (int round = 0; round < rounds; round++) {
                fresh[round] = start.time("round-" + round, "first");
                again[round] = start.time("round-" + round, "second");
            }
        });
        if (report.exitCode() == 0) {
            report.check("to the first record, empty directory", () -> judge(fresh, limitMs));
            report.check("to the first record, started again", () -> judge(again, limitMs));
        }
        System.exit(report.exitCode());
    }

    private static void judge(long[] times, long limitMs) {
        Arrays.sort(times);
        long median = times[times.length / 2];
        System.out.printf("   median %,d ms of %s%n", median, Arrays.toString(times));
        that(median <= limitMs, "%,d ms, more than %,d", median, limitMs);
    }

    /// Milliseconds until the record is acknowledged.
    private long time(String name, String topic) throws Exception {
        Path out = folder.resolve(name + "-" + topic + ".out");
        var arguments = new ArrayList<>(List.of(command, "cluster", "up", "--nodes", Integer.toString(NODES)));
        arguments.addAll(List.of("--data", folder.resolve(name).toString(), "--port", "0"));
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        // A cluster does not outlive this program: the nodes end with their command.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        try {
            String addresses = ready(process, out, begin);
            long readyMs = elapsedMs(begin);
            var clients = new Clients(addresses);
            try (var admin = clients.admin();
                    var producer = clients.producer(Map.of("acks", "all"))) {
                admin.createTopics(List.of(new NewTopic(topic, 1, (short) NODES)))
                        .all()
                        .get();
                producer.send(new ProducerRecord<>(topic, new byte[100])).get();
                long recordMs = elapsedMs(begin);
                System.out.printf("   %s, %s start: ready %,d ms, record %,d ms%n", name, topic, readyMs, recordMs);
                return recordMs;
            }
        } finally {
            process.destroy();
            that(process.waitFor(LONGEST_MS, TimeUnit.MILLISECONDS), "the cluster did not stop on SIGTERM");
        }
    }

    private static String ready(Process process, Path out, long begin) throws Exception {
        while (true) {
            Matcher ready = READY.matcher(Files.readString(out));
            if (ready.find()) return ready.group(1);
            if (!process.isAlive() || elapsedMs(begin) > LONGEST_MS)
                throw new IOException("the cluster did not start:\n" + Files.readString(out));
            Thread.sleep(2);
        }
    }

    private static long elapsedMs(long begin) {
        return (System.nanoTime() - begin) / 1_000_000;
    }
}
