package barnabas.conformance.groups;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.jspecify.annotations.Nullable;

/// One consumer on a thread of its own. Commits now and then, and always before it gives partitions up.
final class Member implements AutoCloseable {
    private static final long COMMIT_INTERVAL_NANOS = 500_000_000;

    private final Thread thread;
    private final KafkaConsumer<byte[], Integer> consumer;
    private final Ledger ledger;
    private volatile boolean stopping;
    private volatile Set<TopicPartition> assigned = Set.of();
    private volatile @Nullable Throwable failure;

    Member(Kind kind, int place, String bootstrap, Ledger ledger) {
        this.ledger = ledger;
        Map<String, Object> configuration = new HashMap<>(kind.configuration(place));
        configuration.put("bootstrap.servers", bootstrap);
        configuration.put("group.id", kind.topic());
        configuration.put("client.id", kind.topic() + "-" + place);
        configuration.put("auto.offset.reset", "earliest");
        configuration.put("enable.auto.commit", false);
        this.consumer = new KafkaConsumer<>(configuration, new ByteArrayDeserializer(), new IntegerDeserializer());
        this.thread = Thread.ofPlatform().name("member-" + place).start(() -> run(kind.topic()));
    }

    private final class BeforeRevoke implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) consumer.commitSync();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            ledger.lost(partitions);
        }
    }

    private void run(String topic) {
        try (consumer) {
            consumer.subscribe(List.of(topic), new BeforeRevoke());
            long committed = System.nanoTime();
            while (!stopping) {
                for (var each : consumer.poll(Duration.ofMillis(50))) ledger.processed(each.value());
                assigned = Set.copyOf(consumer.assignment());
                if (System.nanoTime() - committed > COMMIT_INTERVAL_NANOS) {
                    commit();
                    committed = System.nanoTime();
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    /// A commit in the middle of a rebalance may be refused; the one before the revocation counts.
    private void commit() {
        try {
            consumer.commitSync();
        } catch (RebalanceInProgressException | CommitFailedException e) {
            ledger.refusedCommit();
        }
    }

    Set<TopicPartition> assigned() {
        return assigned;
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /// Leaves the group as a program does that is stopped.
    @Override
    public void close() {
        stopping = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
