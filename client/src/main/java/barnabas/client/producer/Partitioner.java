package barnabas.client.producer;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Chooses partitions as Kafka's producer does: by the key's hash; without a key one partition after the other
/// at random, each for a batch's worth of bytes (KIP-794). Owned by the producer's lock.
final class Partitioner {
    private static final class Sticky {
        int partition = -1;
        long bytesLeft;
    }

    private final int stickyBytes;
    private final RandomGenerator random;
    private final Map<String, Sticky> sticky = new HashMap<>();

    Partitioner(int stickyBytes, RandomGenerator random) {
        this.stickyBytes = stickyBytes;
        this.random = random;
    }

    int partition(ProducerRecord record, int partitions) {
        if (record.partition() >= 0) return record.partition();
        var key = record.key();
        if (key != null) return Murmur2.partition(key, partitions);
        var current = sticky.computeIfAbsent(record.topic(), topic -> new Sticky());
        if (current.partition < 0 || current.partition >= partitions || current.bytesLeft <= 0) {
            current.partition = random.nextInt(partitions);
            current.bytesLeft = stickyBytes;
        }
        current.bytesLeft -= Batch.sizeBytes(record);
        return current.partition;
    }
}
