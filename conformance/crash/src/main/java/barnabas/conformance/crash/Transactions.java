package barnabas.conformance.crash;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// One transaction after the other over all partitions; some are aborted. A committed one is read in full and once, an
/// aborted one not at all, and one whose end was not answered in full or not at all.
public final class Transactions implements Load {
    private static final int VISIBLE_SECONDS = 20;

    private enum Outcome {
        COMMITTED,
        ABORTED,
        UNKNOWN
    }

    private record Ended(int records, Outcome outcome) {
        boolean allows(int found) {
            return switch (outcome) {
                case COMMITTED -> found == records;
                case ABORTED -> found == 0;
                case UNKNOWN -> found == 0 || found == records;
            };
        }
    }

    private final Topic topic;
    private final Random random;
    private final Map<Integer, Ended> ended = new HashMap<>();
    private final Thread thread;
    private int number;
    private volatile boolean stopping;

    public Transactions(Topic topic, Random random) {
        this.topic = topic;
        this.random = random;
        this.thread = Thread.ofPlatform().name(topic.name()).start(this::run);
    }

    private void run() {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                topic.bootstrap(),
                "transactional.id",
                topic.name(),
                "max.block.ms",
                120_000,
                "linger.ms",
                2);
        Optional<Ended> undecided = Optional.empty();
        while (!stopping) {
            try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
                // Also ends what the one before has left open.
                producer.initTransactions();
                undecided.ifPresent(this::note);
                undecided = Optional.empty();
                while (!stopping && undecided.isEmpty()) undecided = transact(producer);
            } catch (KafkaException tryAgain) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    /// Returns how it may have ended if it did not end as it should.
    private Optional<Ended> transact(KafkaProducer<byte[], byte[]> producer) {
        int records = 1 + random.nextInt(6);
        boolean commits = random.nextInt(5) > 0;
        boolean deciding = false;
        try {
            producer.beginTransaction();
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(
                        topic.name(), random.nextInt(Topic.PARTITIONS), null, Topic.value(number)));
            }
            if (commits) {
                producer.flush();
                deciding = true;
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
            note(new Ended(records, commits ? Outcome.COMMITTED : Outcome.ABORTED));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
            return Optional.empty();
        } catch (KafkaException e) {
            return Optional.of(new Ended(records, deciding ? Outcome.UNKNOWN : Outcome.ABORTED));
        }
    }

    private void note(Ended how) {
        synchronized (ended) {
            ended.put(number++, how);
        }
    }

    @Override
    public String name() {
        return topic.name();
    }

    @Override
    public int promises() {
        synchronized (ended) {
            return ended.size();
        }
    }

    /// A commit is answered before its records can be seen; they have some time to appear.
    @Override
    public Optional<String> verify() {
        Map<Integer, Ended> promised;
        synchronized (ended) {
            promised = Map.copyOf(ended);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(VISIBLE_SECONDS);
        while (true) {
            Optional<String> wrong = compare(promised);
            if (wrong.isEmpty() || System.nanoTime() > deadline) return wrong;
        }
    }

    private Optional<String> compare(Map<Integer, Ended> promised) {
        var found = new HashMap<Integer, Integer>();
        for (var records : topic.read(true)) {
            for (var record : records) found.merge(Topic.number(record), 1, Integer::sum);
        }
        for (var each : promised.entrySet()) {
            int there = found.getOrDefault(each.getKey(), 0);
            if (!each.getValue().allows(there)) {
                return Optional.of("transaction " + each.getKey() + ", " + each.getValue() + ": " + there + " records");
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        stopping = true;
        Threads.join(thread);
    }
}
