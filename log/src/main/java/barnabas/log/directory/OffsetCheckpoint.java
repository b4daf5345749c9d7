package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.base.Mutex;
import barnabas.log.TopicPartition;
import barnabas.log.file.CheckpointFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One offset per partition of a directory, with lines `topic partition offset`. Thread-safe.
final class OffsetCheckpoint {
    private final Disk disk;
    private final Path file;
    private final Mutex mutex = new Mutex();
    /// In place of a check value, when there is no file.
    static final long MISSING = -1;

    /// The check value of the file, as last read or written.
    private long crc = MISSING;
    /// The lines of the file, as last read or written.
    private Map<TopicPartition, Long> inFile = Map.of();
    /// Whether these lines were written as they are, by the last write.
    private boolean written;

    OffsetCheckpoint(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /// Nothing when the file is missing or damaged: recovery then checks more, and the caller starts from the log
    /// itself.
    Map<TopicPartition, Long> read() throws IOException {
        try (var _ = mutex.hold()) {
            written = false;
            var offsets = new HashMap<TopicPartition, Long>();
            var text = CheckpointFile.text(disk, file);
            crc = text.isEmpty() ? MISSING : KnownLogs.crcOf(text.get());
            for (var entry : CheckpointFile.read(disk, file).orElse(List.of())) {
                if (entry.length != 3) return Map.of();
                try {
                    offsets.put(new TopicPartition(entry[0], Integer.parseInt(entry[1])), Long.parseLong(entry[2]));
                } catch (NumberFormatException damaged) {
                    return Map.of();
                }
            }
            inFile = Map.copyOf(offsets);
            return offsets;
        }
    }

    /// True when the file, as last read or written, has a line for the partition.
    boolean mentions(TopicPartition partition) {
        try (var _ = mutex.hold()) {
            return inFile.containsKey(partition);
        }
    }

    /// The offset in its line; 0 without one.
    long promised(TopicPartition partition) {
        try (var _ = mutex.hold()) {
            return inFile.getOrDefault(partition, 0L);
        }
    }

    /// Check value of the file, as last read or written.
    long crc() {
        try (var _ = mutex.hold()) {
            return crc;
        }
    }

    /// Writes nothing when this object has written the same before.
    void writeIfChanged(Map<TopicPartition, Long> offsets) throws IOException {
        try (var _ = mutex.hold()) {
            if (!written || !inFile.equals(offsets)) write(offsets);
        }
    }

    void write(Map<TopicPartition, Long> offsets) throws IOException {
        write(textOf(offsets), offsets);
    }

    static String textOf(Map<TopicPartition, Long> offsets) {
        var text = new StringBuilder("0\n").append(offsets.size()).append('\n');
        offsets.forEach((partition, offset) -> text.append(partition.topic())
                .append(' ')
                .append(partition.partition())
                .append(' ')
                .append(offset)
                .append('\n'));
        return text.toString();
    }

    /// @param text of these offsets
    void write(String text, Map<TopicPartition, Long> offsets) throws IOException {
        try (var _ = mutex.hold()) {
            written = false;
            // until it is known which of the two the file is
            var either = new HashMap<>(inFile);
            offsets.forEach((partition, offset) -> either.merge(partition, offset, Math::max));
            inFile = either;
            CheckpointFile.replace(disk, file, text);
            inFile = Map.copyOf(offsets);
            written = true;
            crc = KnownLogs.crcOf(text);
        }
    }
}
