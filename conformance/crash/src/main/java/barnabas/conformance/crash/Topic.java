package barnabas.conformance.crash;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A topic of numbered records, and how it is read from beginning to end.
public record Topic(String bootstrap, String name) {
    public static final int PARTITIONS = 3;
    private static final int VALUE_BYTES = 700;
    private static final int READ_SECONDS = 60;

    public static byte[] value(int number) {
        var value = new byte[VALUE_BYTES];
        ByteBuffer.wrap(value).putInt(number).putInt(VALUE_BYTES - Integer.BYTES, number);
        return value;
    }

    /// The number in a value; a value whose two ends differ is an error.
    public static int number(ConsumerRecord<byte[], byte[]> record) {
        int number = ByteBuffer.wrap(record.value()).getInt();
        if (record.value().length != VALUE_BYTES
                || ByteBuffer.wrap(record.value()).getInt(VALUE_BYTES - Integer.BYTES) != number) {
            throw new IllegalStateException("not what was written: " + record);
        }
        return number;
    }

    /// Everything up to where the partitions end now, by partition.
    List<List<ConsumerRecord<byte[], byte[]>>> read(boolean committedOnly) {
        var found = new ArrayList<List<ConsumerRecord<byte[], byte[]>>>();
        for (int i = 0; i < PARTITIONS; i++) found.add(new ArrayList<>());
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrap,
                "isolation.level",
                committedOnly ? "read_committed" : "read_uncommitted",
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                "fetch.max.wait.ms",
                100);
        try (var consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = IntStream.range(0, PARTITIONS)
                    .mapToObj(index -> new TopicPartition(name, index))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(READ_SECONDS);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                if (System.nanoTime() > deadline) throw new IllegalStateException(name + " cannot be read to its end");
                for (var record : consumer.poll(Duration.ofMillis(100)))
                    found.get(record.partition()).add(record);
            }
        }
        return found;
    }
}
