package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Transactions of the Java producer, as a read_committed consumer sees them.
record CheckTransactions(Clients clients, String run) {

    private static final Map<String, Object> READ_COMMITTED = Map.of("isolation.level", "read_committed");

    void commitAndAbort() throws Exception {
        String topic = create("transactions");
        try (var producer = clients.producer(Map.of("transactional.id", topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            TestRecords.of(topic, 700).forEach(producer::send);
            // Without it the abort would drop the batches that the broker has not seen.
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            TestRecords.of(topic, 300).forEach(producer::send);
            producer.flush();
            same(0, clients.readAll(topic, 3, READ_COMMITTED).size(), "records seen of an open transaction");
            producer.commitTransaction();
            producer.beginTransaction();
            TestRecords.of(topic, 500).forEach(producer::send);
            producer.flush();
            producer.abortTransaction();
        }
        TestRecords.verifyAll(300, clients.readAll(topic, 3, READ_COMMITTED));
        same(1500, clients.readAll(topic, 3, Map.of()).size(), "records seen with read_uncommitted");
    }

    /// Read, write and commit the read offsets in one step: an abort leaves the offsets where they were.
    void consumeTransformProduce() throws Exception {
        String source = create("transactions-source");
        String target = create("transactions-target");
        clients.produce(Map.of(), TestRecords.of(source, 600));
        var from = new TopicPartition(source, 0);
        try (var producer = clients.producer(Map.of("transactional.id", target));
                var consumer = clients.consumer(
                        Map.of("group.id", target, "enable.auto.commit", false, "auto.offset.reset", "earliest"))) {
            consumer.subscribe(List.of(source));
            long deadline = System.nanoTime() + Clients.DEADLINE.toNanos();
            while (consumer.assignment().isEmpty() && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100));
            }
            producer.initTransactions();
            producer.beginTransaction();
            TestRecords.of(target, 10).forEach(producer::send);
            producer.sendOffsetsToTransaction(Map.of(from, new OffsetAndMetadata(111)), consumer.groupMetadata());
            producer.abortTransaction();
            that(consumer.committed(Set.of(from)).get(from) == null, "the abort committed an offset");
            producer.beginTransaction();
            TestRecords.of(target, 20).forEach(producer::send);
            producer.sendOffsetsToTransaction(Map.of(from, new OffsetAndMetadata(222)), consumer.groupMetadata());
            producer.commitTransaction();
            same(222L, consumer.committed(Set.of(from)).get(from).offset(), "committed offset");
        }
        TestRecords.verifyAll(20, clients.readAll(target, 3, READ_COMMITTED));
    }

    private String create(String name) throws Exception {
        String topic = run + "-" + name;
        clients.createTopic(topic, 3);
        return topic;
    }
}
