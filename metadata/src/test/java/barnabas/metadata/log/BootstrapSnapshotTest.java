package barnabas.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.FileDisk;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.FeatureLevelRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapSnapshotTest {
    private static final List<Message> RECORDS = List.of(new FeatureLevelRecord("metadata.version", (short) 30));
    private static final List<Voter> VOTERS =
            List.of(new Voter(1, new Uuid(1, 1), List.of(new Voter.Endpoint("CONTROLLER", "a", 9093))));

    @TempDir
    private Path folder;

    /// As Kafka 4.3 formats a directory.
    @Test
    void votersAndRecordsMayStandInTwoFiles() throws Exception {
        var disk = new FileDisk();
        Path records = Files.createDirectories(folder.resolve("records"));
        BootstrapSnapshot.write(records, disk, 1, MetadataVersion.of((short) 30), RECORDS);
        Path both = Files.createDirectories(folder.resolve("both"));
        BootstrapSnapshot.write(both, disk, 1, MetadataVersion.of((short) 30), List.of(), VOTERS);
        Files.copy(
                records.resolve(LocalMetadataLog.DIRECTORY_NAME).resolve("00000000000000000000-0000000000.checkpoint"),
                both.resolve("bootstrap.checkpoint"));
        assertThat(BootstrapSnapshot.read(both, disk)).contains(RECORDS);
        assertThat(KnownVoters.read(both, disk).voters()).isEqualTo(VOTERS);
    }
}
