package barnabas.conformance.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// A byte of a closed segment is changed by hand, as a bad disk would, and the broker starts without knowing what had
/// been on disk. The partition must stay away, with its name and place in the output, and the others must serve.
final class Damage {
    private static final TopicPartition VICTIM =
            new TopicPartition(Durability.PAGE_CACHE.topic("plain"), 1);
    private static final int ANSWER_SECONDS = 60;

    private final Broker broker;

    Damage(Broker broker) {
        this.broker = broker;
    }

    /// The broker is stopped, before and when this begins.
    void run() throws Exception {
        Path segment = firstSegment();
        System.out.println("damaging a byte in the middle of " + segment.getFileName() + " of " + VICTIM);
        flipByteInTheMiddle(segment);
        // As if the power had gone before the points were written: everything is looked at.
        Files.deleteIfExists(broker.data().resolve("recovery-point-offset-checkpoint"));
        Files.deleteIfExists(broker.data().resolve(".kafka_cleanshutdown"));
        long outputBefore = Files.size(broker.output());
        broker.restart();
        int serving = 0;
        int others = 0;
        String answer = "served as if nothing were wrong";
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
            for (Durability durability : Durability.values()) {
                for (String load : List.of("plain", "idempotent", "transactional", "compacted")) {
                    for (int i = 0; i < Topic.PARTITIONS; i++) {
                        var partition = new TopicPartition(durability.topic(load), i);
                        if (partition.equals(VICTIM)) continue;
                        others++;
                        if (end(admin, partition) >= 0) serving++;
                    }
                }
            }
            try {
                long end = end(admin, VICTIM, 10);
                answer += " up to " + end;
            } catch (ExecutionException | TimeoutException e) {
                answer = "";
            }
        }
        byte[] all = Files.readAllBytes(broker.output());
        var output = new String(all, (int) outputBefore, all.length - (int) outputBefore, StandardCharsets.UTF_8);
        boolean named = output.lines()
                .anyMatch(line -> line.contains(VICTIM.toString())
                        && line.contains(segment.getFileName().toString())
                        && line.contains("byte"));
        System.out.println(
                serving == others
                        ? "ok a damaged segment: the other " + others + " partitions serve"
                        : "not ok a damaged segment: of the others " + serving + " serve of " + others);
        System.out.println(
                answer.isEmpty()
                        ? "ok a damaged segment: its partition is offline"
                        : "not ok a damaged segment: its partition is offline: " + answer);
        System.out.println(
                named
                        ? "ok a damaged segment: the output names partition, file and place"
                        : "not ok a damaged segment: the output names partition, file and place: no such line");
        broker.stop();
    }

    private static long end(Admin admin, TopicPartition partition)
            throws InterruptedException, ExecutionException, TimeoutException {
        return end(admin, partition, ANSWER_SECONDS);
    }

    private static long end(Admin admin, TopicPartition partition, int seconds)
            throws InterruptedException, ExecutionException, TimeoutException {
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                .partitionResult(partition)
                .get(seconds, TimeUnit.SECONDS)
                .offset();
    }

    private Path firstSegment() throws IOException {
        try (var files = Files.list(broker.data().resolve(VICTIM.toString()))) {
            var segments = files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
            if (segments.size() < 3) throw new IllegalStateException("too few segments: " + segments);
            return segments.getFirst();
        }
    }

    private static void flipByteInTheMiddle(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            var one = ByteBuffer.allocate(1);
            long at = channel.size() / 2;
            channel.read(one, at);
            one.put(0, (byte) ~one.get(0)).rewind();
            channel.write(one, at);
        }
    }
}
