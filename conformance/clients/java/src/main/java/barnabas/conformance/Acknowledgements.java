package barnabas.conformance;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
