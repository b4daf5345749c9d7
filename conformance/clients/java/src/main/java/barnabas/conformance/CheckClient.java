package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Use of the official Java client as by an application, tried on the broker at an address: `CheckClient HOST:PORT
/// [FEATURE]...`.
final class CheckClient {

    private static final int RECORDS = 3000;
    private static final int PARTITIONS = 3;

    private final Clients clients;
    private final String run = "java-" + UUID.randomUUID();

    private CheckClient(Clients clients) {
        this.clients = clients;
    }

    public static void main(String[] arguments) {
        var features = List.of(arguments).subList(1, arguments.length);
        var clients = new Clients(arguments[0]);
        var check = new CheckClient(clients);
        var report = new Report();
        report.check("cluster and topic metadata", check::metadata);
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            report.check(
                    "produce and read back, " + codec,
                    () -> check.produce("codec-" + codec, Map.of("compression.type", codec)));
        }
        for (String acks : List.of("0", "1", "all")) {
            report.check(
                    "produce without idempotence, acks=" + acks,
                    () -> check.produce("acks-" + acks, Map.of("enable.idempotence", false, "acks", acks)));
        }
        report.check("automatic topic creation", check::automaticCreation);
        report.check("group goes on where it committed", () -> check.group("classic"));
        report.check("seek, begin and end, offsets for times", check::positions);
        report.check("topic configs", check::configs);
        report.check("more partitions", check::morePartitions);
        report.check("delete topic", check::deleteTopic);
        report.check("refusals", check::refusals);
        if (CheckTokens.isOn()) {
            var tokens = new CheckTokens(clients, check.run);
            for (String id : CheckTokens.WRONG) {
                report.check("a wrong token is refused: " + id, () -> tokens.refused(id));
            }
            report.check("connections live longer than tokens", tokens::longerThanATokenLives);
        }
        if (features.contains("consumer-protocol")) {
            report.check("group goes on where it committed, new protocol", () -> check.group("consumer"));
        }
        if (features.contains("transactions")) {
            var transactions = new CheckTransactions(clients, check.run);
            report.check("read_committed sees only what was committed", transactions::commitAndAbort);
            report.check("offsets are committed with the transaction", transactions::consumeTransformProduce);
        }
        System.exit(report.exitCode());
    }

    private void metadata() throws Exception {
        String topic = create("metadata", PARTITIONS);
        try (var admin = clients.admin()) {
            var cluster = admin.describeCluster();
            that(!cluster.clusterId().get().isEmpty(), "the cluster has no id");
            var nodes = Set.copyOf(cluster.nodes().get());
            same(Clients.NODES, nodes.size(), "nodes");
            that(admin.listTopics().names().get().contains(topic), "%s is not listed", topic);
            var description =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            same(PARTITIONS, description.partitions().size(), "partitions");
            for (var partition : description.partitions()) {
                that(nodes.contains(partition.leader()), "%s leads", partition.leader());
                same(nodes, Set.copyOf(partition.replicas()), "replicas");
                same(nodes, Set.copyOf(partition.isr()), "in-sync replicas");
            }
            var byId = admin.describeTopics(TopicCollection.ofTopicIds(List.of(description.topicId())));
            same(topic, byId.allTopicIds().get().get(description.topicId()).name(), "the topic of the id");
        }
    }

    private void produce(String name, Map<String, Object> settings) throws Exception {
        String topic = create(name, PARTITIONS);
        clients.produce(settings, TestRecords.of(topic, RECORDS));
        clients.awaitRecords(topic, PARTITIONS, RECORDS);
        var read = clients.readAll(topic, PARTITIONS, Map.of());
        TestRecords.verifyAll(RECORDS, read);
        same(
                (long) RECORDS,
                TestRecords.endOffsets(read).values().stream().mapToLong(e -> e).sum(),
                "offsets used");
    }

    private void automaticCreation() throws Exception {
        String topic = run + "-automatic";
        clients.produce(Map.of(), TestRecords.of(topic, 10));
        TestRecords.verifyAll(10, clients.readAll(topic, 1, Map.of()));
    }

    private void group(String protocol) throws Exception {
        String topic = create("group-" + protocol, PARTITIONS);
        clients.produce(Map.of(), TestRecords.of(topic, RECORDS));
        Map<String, Object> settings = Map.of(
                "group.id",
                topic,
                "group.protocol",
                protocol,
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "max.poll.records",
                100);
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        try (var consumer = clients.consumer(settings)) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Clients.DEADLINE.toNanos();
            while (records.size() < RECORDS / 2) {
                that(System.nanoTime() < deadline, "only %d records came", records.size());
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            consumer.commitSync();
            // Read, but never committed: the next member has to be given these again.
            consumer.poll(Duration.ofMillis(200));
        }
        try (var consumer = clients.consumer(settings)) {
            consumer.subscribe(List.of(topic));
            long deadline = System.nanoTime() + Clients.DEADLINE.toNanos();
            while (consumer.assignment().isEmpty()) {
                that(System.nanoTime() < deadline, "no partitions were assigned");
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
            }
            records.addAll(Clients.readToEnd(consumer, consumer.assignment()));
            var commit = new OffsetAndMetadata(7, "a note");
            consumer.commitSync(Map.of(new TopicPartition(topic, 1), commit));
            same(
                    commit,
                    consumer.committed(Set.of(new TopicPartition(topic, 1))).get(new TopicPartition(topic, 1)),
                    "committed");
        }
        TestRecords.verifyAll(RECORDS, records);
    }

    private void positions() throws Exception {
        String topic = create("positions", 1);
        clients.produce(Map.of("batch.size", 4000), TestRecords.of(topic, RECORDS));
        var partition = new TopicPartition(topic, 0);
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            same(0L, consumer.beginningOffsets(List.of(partition)).get(partition), "beginning");
            same((long) RECORDS, consumer.endOffsets(List.of(partition)).get(partition), "end");
            for (int target : List.of(0, 1, 1234, RECORDS - 1)) {
                consumer.seek(partition, target);
                var read = Clients.readToEnd(consumer, List.of(partition));
                same(RECORDS - target, read.size(), "records from offset " + target);
                same((long) target, read.getFirst().offset(), "first offset");
                // Between two records: the later one is the answer.
                long time = TestRecords.timestamp(target) - 3;
                var found = consumer.offsetsForTimes(Map.of(partition, time)).get(partition);
                same((long) target, found.offset(), "offset for time " + time);
                same(TestRecords.timestamp(target), found.timestamp(), "timestamp at offset " + target);
            }
            that(
                    consumer.offsetsForTimes(Map.of(partition, TestRecords.timestamp(RECORDS)))
                                    .get(partition)
                            == null,
                    "an offset was found for a time after the last record");
            consumer.seekToEnd(List.of(partition));
            same((long) RECORDS, consumer.position(partition), "position at the end");
        }
    }

    private void configs() throws Exception {
        String topic = run + "-configs";
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (var admin = clients.admin()) {
            var wanted = new NewTopic(topic, 1, (short) Clients.NODES).configs(Map.of("retention.ms", "3600000"));
            admin.createTopics(List.of(wanted)).all().get();
            becomes("3600000", resource, "retention.ms");
            var set = new AlterConfigOp(new ConfigEntry("segment.bytes", "1048576"), AlterConfigOp.OpType.SET);
            var delete = new AlterConfigOp(new ConfigEntry("retention.ms", ""), AlterConfigOp.OpType.DELETE);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(set, delete)))
                    .all()
                    .get();
            becomes("1048576", resource, "segment.bytes");
            becomes("604800000", resource, "retention.ms");
            var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
            same("1048588", config(broker, "message.max.bytes"), "message.max.bytes of the broker");
        }
    }

    /// One of several brokers may know a moment after another one has confirmed the change.
    private void becomes(String expected, ConfigResource resource, String name) throws Exception {
        long deadline = System.nanoTime() + Clients.DEADLINE.toNanos();
        while (true) {
            boolean patient = Clients.NODES > 1 && System.nanoTime() < deadline;
            try {
                String found = config(resource, name);
                if (!patient || found.equals(expected)) {
                    same(expected, found, name);
                    return;
                }
            } catch (ExecutionException e) {
                if (!patient || !(e.getCause() instanceof UnknownTopicOrPartitionException)) throw e;
            }
        }
    }

    private String config(ConfigResource resource, String name) throws Exception {
        try (var admin = clients.admin()) {
            return admin.describeConfigs(List.of(resource))
                    .all()
                    .get()
                    .get(resource)
                    .get(name)
                    .value();
        }
    }

    private void morePartitions() throws Exception {
        String topic = create("growing", 1);
        try (var admin = clients.admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(PARTITIONS)))
                    .all()
                    .get();
        }
        clients.awaitRecords(topic, PARTITIONS, 0);
        clients.produce(Map.of(), TestRecords.of(topic, RECORDS));
        var read = clients.readAll(topic, PARTITIONS, Map.of());
        TestRecords.verifyAll(RECORDS, read);
        same(PARTITIONS, TestRecords.endOffsets(read).size(), "partitions with records");
    }

    private void deleteTopic() throws Exception {
        String topic = create("short-lived", 1);
        clients.produce(Map.of(), TestRecords.of(topic, 10));
        try (var admin = clients.admin()) {
            admin.deleteTopics(List.of(topic)).all().get();
            refused(
                    UnknownTopicOrPartitionException.class,
                    () -> admin.describeTopics(List.of(topic)).allTopicNames().get());
            create("short-lived", 1);
        }
        clients.produce(Map.of(), TestRecords.of(topic, 5));
        TestRecords.verifyAll(5, clients.readAll(topic, 1, Map.of()));
    }

    private void refusals() throws Exception {
        String topic = create("refusals", 1);
        try (var admin = clients.admin()) {
            refused(TopicExistsException.class, () -> create("refusals", 1));
            refused(InvalidTopicException.class, () -> create("with a space", 1));
            refused(InvalidTopicException.class, () -> create("x".repeat(300), 1));
            refused(InvalidPartitionsException.class, () -> create("no-partition", 0));
            refused(
                    InvalidReplicationFactorException.class,
                    () -> admin.createTopics(List.of(new NewTopic(run + "-replicas", 1, (short) (Clients.NODES + 2))))
                            .all()
                            .get());
            refused(
                    InvalidPartitionsException.class,
                    () -> admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(1)))
                            .all()
                            .get());
            refused(
                    UnknownTopicOrPartitionException.class,
                    () -> admin.deleteTopics(List.of(run + "-unknown")).all().get());
        }
        var large = new ProducerRecord<byte[], byte[]>(topic, new byte[2_000_000]);
        refused(
                RecordTooLargeException.class,
                () -> clients.produce(Map.of("max.request.size", 4_000_000), List.of(large)));
        // The refused record leaves no trace, and the next one is taken.
        clients.produce(Map.of(), TestRecords.of(topic, 5));
        TestRecords.verifyAll(5, clients.readAll(topic, 1, Map.of()));
    }

    private static void refused(Class<? extends Exception> expected, Report.Check check) throws Exception {
        try {
            check.run();
        } catch (ExecutionException e) {
            same(expected, e.getCause().getClass(), "refusal");
            return;
        }
        throw new AssertionError("not refused, " + expected.getSimpleName() + " was expected");
    }

    private String create(String name, int partitions) throws Exception {
        String topic = run + "-" + name;
        clients.createTopic(topic, partitions);
        return topic;
    }
}
