package barnabas.conformance.mixed;

import barnabas.conformance.chaos.Probe;
import barnabas.conformance.crash.Counting;
import barnabas.conformance.crash.Group;
import barnabas.conformance.crash.Load;
import barnabas.conformance.crash.Topic;
import barnabas.conformance.crash.Transactions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;

/// Clients of a mixed cluster.
///
/// The probe expects every record once and in order; beside it are transactions, groups of both protocols and a
/// Streams application.
final class Work implements AutoCloseable {
    private static final String PROBE = "probe";
    private static final String TRANSACTIONAL = "transactional";
    private static final Map<String, String> SAFE = Map.of("min.insync.replicas", "2");
    private static final int PROGRESS_SECONDS = 180;

    private final Probe probe;
    private final List<Load> loads;

    private Work(Probe probe, List<Load> loads) {
        this.probe = probe;
        this.loads = List.copyOf(loads);
    }

    static Work begin(MixedCluster cluster, long seed) throws InterruptedException {
        short replicas = MixedCluster.VOTERS;
        cluster.administration()
                .create(Stream.of(PROBE, TRANSACTIONAL, Counting.INPUT, Counting.COUNTS)
                        .map(each -> new NewTopic(each, Topic.PARTITIONS, replicas).configs(SAFE))
                        .toList());
        String bootstrap = cluster.bootstrap();
        return new Work(
                new Probe(new Topic(bootstrap, PROBE)),
                List.of(
                        new Transactions(new Topic(bootstrap, TRANSACTIONAL), new Random(seed)),
                        new Group(new Topic(bootstrap, PROBE), "classic"),
                        new Group(new Topic(bootstrap, TRANSACTIONAL), "consumer"),
                        new Counting(bootstrap, replicas, cluster.folder().resolve("streams"))));
    }

    static List<String> topics() {
        return List.of(PROBE, TRANSACTIONAL);
    }

    /// Waits until every client has got something done.
    ///
    /// @throws IllegalStateException when one has not, or has seen what must not be
    void awaitProgress() throws InterruptedException {
        long begin = System.nanoTime();
        int[] before = loads.stream().mapToInt(Load::promises).toArray();
        long deadline = begin + TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS);
        while (!probe.worksSince(begin)) {
            probe.failure().ifPresent(why -> {
                throw new IllegalStateException(why);
            });
            late(deadline, PROBE);
        }
        for (int i = 0; i < before.length; i++) {
            // more than what was answered already
            Load load = loads.get(i);
            while (load.promises() <= before[i] + 1) {
                if (load instanceof Counting)
                    load.verify().ifPresent(why -> {
                        throw new IllegalStateException(why);
                    });
                late(deadline, load.name());
            }
        }
    }

    private static void late(long deadline, String name) throws InterruptedException {
        if (System.nanoTime() > deadline) throw new IllegalStateException(name + " gets nothing done");
        Thread.sleep(20);
    }

    /// The longest time without an acknowledgement, and without a delivery, since a moment, ms.
    String gaps(long sinceNanos) {
        long now = System.nanoTime();
        return "nothing acknowledged for %,d ms, nothing delivered for %,d ms"
                .formatted(probe.unacknowledgedMillis(sinceNanos, now), probe.undeliveredMillis(sinceNanos, now));
    }

    /// Ends the load and looks for everything that was promised.
    ///
    /// @return what is wrong, empty when nothing is
    Optional<String> finish() {
        loads.forEach(Load::close);
        probe.close();
        if (probe.failure().isPresent()) return probe.failure();
        for (Load each : loads) {
            Optional<String> wrong = each.verify();
            if (wrong.isPresent()) return wrong.map(why -> each.name() + ": " + why);
        }
        return Optional.empty();
    }

    String promises() {
        var text = new StringBuilder("%,d records".formatted(Topic.PARTITIONS * probe.sent()));
        for (Load each : loads) text.append(", %,d of %s".formatted(each.promises(), each.name()));
        return text.toString();
    }

    @Override
    public void close() {
        probe.close();
        loads.forEach(Load::close);
    }
}
