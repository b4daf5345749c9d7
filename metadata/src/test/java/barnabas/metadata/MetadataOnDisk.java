package barnabas.metadata;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.Features;
import barnabas.metadata.controller.OfficialRules;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.LocalMetadataLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// The metadata of one node in a directory.
record MetadataOnDisk(Path root) {
    static final String CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAB";

    /// @param version what a directory that is empty begins with
    /// @param snapshotBytes a snapshot is written when this much was
    ClusterMetadata open(MetadataVersion version, long snapshotBytes) throws IOException, InterruptedException {
        var settings = new ControllerSettings(
                1,
                CLUSTER_ID,
                Features.bootstrap(Features.at(version)),
                Features.SUPPORTED,
                ControllerSettings.defaults(1, CLUSTER_ID).topics(),
                new ControllerSettings.Snapshots(snapshotBytes, 0),
                30_000);
        return ClusterMetadata.start(
                LocalMetadataLog.open(root, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM),
                settings,
                new OfficialRules(),
                Clock.SYSTEM,
                Threads.SYSTEM,
                new SplittableRandom(7));
    }

    List<Path> files(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(LocalMetadataLog.DIRECTORY_NAME))) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
