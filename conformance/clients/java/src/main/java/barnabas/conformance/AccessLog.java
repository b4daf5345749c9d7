package barnabas.conformance;

import static barnabas.conformance.Clients.partitions;
import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/// Writes a file of `KEY<tab>VALUE` lines to a topic of three partitions and reads a topic back to
/// `PARTITION<tab>KEY<tab>VALUE` lines:
/// `AccessLog HOST:PORT create TOPIC...`, `AccessLog HOST:PORT write TOPIC FILE`, `AccessLog HOST:PORT read TOPIC
/// FILE`.
///
/// The reader is a group of two members: both have partitions before either is given a record.
final class AccessLog {

    private static final int PARTITIONS = 3;

    private final Clients clients;
    private final String topic;

    private AccessLog(Clients clients, String topic) {
        this.clients = clients;
        this.topic = topic;
    }

    public static void main(String[] arguments) throws Exception {
        var clients = new Clients(arguments[0]);
        switch (arguments[1]) {
            case "create" -> {
                for (String topic : List.of(arguments).subList(2, arguments.length)) {
                    clients.createTopic(topic, PARTITIONS);
                }
            }
            case "write" -> new AccessLog(clients, arguments[2]).write(Path.of(arguments[3]));
            case "read" -> new AccessLog(clients, arguments[2]).read(Path.of(arguments[3]));
            default -> throw new IllegalArgumentException(arguments[1]);
        }
    }

    private void write(Path file) throws Exception {
        byte[] lines = Files.readAllBytes(file);
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
        int start = 0;
        int tab = -1;
        for (int i = 0; i < lines.length; i++) {
            if (lines[i] == '\t') {
                tab = i;
            } else if (lines[i] == '\n') {
                byte[] key = Arrays.copyOfRange(lines, start, tab);
                records.add(new ProducerRecord<>(topic, key, Arrays.copyOfRange(lines, tab + 1, i)));
                start = i + 1;
            }
        }
        clients.produce(Map.of(), records);
    }

    private void read(Path file) throws IOException {
        Map<String, Object> settings =
                Map.of("group.id", topic, "auto.offset.reset", "earliest", "enable.auto.commit", false);
        try (var one = clients.consumer(settings);
                var other = clients.consumer(settings)) {
            var members = List.of(one, other);
            members.forEach(member -> member.subscribe(List.of(topic), new PauseNewPartitions(member)));
            long deadline = System.nanoTime() + Clients.DEADLINE.toNanos();
            while (!shared(members)) {
                that(System.nanoTime() < deadline, "the partitions were not shared between the members");
                that(poll(members).isEmpty(), "a record came while all was paused");
            }
            members.forEach(member -> member.resume(member.assignment()));
            var all = partitions(topic, PARTITIONS);
            var ends = one.endOffsets(all);
            var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (!position(members).equals(ends)) {
                that(System.nanoTime() < deadline, "only %d records came", records.size());
                records.addAll(poll(members));
            }
            members.forEach(member -> member.commitSync());
            var committed = one.committed(new HashSet<>(all));
            all.forEach(p -> same(ends.get(p), committed.get(p).offset(), "the committed offset of " + p));
            write(records, file);
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> poll(List<KafkaConsumer<byte[], byte[]>> members) {
        var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        members.forEach(member -> member.poll(Duration.ofMillis(50)).forEach(records::add));
        return records;
    }

    /// Each member has some of the partitions, and together they have every one once.
    private static boolean shared(List<KafkaConsumer<byte[], byte[]>> members) {
        return members.stream().noneMatch(member -> member.assignment().isEmpty())
                && members.stream()
                                .mapToInt(member -> member.assignment().size())
                                .sum()
                        == PARTITIONS
                && members.stream()
                                .flatMap(member -> member.assignment().stream())
                                .distinct()
                                .count()
                        == PARTITIONS;
    }

    private static Map<TopicPartition, Long> position(List<KafkaConsumer<byte[], byte[]>> members) {
        var positions = new HashMap<TopicPartition, Long>();
        members.forEach(member -> member.assignment().forEach(p -> positions.put(p, member.position(p))));
        return positions;
    }

    private static void write(List<ConsumerRecord<byte[], byte[]>> records, Path file) throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (var record : records) {
                out.write((record.partition() + "\t").getBytes(StandardCharsets.US_ASCII));
                out.write(record.key());
                out.write('\t');
                out.write(record.value());
                out.write('\n');
            }
        }
    }

    private record PauseNewPartitions(KafkaConsumer<byte[], byte[]> member) implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            member.pause(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
    }
}
