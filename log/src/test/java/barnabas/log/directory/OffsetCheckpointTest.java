package barnabas.log.directory;

import static barnabas.log.LogFixture.PARTITION;
import static barnabas.log.LogFixture.ROOT;
import static barnabas.log.LogFixture.SMALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.log.LogFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// High watermarks of a directory, written down every five seconds.
class OffsetCheckpointTest {
    private static final Path FILE = ROOT.resolve("replication-offset-checkpoint");

    private final LogFixture fixture = new LogFixture(SMALL);

    @Test
    void anIdleNodeWritesNothing() throws IOException {
        var directory = fixture.openDirectory();
        directory.checkpointHighWatermarks(Map.of(PARTITION, 1L));
        long before = fixture.disk.forces();
        directory.checkpointHighWatermarks(Map.of(PARTITION, 1L));
        assertThat(fixture.disk.forces()).isEqualTo(before);
        directory.checkpointHighWatermarks(Map.of(PARTITION, 2L));
        assertThat(fixture.disk.forces()).isGreaterThan(before);
        assertThat(directory.highWatermarks()).isEqualTo(Map.of(PARTITION, 2L));
    }

    @Test
    void aFailedWriteIsTriedAgain() throws IOException {
        var checkpoint = new OffsetCheckpoint(fixture.disk, FILE);
        fixture.openDirectory();
        checkpoint.writeIfChanged(Map.of(PARTITION, 1L));
        fixture.disk.failForces(1);
        assertThatThrownBy(() -> checkpoint.writeIfChanged(Map.of(PARTITION, 2L)))
                .isInstanceOf(IOException.class);
        checkpoint.writeIfChanged(Map.of(PARTITION, 2L));
        assertThat(new OffsetCheckpoint(fixture.disk, FILE).read()).isEqualTo(Map.of(PARTITION, 2L));
        fixture.disk.failForces(1);
        assertThatThrownBy(() -> checkpoint.writeIfChanged(Map.of(PARTITION, 1L)))
                .isInstanceOf(IOException.class);
        // the file may be either now
        checkpoint.writeIfChanged(Map.of(PARTITION, 2L));
        assertThat(new OffsetCheckpoint(fixture.disk, FILE).read()).isEqualTo(Map.of(PARTITION, 2L));
    }
}
