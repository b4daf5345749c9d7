package barnabas.metadata.log;

import barnabas.base.Disk;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Records that a data directory was formatted with: the first records of the cluster, as a snapshot that ends
/// before the first record of the log. Kafka 4.4's tool writes the same file, older ones `bootstrap.checkpoint`
/// beside the log's directory.
///
/// It is no part of the log: the leader of an empty log writes these records into it, and the file is not read
/// again.
public final class BootstrapSnapshot {
    private static final SnapshotId ID = new SnapshotId(0, 0);
    private static final String OLD_NAME = "bootstrap.checkpoint";

    private BootstrapSnapshot() {}

    static boolean is(SnapshotId id) {
        return id.equals(ID);
    }

    /// Empty when the directory was not formatted, or only with a cluster id.
    ///
    /// @param parent the log directory in which [LocalMetadataLog#DIRECTORY_NAME] is or will be
    /// @throws IOException when the file is there and not whole
    public static Optional<List<Message>> read(Path parent, Disk disk) throws IOException {
        Optional<List<Message>> found = Optional.empty();
        for (Path file : files(parent)) {
            if (!disk.exists(file)) continue;
            List<Message> records = SnapshotFile.read(disk, file).batches().stream()
                    .flatMap(List::stream)
                    .toList();
            // Kafka 4.3 puts the voters into one file, and the records into the other.
            if (!records.isEmpty()) return Optional.of(records);
            found = Optional.of(records);
        }
        return found;
    }

    /// Voters that the directory was formatted with (`--standalone`, `--initial-controllers`); empty without such.
    ///
    /// @throws IOException when the file is there and not whole
    static List<Voter> voters(Path parent, Disk disk) throws IOException {
        Path file = files(parent).getFirst();
        return disk.exists(file) ? SnapshotFile.read(disk, file).voters() : List.of();
    }

    private static List<Path> files(Path parent) {
        Path directory = parent.resolve(LocalMetadataLog.DIRECTORY_NAME);
        return List.of(directory.resolve(ID.fileName()), parent.resolve(OLD_NAME));
    }

    /// Writes and forces the file.
    ///
    /// @param version that `records` finalize
    public static void write(
            Path parent, Disk disk, long timestampMillis, MetadataVersion version, List<Message> records)
            throws IOException {
        write(parent, disk, timestampMillis, version, records, List.of());
    }

    /// As above, for a quorum whose voters stand in its log.
    ///
    /// @param voters the first ones; the same in the directories of all of them
    public static void write(
            Path parent,
            Disk disk,
            long timestampMillis,
            MetadataVersion version,
            List<Message> records,
            List<Voter> voters)
            throws IOException {
        Path directory = parent.resolve(LocalMetadataLog.DIRECTORY_NAME);
        disk.createDirectories(directory);
        disk.forceDirectory(parent);
        SnapshotFile.write(disk, directory, ID, timestampMillis, version, List.of(records), voters);
    }
}
