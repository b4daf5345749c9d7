package barnabas.sim;

import barnabas.sim.History.Attempt;
import barnabas.sim.History.Observed;
import barnabas.sim.History.Outcome;
import barnabas.sim.History.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;

/// Clients that read and write in transactions, crash, and lose their broker.
final class Workload {
    private static final String TOPIC = "registers";
    private static final int CLIENTS = 4;
    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, 4)
            .mapToObj(index -> new TopicPartition(TOPIC, index))
            .toList();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// @param transactions begun by all clients together
    /// @param kills of the broker, spread evenly
    /// @param version of the transaction protocol, as the feature `transaction.version` says
    record Plan(long seed, int transactions, int kills, short version) {
        Plan(long seed, int transactions, int kills) {
            this(seed, transactions, kills, (short) 2);
        }
    }

    private final Plan plan;
    private final BrokerProcess broker;
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicLong values = new AtomicLong();

    private Workload(Plan plan, BrokerProcess broker) {
        this.plan = plan;
        this.broker = broker;
    }

    static History run(Plan plan, BrokerProcess broker) throws Exception {
        return new Workload(plan, broker).run();
    }

    private History run() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            if (plan.version != 2) {
                var older = new FeatureUpdate(plan.version, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
                admin.updateFeatures(Map.of("transaction.version", older), new UpdateFeaturesOptions())
                        .all()
                        .get();
            }
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS.size(), (short) 1)))
                    .all()
                    .get();
        }
        var attempts = new ArrayList<Attempt>();
        try (var threads = Executors.newCachedThreadPool()) {
            var running = new ArrayList<Future<List<Attempt>>>();
            for (int i = 0; i < CLIENTS; i++) {
                int number = i;
                Callable<List<Attempt>> client = () -> new Client(number).run();
                running.add(threads.submit(client));
            }
            for (int kill = 1; kill <= plan.kills; kill++) {
                int at = plan.transactions * kill / (plan.kills + 1);
                while (begun.get() < at && !running.stream().allMatch(Future::isDone)) LockSupport.parkNanos(1_000_000);
                broker.kill();
                broker.restart();
            }
            for (Future<List<Attempt>> each : running) attempts.addAll(each.get());
        }
        return new History(attempts, readAll());
    }

    private KafkaConsumer<Long, Long> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrap(),
                        "isolation.level",
                        "read_committed",
                        "enable.auto.commit",
                        false,
                        "auto.offset.reset",
                        "earliest",
                        "reconnect.backoff.ms",
                        20,
                        "reconnect.backoff.max.ms",
                        200,
                        "max.poll.records",
                        20),
                new LongDeserializer(),
                new LongDeserializer());
    }

    /// Up to the ends of the partitions: nothing may be open any more. What is kept back by a transaction that never
    /// ends counts as lost.
    private Map<TopicPartition, List<Observed>> readAll() {
        var found = new HashMap<TopicPartition, List<Observed>>();
        for (TopicPartition each : PARTITIONS) found.put(each, new ArrayList<>());
        try (var consumer = consumer();
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            consumer.assign(PARTITIONS);
            consumer.seekToBeginning(PARTITIONS);
            Map<TopicPartition, Long> ends = ends(admin);
            long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            while (System.nanoTime() < deadline
                    && PARTITIONS.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (ConsumerRecord<Long, Long> each : consumer.poll(Duration.ofMillis(50))) {
                    var partition = new TopicPartition(each.topic(), each.partition());
                    found.get(partition).add(new Observed(partition, each.offset(), each.value()));
                }
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }

    private static Map<TopicPartition, Long> ends(Admin admin) throws InterruptedException, ExecutionException {
        var asked = new HashMap<TopicPartition, OffsetSpec>();
        for (TopicPartition each : PARTITIONS) asked.put(each, OffsetSpec.latest());
        var ends = new HashMap<TopicPartition, Long>();
        admin.listOffsets(asked).all().get().forEach((partition, info) -> ends.put(partition, info.offset()));
        return ends;
    }

    /// One thread with a transactional id of its own.
    private final class Client {
        private final int number;
        private final Random random;
        private final List<Attempt> attempts = new ArrayList<>();

        Client(int number) {
            this.number = number;
            this.random = new Random(plan.seed * 31 + number);
        }

        List<Attempt> run() {
            long deadline =
                    System.nanoTime() + PATIENCE.toNanos() * (plan.kills + 1) + plan.transactions * 100_000_000L;
            try (var consumer = consumer()) {
                consumer.assign(PARTITIONS);
                KafkaProducer<Long, Long> producer = null;
                while (begun.incrementAndGet() <= plan.transactions) {
                    if (System.nanoTime() > deadline) throw new IllegalStateException("client " + number + " hangs");
                    if (producer == null) producer = producer();
                    if (!transaction(producer, consumer)) {
                        // whatever this one had open is aborted by its successor
                        producer.close(Duration.ZERO);
                        producer = null;
                    }
                }
                // nothing is left open
                if (producer != null) producer.close(Duration.ZERO);
                producer().close();
            }
            return attempts;
        }

        private KafkaProducer<Long, Long> producer() {
            while (true) {
                var producer = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers", broker.bootstrap(),
                                "transactional.id", "client-" + number,
                                "transaction.timeout.ms", 30_000,
                                "delivery.timeout.ms", 20_000,
                                "request.timeout.ms", 5_000,
                                "max.block.ms", 20_000,
                                "reconnect.backoff.ms", 20,
                                "reconnect.backoff.max.ms", 200,
                                "linger.ms", random.nextInt(3)),
                        new LongSerializer(),
                        new LongSerializer());
                try {
                    producer.initTransactions();
                    return producer;
                } catch (KafkaException e) {
                    producer.close(Duration.ZERO);
                }
            }
        }

        /// @return false when the producer is of no use any more
        private boolean transaction(KafkaProducer<Long, Long> producer, KafkaConsumer<Long, Long> consumer) {
            var sent = new ArrayList<Sent>();
            var reads = new ArrayList<Observed>();
            Outcome outcome = Outcome.UNKNOWN;
            boolean usable = false;
            try {
                producer.beginTransaction();
                if (random.nextInt(3) > 0) read(consumer, reads);
                int writes = 1 + random.nextInt(8);
                for (int i = 0; i < writes; i++) {
                    TopicPartition partition = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
                    long value = values.incrementAndGet();
                    sent.add(new Sent(
                            partition,
                            value,
                            producer.send(new ProducerRecord<>(TOPIC, partition.partition(), (long) number, value))));
                    if (random.nextInt(8) == 0) producer.flush();
                }
                switch (random.nextInt(20)) {
                    case 0 -> {} // crash
                    case 1, 2, 3, 4 -> {
                        if (random.nextBoolean()) producer.flush();
                        producer.abortTransaction();
                        outcome = Outcome.ABORTED;
                        usable = true;
                    }
                    default -> {
                        producer.commitTransaction();
                        outcome = Outcome.COMMITTED;
                        usable = true;
                    }
                }
            } catch (KafkaException e) {
                usable = false;
            }
            attempts.add(new Attempt(
                    number, attempts.size() + 1, sent.stream().map(Sent::write).toList(), reads, outcome));
            return usable;
        }

        private void read(KafkaConsumer<Long, Long> consumer, List<Observed> reads) {
            for (ConsumerRecord<Long, Long> each : consumer.poll(Duration.ofMillis(5))) {
                var partition = new TopicPartition(each.topic(), each.partition());
                reads.add(new Observed(partition, each.offset(), each.value()));
            }
        }
    }

    private record Sent(TopicPartition partition, long value, Future<RecordMetadata> answer) {
        Write write() {
            long offset = -1;
            try {
                if (answer.isDone())
                    offset = answer.get(0, TimeUnit.MILLISECONDS).offset();
            } catch (ExecutionException | TimeoutException e) {
                offset = -1;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new Write(partition, value, offset);
        }
    }
}
