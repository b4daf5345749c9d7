package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Acknowledged records of a broker: a file with one line for each acknowledgement, in the order of arrival.
///
/// Written by the producer's thread and read by the one that verifies; the file stays for the analysis of a loss.
final class Acknowledgements implements AutoCloseable {

    /// A record that is to be found at an offset.
    record Acknowledgement(int partition, long offset, int number) {}

    private final Path file;
    private final BufferedWriter writer;
    private volatile int count;

    Acknowledgements(Path file) throws IOException {
        this.file = file;
        this.writer = Files.newBufferedWriter(file, StandardCharsets.US_ASCII);
    }

    synchronized void add(int partition, long offset, int number) throws IOException {
        writer.write(partition + " " + offset + " " + number + "\n");
        count++;
    }

    int count() {
        return count;
    }

    synchronized List<Acknowledgement> all() throws IOException {
        writer.flush();
        try (var lines = Files.lines(file, StandardCharsets.US_ASCII)) {
            return lines.map(line -> line.split(" "))
                    .map(words -> new Acknowledgement(
                            Integer.parseInt(words[0]), Long.parseLong(words[1]), Integer.parseInt(words[2])))
                    .toList();
        }
    }

    /// Returns how many acknowledged records are there, which is all of them.
    int verify(Clients clients, String topic) throws Exception {
        var promised = all();
        var partitions = new ArrayList<List<ConsumerRecord<byte[], byte[]>>>();
        for (int partition = 0; partition < ProduceLoad.PARTITIONS; partition++) {
            partitions.add(new ArrayList<>());
        }
        for (var record : clients.readAll(topic, ProduceLoad.PARTITIONS, Map.of())) {
            partitions.get(record.partition()).add(record);
        }
        for (var records : partitions) {
            int last = -1;
            for (int i = 0; i < records.size(); i++) {
                var record = records.get(i);
                same((long) i, record.offset(), "the offset of a record of partition " + record.partition());
                int number = ByteBuffer.wrap(record.value()).getInt();
                that(number > last, "record %d comes after %d in partition %d", number, last, record.partition());
                that(
                        Arrays.equals(ProduceLoad.value(number), record.value()),
                        "the value of record %d differs",
                        number);
                last = number;
            }
        }
        for (var promise : promised) {
            var records = partitions.get(promise.partition());
            that(promise.offset() < records.size(), "lost: %s, the partition ends at %d", promise, records.size());
            same(
                    promise.number(),
                    ByteBuffer.wrap(records.get((int) promise.offset()).value()).getInt(),
                    "the record of " + promise);
        }
        return promised.size();
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
