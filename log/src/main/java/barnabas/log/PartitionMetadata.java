package barnabas.log;

import barnabas.base.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/// The id of the topic that a partition's directory belongs to: `partition.metadata`.
///
/// ```
/// version: 0
/// topic_id: iWYhVZ0uRZuqsSDWRXnQFw
/// ```
final class PartitionMetadata {
    private static final String TOPIC_ID = "topic_id:";

    private PartitionMetadata() {}

    static Optional<UUID> read(Disk disk, Path directory) throws IOException {
        var text = CheckpointFile.text(disk, directory.resolve(LogFiles.METADATA));
        if (text.isEmpty()) return Optional.empty();
        for (var line : text.get().lines().toList())
            if (line.startsWith(TOPIC_ID))
                return TopicIds.parse(line.substring(TOPIC_ID.length()).strip());
        return Optional.empty();
    }

    static void write(Disk disk, Path directory, UUID topicId) throws IOException {
        CheckpointFile.replace(
                disk, directory.resolve(LogFiles.METADATA), "version: 0\n" + TOPIC_ID + " " + TopicIds.text(topicId));
    }
}
