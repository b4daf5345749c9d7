package barnabas.conformance;

import static barnabas.conformance.Report.that;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/// Figures of many partitions on three running nodes with the ids 1 to 3:
/// `ClusterPartitions ADDRESSES PARTITIONS IDLE_SECONDS PID1 PID2 PID3`.
///
/// Creates the partitions with three replicas, measures memory and CPU of the idle nodes, writes a record to each
/// partition, kills a node and measures until each of its partitions has acknowledged a record again. The killed node
/// is the active controller or another one, as the environment's KILL says.
final class ClusterPartitions {
    private static final int NODES = 3;
    private static final int PARTITIONS_PER_TOPIC = 1_000;
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final Path PROC = Path.of("/proc");
    private static final long TICK_MS = 10;

    private final Clients clients;
    private final int partitions;
    private final List<Long> pids;

    private ClusterPartitions(Clients clients, int partitions, List<Long> pids) {
        this.clients = clients;
        this.partitions = partitions;
        this.pids = pids;
    }

    public static void main(String[] arguments) throws Exception {
        List<Long> pids =
                Arrays.stream(arguments).skip(3).map(Long::parseLong).toList();
        var run = new ClusterPartitions(new Clients(arguments[0]), Integer.parseInt(arguments[1]), pids);
        var report = new Report();
        report.check("figures", () -> run.run(Integer.parseInt(arguments[2])));
        System.exit(report.exitCode());
    }

    private void run(int idleSeconds) throws Exception {
        try (var admin = clients.admin();
                var producer = clients.producer(Map.of(
                        "acks", "all", "linger.ms", "0", "delivery.timeout.ms", "120000", "retry.backoff.ms", "20"))) {
            int controller = admin.describeMetadataQuorum().quorumInfo().get().leaderId();
            System.out.println("   controller: node " + controller);
            memory("without partitions");
            create(admin);
            Thread.sleep(5_000);
            idle("idle, without records", idleSeconds);
            long begin = System.nanoTime();
            send(producer, all());
            figure("a record in each partition", begin);
            Thread.sleep(5_000);
            idle("idle, a record in each", idleSeconds);
            // Checkpoints and snapshots of what was written have come to an end by then.
            Thread.sleep(60_000);
            idle("idle, a record in each, a minute later", idleSeconds);
            boolean ofController = "controller".equals(System.getenv("KILL"));
            int killed = ofController ? controller : controller % NODES + 1;
            failOver(admin, producer, killed);
        }
    }

    private List<String> topics() {
        var names = new ArrayList<String>();
        for (int i = 0; i < partitions; i += PARTITIONS_PER_TOPIC) names.add("many-" + i / PARTITIONS_PER_TOPIC);
        return names;
    }

    private int count(int topic) {
        return Math.min(PARTITIONS_PER_TOPIC, partitions - topic * PARTITIONS_PER_TOPIC);
    }

    private List<TopicPartition> all() {
        var all = new ArrayList<TopicPartition>();
        List<String> topics = topics();
        for (int i = 0; i < topics.size(); i++) all.addAll(Clients.partitions(topics.get(i), count(i)));
        return all;
    }

    /// A request per topic, as Apache Kafka's controller refuses more than 10,000 records in one operation.
    private void create(Admin admin) throws Exception {
        long begin = System.nanoTime();
        long cpu = cpuMs(pids);
        List<String> topics = topics();
        for (int i = 0; i < topics.size(); i++)
            admin.createTopics(List.of(new NewTopic(topics.get(i), count(i), (short) NODES)))
                    .all()
                    .get();
        figure("created: answered", begin);
        var latest = all().stream().collect(Collectors.toMap(each -> each, _ -> OffsetSpec.latest()));
        Clients.await("offsets of all partitions", () -> {
            admin.listOffsets(latest).all().get();
            return true;
        });
        figure("created: every partition answers", begin);
        awaitInSync(admin);
        figure("created: all replicas in sync", begin);
        System.out.printf("   CPU of the three for it: %,d ms%n", cpuMs(pids) - cpu);
    }

    private void awaitInSync(Admin admin) throws Exception {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!described(admin).values().stream()
                .flatMap(List::stream)
                .allMatch(each -> each.leader() != null && each.isr().size() == NODES)) {
            that(System.nanoTime() < deadline, "not all replicas are in sync");
            Thread.sleep(100);
        }
    }

    private Map<String, List<TopicPartitionInfo>> described(Admin admin) throws Exception {
        return admin.describeTopics(topics()).allTopicNames().get().values().stream()
                .collect(Collectors.toMap(each -> each.name(), each -> each.partitions()));
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, List<TopicPartition> to) throws Exception {
        var left = new CountDownLatch(to.size());
        var failed = new AtomicInteger();
        for (TopicPartition each : to)
            producer.send(new ProducerRecord<>(each.topic(), each.partition(), null, new byte[100]), (_, error) -> {
                if (error != null) failed.incrementAndGet();
                left.countDown();
            });
        that(left.await(LONGEST.toSeconds(), TimeUnit.SECONDS), "%s records are not acknowledged", left);
        that(failed.get() == 0, "%d records are not acknowledged", failed.get());
    }

    private void failOver(Admin admin, KafkaProducer<byte[], byte[]> producer, int killed) throws Exception {
        var led = new ArrayList<TopicPartition>();
        described(admin).forEach((topic, infos) -> infos.forEach(each -> {
            if (each.leader().id() == killed) led.add(new TopicPartition(topic, each.partition()));
        }));
        var others = new ArrayList<>(pids);
        ProcessHandle process = ProcessHandle.of(others.remove(killed - 1)).orElseThrow();
        long cpu = cpuMs(others);
        long begin = System.nanoTime();
        process.destroyForcibly();
        send(producer, led);
        figure("fail-over of %,d partitions of node %d: a record acknowledged in each".formatted(led.size(), killed), begin);
        System.out.printf("   CPU of the other two for it: %,d ms%n", cpuMs(others) - cpu);
    }

    private static void figure(String what, long begin) {
        System.out.printf("   %s: %,d ms%n", what, (System.nanoTime() - begin) / 1_000_000);
    }

    private void memory(String when) throws Exception {
        var all = new ArrayList<String>();
        for (long each : pids) all.add(residentKb(each) / 1024 + " MB");
        System.out.println("   memory, " + when + ": " + String.join(", ", all));
    }

    private void idle(String when, int seconds) throws Exception {
        memory(when);
        var before = new ArrayList<Long>();
        for (long each : pids) before.add(cpuMs(List.of(each)));
        Thread.sleep(Duration.ofSeconds(seconds));
        var all = new ArrayList<String>();
        for (int i = 0; i < pids.size(); i++)
            all.add("%.1f%%".formatted((cpuMs(List.of(pids.get(i))) - before.get(i)) / 10.0 / seconds));
        System.out.println("   CPU of a core in " + seconds + " s, " + when + ": " + String.join(", ", all));
    }

    private static long residentKb(long pid) throws Exception {
        for (String line : Files.readAllLines(PROC.resolve(pid + "/status")))
            if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("[^0-9]", ""));
        throw new AssertionError("no VmRSS of process " + pid);
    }

    /// User and system time: fields 14 and 15 of `/proc/PID/stat`, in hundredths of a second.
    private static long cpuMs(List<Long> pids) throws Exception {
        long ticks = 0;
        for (long each : pids) {
            String stat = Files.readString(PROC.resolve(each + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
        return ticks * TICK_MS;
    }
}
