package barnabas.metadata.log;

import barnabas.base.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds damage in the metadata log of a stopped node, and cuts the log before it once an operator has accepted the
/// loss.
///
/// @param parent the log directory in which [LocalMetadataLog#DIRECTORY_NAME] is
public record MetadataRepair(Path parent, Disk disk) {
    private Path directory() {
        return parent.resolve(LocalMetadataLog.DIRECTORY_NAME);
    }

    /// Reads the whole log and changes nothing. Empty when a start would take it, and when there is no log.
    public Optional<MetadataLogDamage> damage() throws IOException {
        if (!disk.isDirectory(directory())) return Optional.empty();
        var snapshot = new MetadataDirectory(disk, directory()).newestSnapshot().map(MetadataLog.Snapshot::id);
        try {
            new MetadataRecovery(disk, directory(), CommittedEnd.read(disk, directory()))
                    .read(
                            snapshot.map(SnapshotId::endOffset).orElse(0L),
                            snapshot.map(SnapshotId::epoch).orElse(0),
                            (_, _) -> {});
            return Optional.empty();
        } catch (MetadataLogDamage found) {
            return Optional.of(found);
        }
    }

    /// Cuts the log before the damage. A crash on the way leaves a log that is still refused.
    ///
    /// @return the copies of what was cut
    public List<Path> cut(MetadataLogDamage damage) throws IOException {
        var copies = new ArrayList<Path>();
        var bases = MetadataRecovery.bases(disk, directory());
        for (long base : bases.reversed()) {
            var segment = MetadataRecovery.path(directory(), base);
            int order = segment.compareTo(damage.file());
            if (order < 0) continue;
            long from = order > 0 ? 0 : damage.position();
            if (from < disk.sizeBytes(segment)) copies.add(CutBytes.keep(disk, segment, from));
            if (order > 0) {
                disk.delete(segment);
                disk.forceDirectory(directory());
                continue;
            }
            try (var file = disk.openExisting(segment)) {
                file.truncate(from);
                file.force();
            }
        }
        CommittedEnd.forget(disk, directory());
        return List.copyOf(copies);
    }
}
