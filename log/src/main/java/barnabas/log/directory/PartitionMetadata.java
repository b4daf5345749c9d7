package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.file.CheckpointFile;
import barnabas.log.file.LogFiles;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// The id of the topic that a partition's directory belongs to: `partition.metadata`.
///
/// ```
/// version: 0
/// topic_id: iWYhVZ0uRZuqsSDWRXnQFw
/// ```
public final class PartitionMetadata {
    private static final String TOPIC_ID = "topic_id:";

    private PartitionMetadata() {}

    public static Optional<Uuid> read(Disk disk, Path directory) throws IOException {
        var text = CheckpointFile.text(disk, directory.resolve(LogFiles.METADATA));
        if (text.isEmpty()) return Optional.empty();
        for (var line : text.get().lines().toList())
            if (line.startsWith(TOPIC_ID))
                return parse(line.substring(TOPIC_ID.length()).strip());
        return Optional.empty();
    }

    /// Empty for what is no id: a damaged file.
    static Optional<Uuid> parse(String text) {
        try {
            return Optional.of(Uuid.parse(text));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    /// Write the file into a directory that has none. Written directly under its name, which saves a commit of the
    /// file system: no client got a promise before this returns, and a part of the file left by a crash is ignored.
    static void create(Disk disk, Path directory, Uuid topicId) throws IOException {
        var text = "version: 0\n" + TOPIC_ID + " " + topicId;
        try (var file = disk.open(directory.resolve(LogFiles.METADATA))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.force();
        }
        disk.forceDirectory(directory);
    }

    static void force(Disk disk, Path directory) throws IOException {
        try (var file = disk.openExisting(directory.resolve(LogFiles.METADATA))) {
            file.force();
        }
        disk.forceDirectory(directory);
    }
}
