import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Clients of conformance/mirror: load, and checks of what a mirror has. An address is HOST:PORT,... or a client
/// properties file that names it.
final class Mirror {
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    public static void main(String[] arguments) throws Exception {
        String address = arguments[1];
        switch (arguments[0]) {
            case "create" -> create(address, arguments[2], Integer.parseInt(arguments[3]));
            case "load" -> load(address, arguments[2], Path.of(arguments[3]), Path.of(arguments[4]));
            case "same" -> same(address, arguments[2], arguments[3]);
            case "check" -> check(address, arguments[2], Path.of(arguments[3]));
            case "readonly" -> readOnly(address, arguments[2]);
            case "commit" -> commit(address, arguments[2], arguments[3]);
            case "groups" -> groups(address, arguments[2], arguments[3]);
            case "open" -> open(address, arguments[2]);
            case "aborted" -> aborted(address, arguments[2]);
            case "write" -> write(address, arguments[2], Integer.parseInt(arguments[3]), arguments[4]);
            case "move" -> move(address, arguments[2], new Random(Long.parseLong(arguments[3])));
            case "state" -> state(address, arguments[2]);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }

    /// Gives each partition its replicas in another order, elects the first of each and waits until it leads. A replica
    /// that is not in sync is waited for.
    private static void move(String address, String topic, Random random) throws Exception {
        try (Admin admin = admin(address)) {
            var wanted = new HashMap<TopicPartition, Optional<NewPartitionReassignment>>();
            for (var each : partitions(admin, topic)) {
                var replicas = new ArrayList<>(each.replicas().stream().map(Node::id).toList());
                Collections.shuffle(replicas, random);
                wanted.put(new TopicPartition(topic, each.partition()), Optional.of(new NewPartitionReassignment(replicas)));
            }
            admin.alterPartitionReassignments(wanted).all().get();
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            int moved = 0;
            while (true) {
                int behind = 0;
                for (var each : admin.electLeaders(ElectionType.PREFERRED, wanted.keySet()).partitions().get().entrySet()) {
                    Throwable problem = each.getValue().orElse(null);
                    if (problem == null) moved++;
                    else if (!(problem instanceof ElectionNotNeededException)) behind++;
                }
                if (behind == 0) break;
                if (System.nanoTime() - deadline > 0) fail("leaders of " + topic + " do not move");
                Thread.sleep(100);
            }
            System.out.println(topic + ": " + moved + " leaders of " + wanted.size() + " moved");
        }
    }

    private static List<TopicPartitionInfo> partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions();
    }

    private static Map<String, Object> settings(String address) {
        var settings = new HashMap<String, Object>();
        if (!address.endsWith(".properties")) {
            settings.put("bootstrap.servers", address);
            return settings;
        }
        var file = new Properties();
        try (var text = Files.newBufferedReader(Path.of(address))) {
            file.load(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file.stringPropertyNames().forEach(name -> settings.put(name, file.getProperty(name)));
        return settings;
    }

    private static Admin admin(String address) {
        var settings = settings(address);
        settings.putAll(Map.of("default.api.timeout.ms", "180000", "request.timeout.ms", "90000"));
        return Admin.create(settings);
    }

    private static void create(String address, String topic, int partitions) throws Exception {
        try (Admin admin = admin(address)) {
            int brokers = admin.describeCluster().nodes().get().size();
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) Math.min(3, brokers))
                            .configs(Map.of("retention.ms", "-1", "segment.bytes", "1048576"))))
                    .all()
                    .get();
        }
    }

    private static KafkaProducer<String, String> producer(String address, Map<String, Object> more) {
        var settings = settings(address);
        settings.putAll(Map.of(
                "delivery.timeout.ms", "120000",
                "max.block.ms", "90000",
                "linger.ms", "2",
                "retry.backoff.ms", "50",
                "reconnect.backoff.max.ms", "200"));
        settings.putAll(more);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static void load(String address, String topic, Path stop, Path out) throws Exception {
        try (var lines = new PrintWriter(Files.newBufferedWriter(out))) {
            var threads = new ArrayList<Thread>();
            for (String codec : List.of("none", "lz4", "zstd", "gzip"))
                threads.add(Thread.ofPlatform().start(() -> plain(address, topic, codec, stop, lines)));
            threads.add(Thread.ofPlatform().start(() -> transactions(address, topic, stop, lines)));
            for (Thread each : threads) each.join();
        }
        if (failed != null) throw new IllegalStateException(failed);
    }

    private static volatile Throwable failed;

    private static void plain(String address, String topic, String codec, Path stop, PrintWriter lines) {
        try (var producer = producer(address, Map.of("compression.type", codec))) {
            for (int round = 0; !Files.exists(stop); round++) {
                var sent = new HashMap<String, Future<RecordMetadata>>();
                for (int each = 0; each < 50; each++) {
                    String value = codec + "-" + round + "-" + each;
                    sent.put(value, producer.send(new ProducerRecord<>(topic, value, value + "x".repeat(200))));
                }
                note(sent, lines);
                Thread.sleep(20);
            }
        } catch (Exception e) {
            failed = e;
        }
    }

    private static void note(Map<String, Future<RecordMetadata>> sent, PrintWriter lines) throws Exception {
        for (var each : sent.entrySet()) {
            RecordMetadata at = each.getValue().get();
            synchronized (lines) {
                lines.println(at.partition() + " " + at.offset() + " " + each.getKey());
            }
        }
    }

    /// Every third one is aborted; one whose end is not known is not counted.
    private static void transactions(String address, String topic, Path stop, PrintWriter lines) {
        for (int run = 0; !Files.exists(stop); run++) {
            try (var producer = producer(address, Map.of("transactional.id", "load-" + topic))) {
                producer.initTransactions();
                for (int round = 0; !Files.exists(stop); round++) {
                    producer.beginTransaction();
                    var sent = new HashMap<String, Future<RecordMetadata>>();
                    for (int each = 0; each < 10; each++) {
                        String value = "txn-" + run + "-" + round + "-" + each;
                        sent.put(value, producer.send(new ProducerRecord<>(topic, value, value + "y".repeat(100))));
                    }
                    if (round % 3 == 2) {
                        producer.abortTransaction();
                    } else {
                        producer.commitTransaction();
                        note(sent, lines);
                    }
                }
            } catch (Exception e) {
                // the process behind it was killed: another producer goes on
            }
        }
    }

    private static KafkaConsumer<String, String> consumer(String address, String isolation) {
        var settings = settings(address);
        settings.putAll(Map.of("isolation.level", isolation, "enable.auto.commit", "false"));
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, String> consumer, String topic) {
        var found = new ArrayList<TopicPartition>();
        consumer.partitionsFor(topic).forEach(each -> found.add(new TopicPartition(topic, each.partition())));
        return found;
    }

    /// Waits until both ends are the same.
    private static void same(String one, String other, String topic) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (var first = consumer(one, "read_uncommitted");
                var second = consumer(other, "read_uncommitted")) {
            while (true) {
                var wanted = first.endOffsets(partitions(first, topic));
                Map<TopicPartition, Long> found = Map.of();
                try {
                    found = second.endOffsets(partitions(second, topic));
                } catch (RuntimeException e) {
                    // the topic is on its way
                }
                if (wanted.equals(found)) {
                    System.out.println(topic + ": ends " + wanted.values());
                    return;
                }
                if (System.nanoTime() - deadline > 0) fail("ends differ: " + wanted + " and " + found);
                Thread.sleep(100);
            }
        }
    }

    private static void fail(String problem) {
        System.err.println("mirror: " + problem);
        System.exit(1);
    }

    /// Every acknowledged record is there once, at its offset.
    private static void check(String address, String topic, Path acknowledged) throws Exception {
        var found = new HashMap<String, String>();
        try (var consumer = consumer(address, "read_committed")) {
            var partitions = partitions(consumer, topic);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (var each : consumer.poll(Duration.ofMillis(200)))
                    if (each.key() != null && found.put(each.key(), each.partition() + " " + each.offset()) != null)
                        fail(each.key() + " is there twice");
                if (System.nanoTime() - deadline > 0) fail("reading " + topic + " does not end");
            }
        }
        int count = 0;
        for (String line : Files.readAllLines(acknowledged)) {
            String[] part = line.split(" ");
            String place = found.get(part[2]);
            if (!(part[0] + " " + part[1]).equals(place)) fail(line + " is at " + place);
            count++;
        }
        if (count == 0) fail("nothing was acknowledged");
        System.out.println(topic + ": " + count + " acknowledged records are where they were, of " + found.size());
    }

    private static void readOnly(String address, String topic) throws Exception {
        try (var producer = producer(address, Map.of())) {
            producer.send(new ProducerRecord<>(topic, "k", "v")).get();
            fail(topic + " takes records");
        } catch (java.util.concurrent.ExecutionException e) {
            if (!(e.getCause() instanceof org.apache.kafka.common.errors.PolicyViolationException)) throw e;
            System.out.println(topic + ": " + e.getCause().getMessage());
        }
    }

    /// Commits an offset in the middle of each partition.
    private static void commit(String address, String topic, String group) throws Exception {
        var settings = settings(address);
        settings.putAll(Map.of("group.id", group, "enable.auto.commit", "false"));
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
            consumer.endOffsets(partitions(consumer, topic))
                    .forEach((partition, end) -> offsets.put(partition, new OffsetAndMetadata(end / 2, "half of " + end)));
            consumer.commitSync(offsets);
        }
    }

    /// Waits until a group has the same offsets in both clusters.
    private static void groups(String one, String other, String group) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Admin first = admin(one);
                Admin second = admin(other)) {
            while (true) {
                var wanted = first.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                var found = second.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get();
                if (!wanted.isEmpty() && wanted.equals(found)) {
                    System.out.println(group + ": the same offsets in both, " + wanted.size() + " partitions");
                    return;
                }
                if (System.nanoTime() - deadline > 0) fail("offsets of " + group + " differ: " + wanted + " and " + found);
                Thread.sleep(100);
            }
        }
    }

    private static void open(String address, String topic) throws Exception {
        var producer = producer(address, Map.of("transactional.id", "open", "transaction.timeout.ms", "600000"));
        producer.initTransactions();
        producer.beginTransaction();
        for (int each = 0; each < 10; each++) producer.send(new ProducerRecord<>(topic, "open-" + each, "v")).get();
    }

    private static void aborted(String address, String topic) throws Exception {
        try (Admin admin = admin(address);
                var committed = consumer(address, "read_committed");
                var all = consumer(address, "read_uncommitted")) {
            var partitions = partitions(all, topic);
            for (var each : admin.describeProducers(partitions).all().get(30, TimeUnit.SECONDS).entrySet())
                for (var producer : each.getValue().activeProducers())
                    if (producer.currentTransactionStartOffset().isPresent())
                        fail(each.getKey() + " has an open transaction");
            if (!committed.endOffsets(partitions).equals(all.endOffsets(partitions))) fail("last stable offsets are behind");
        }
    }

    private static void write(String address, String topic, int count, String prefix) throws Exception {
        try (var producer = producer(address, Map.of())) {
            for (int each = 0; each < count; each++)
                producer.send(new ProducerRecord<>(topic, prefix + "-" + each, "v")).get();
        }
    }

    /// Waits until a topic that became a mirror again is prepared.
    private static void state(String address, String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = admin(address)) {
            while (true) {
                var entry = admin.describeConfigs(List.of(resource)).all().get().get(resource).get("barnabas.mirror.state");
                if (entry != null && "mirroring".equals(entry.value())) return;
                if (System.nanoTime() - deadline > 0) fail(topic + " is not prepared");
                Thread.sleep(100);
            }
        }
    }
}
