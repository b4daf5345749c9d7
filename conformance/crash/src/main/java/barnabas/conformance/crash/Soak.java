package barnabas.conformance.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/// Lets a broker work for a long time, with retention and compaction running, and watches what it holds: memory, open files,
/// threads and disk have to stay where they are once everything has run in.
public final class Soak {
    private static final int RECORDS_PER_SECOND = 600;
    private static final int COMPACTED_PER_SECOND = 200;
    private static final String MEGABYTE = "1048576";
    private static final Map<String, String> RETAINED = Map.of(
            "segment.bytes", MEGABYTE, "retention.bytes", "8388608", "file.delete.delay.ms", "1000");

    private final Broker broker;
    private final List<Flow> flows = new ArrayList<>();
    private final List<Vitals> run = new ArrayList<>();

    private Soak(Broker broker) {
        this.broker = broker;
    }

    /// @param arguments broker command, work folder, minutes, seed, where the samples go (CSV), where the plot goes (SVG)
    public static void main(String[] arguments) {
        Program.run(() -> run(arguments));
    }

    private static void run(String[] arguments) throws Exception {
        double minutes = Double.parseDouble(arguments[2]);
        var random = new Random(Long.parseLong(arguments[3]));
        System.out.println("seed " + arguments[3]);
        // small segments for the broker's own topics too: the one that is written to is never compacted
        try (var broker = new Broker(
                arguments[0],
                Path.of(arguments[1]),
                "log.retention.check.interval.ms=2000",
                "offsets.topic.segment.bytes=" + MEGABYTE,
                "transaction.state.log.segment.bytes=" + MEGABYTE)) {
            var soak = new Soak(broker);
            soak.createTopics();
            var compacted = new Compacted(
                    new Topic(broker.bootstrap(), Durability.PAGE_CACHE.topic("compacted")), COMPACTED_PER_SECOND, random);
            soak.flows.add(new Flow(new Topic(broker.bootstrap(), "retained"), Flow.Kind.IDEMPOTENT, RECORDS_PER_SECOND));
            soak.flows.add(
                    new Flow(new Topic(broker.bootstrap(), "transactional"), Flow.Kind.TRANSACTIONAL, RECORDS_PER_SECOND));
            Optional<String> ended = soak.watch(minutes * 60);
            soak.write(Path.of(arguments[4]), Path.of(arguments[5]));
            report("the broker and its load go on for %.0f minutes".formatted(minutes), ended);
            for (Flow flow : soak.flows) {
                Optional<String> wrong = flow.finish();
                report("%s: %,d records, each once and in order".formatted(flow.name(), flow.consumed()), wrong);
            }
            compacted.close();
            report("compacted: the newest value of every key", compacted.verify());
            soak.judge("resident memory, MB", Vitals::residentMegabytes, 1.1, 8);
            soak.judge("open files", Vitals::files, 1.1, 20);
            soak.judge("threads", Vitals::threads, 1.1, 4);
            soak.judge("disk, MB", Vitals::diskMegabytes, 1.15, 8);
        }
    }

    private static void report(String what, Optional<String> wrong) {
        System.out.println(wrong.map(why -> "not ok " + what + ": " + why).orElse("ok " + what));
    }

    private void createTopics() throws InterruptedException, ExecutionException {
        try (Admin admin = Admin.create(
                Map.of("bootstrap.servers", broker.bootstrap(), "default.api.timeout.ms", 300_000))) {
            admin.createTopics(List.of(
                            new NewTopic("retained", Topic.PARTITIONS, (short) 1).configs(RETAINED),
                            new NewTopic("transactional", Topic.PARTITIONS, (short) 1).configs(RETAINED),
                            new NewTopic(Durability.PAGE_CACHE.topic("compacted"), Topic.PARTITIONS, (short) 1)
                                    .configs(Durability.PAGE_CACHE.configs(true))))
                    .all()
                    .get();
        }
    }

    /// Looks once a second, and says once in ten seconds what it sees.
    private Optional<String> watch(double seconds) throws IOException {
        long start = System.nanoTime();
        for (int i = 0; i <= seconds; i++) {
            LockSupport.parkNanos(start + i * 1_000_000_000L - System.nanoTime());
            if (!broker.isAlive()) return Optional.of("the broker ended by itself");
            for (Flow flow : flows) {
                if (flow.failure().isPresent()) return flow.failure().map(why -> flow.name() + ": " + why);
            }
            Vitals now = Vitals.of(broker.pid(), broker.data(), (System.nanoTime() - start) / 1e9);
            run.add(now);
            if (i % 10 == 0) {
                System.out.printf(
                        "%5.0f s  %.0f MB resident, %d files, %d threads, %.0f MB on disk, %.1f s of CPU%n",
                        now.seconds(),
                        now.residentMegabytes(),
                        now.files(),
                        now.threads(),
                        now.diskMegabytes(),
                        now.cpuSeconds());
            }
        }
        return Optional.empty();
    }

    private void write(Path samples, Path plot) throws IOException {
        var lines = new ArrayList<String>();
        lines.add(Vitals.csvHeader());
        for (Vitals each : run) lines.add(each.csv());
        Files.write(samples, lines);
        Files.writeString(plot, Plot.svg(run));
    }

    /// The median of the last quarter against that of the second: the first is for running in.
    private void judge(String what, ToDoubleFunction<Vitals> value, double factor, double slack) {
        double before = median(run.size() / 4, run.size() / 2, value);
        double after = median(run.size() * 3 / 4, run.size(), value);
        String figures = "%s: %.0f in the second quarter, %.0f in the last".formatted(what, before, after);
        report(figures, after <= before * factor + slack ? Optional.empty() : Optional.of("it grows"));
    }

    private double median(int from, int to, ToDoubleFunction<Vitals> value) {
        double[] sorted = run.subList(from, to).stream().mapToDouble(value).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
