package barnabas.metadata.log;

import barnabas.base.Disk;
import barnabas.base.DiskError;
import barnabas.base.DiskFile;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog.Snapshot;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files in the directory of the metadata log beside its segments: snapshots, and the files that Kafka expects
/// there.
public final class MetadataDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataDirectory.class);

    /// One to start from, and one more in case that it cannot be read.
    private static final int SNAPSHOTS_KEPT = 2;

    private final Disk disk;
    private final Path path;

    public MetadataDirectory(Disk disk, Path path) {
        this.disk = disk;
        this.path = path;
    }

    @Override
    public String toString() {
        return path.toString();
    }

    /// Creates the directory when it is missing, and removes what a crash left half written.
    public void prepare() throws IOException {
        create(path);
        for (Path each : disk.list(path)) {
            if (each.toString().endsWith(SnapshotFile.PART_SUFFIX)) disk.delete(each);
        }
        Path identity = path.resolve("partition.metadata");
        if (!disk.exists(identity)) replaceFile(identity, "version: 0\ntopic_id: " + Uuid.ONE);
    }

    /// Creates what is missing of the path, durably.
    private void create(Path directory) throws IOException {
        if (disk.isDirectory(directory)) return;
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) create(parent);
        disk.createDirectories(directory);
        if (parent != null) disk.forceDirectory(parent);
    }

    /// The voters that the directory was formatted with.
    KnownVoters formatted() throws IOException {
        var known = new KnownVoters();
        Path parent = path.getParent();
        if (parent != null) known.takeFormatted(BootstrapSnapshot.voters(parent, disk));
        return known;
    }

    /// A snapshot, and the voters that it names.
    record Loaded(Snapshot snapshot, List<Voter> voters) {}

    /// The newest snapshot that can be read; what follows an older one is kept for the case that the newest cannot.
    public Optional<Snapshot> newestSnapshot() throws IOException {
        return newest().map(Loaded::snapshot);
    }

    Optional<Loaded> newest() throws IOException {
        List<SnapshotId> snapshots = snapshots();
        for (SnapshotId id : snapshots.reversed()) {
            try {
                SnapshotFile.Content content = SnapshotFile.read(disk, path.resolve(id.fileName()));
                return Optional.of(
                        new Loaded(new Snapshot(id, content.timestampMillis(), content.batches()), content.voters()));
            } catch (IOException e) {
                if (DiskError.of(e).isShortage()) throw e;
                LOG.warn("Cannot read snapshot {}: {}", id.fileName(), e.getMessage());
            }
        }
        if (!snapshots.isEmpty()) LOG.warn("No snapshot can be read; trying the whole log");
        return Optional.empty();
    }

    /// False when a log directory (`metadata.log.dir`) holds nothing of a metadata log but what it may have been
    /// formatted with.
    public static boolean isIn(Path parent, Disk disk) throws IOException {
        Path path = parent.resolve(LocalMetadataLog.DIRECTORY_NAME);
        for (Path each : disk.list(path)) if (String.valueOf(each.getFileName()).endsWith(".log")) return true;
        return !new MetadataDirectory(disk, path).snapshots().isEmpty();
    }

    /// Complete snapshots on disk, oldest first; what the directory was formatted with is none of the log.
    private List<SnapshotId> snapshots() throws IOException {
        var found = new ArrayList<SnapshotId>();
        for (Path each : disk.list(path)) {
            SnapshotId.ofFileName(each.getFileName().toString())
                    .filter(id -> !BootstrapSnapshot.is(id))
                    .ifPresent(found::add);
        }
        found.sort(null);
        return found;
    }

    void writeSnapshot(
            SnapshotId id,
            long timestampMillis,
            MetadataVersion version,
            Iterable<? extends List<? extends Message>> batches)
            throws IOException {
        SnapshotFile.write(disk, path, id, timestampMillis, version, batches, List.of());
    }

    /// Keeps the newest snapshots.
    ///
    /// @return the offset before which no record is needed any more
    long deleteOldSnapshots() throws IOException {
        List<SnapshotId> snapshots = snapshots();
        int obsolete = snapshots.size() - SNAPSHOTS_KEPT;
        if (obsolete < 0) return 0;
        for (SnapshotId id : snapshots.subList(0, obsolete)) disk.delete(path.resolve(id.fileName()));
        return snapshots.get(obsolete).endOffset();
    }

    /// Kafka's format: version, number of lines, `epoch start-offset`.
    public void writeEpochs(SortedMap<Integer, Long> starts) throws IOException {
        var text = new StringBuilder("0\n").append(starts.size()).append('\n');
        starts.forEach(
                (epoch, start) -> text.append(epoch).append(' ').append(start).append('\n'));
        replaceFile(path.resolve("leader-epoch-checkpoint"), text.toString());
    }

    private void replaceFile(Path target, String text) throws IOException {
        Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.force();
        }
        disk.rename(temporary, target);
        disk.forceDirectory(path);
    }
}
