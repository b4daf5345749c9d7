package barnabas.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommittedEndTest {
    private static final Path ROOT = Path.of("/data");

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);

    /// The end on disk is about a second behind, whatever happens to the wall clock.
    @Test
    void itIsForcedWhenTheClockIsSetBackToo() throws IOException {
        for (int seed = 0; seed < 20; seed++) isForced(seed);
    }

    private void isForced(int seed) throws IOException {
        var disk = new SimulatedDisk(seed, clock);
        var log = LocalMetadataLog.open(ROOT, 1, 1 << 20, disk, clock, Threads.SYSTEM);
        var listener = new RecordingListener();
        log.start(listener);
        for (int i = 1; i <= 8; i++) {
            // The note is forced behind the delivery: with batch 6 or 7. Of two later ones one may spoil a slot.
            if (i == 5) clock.setWallClock(Duration.ofDays(-365));
            if (i % 2 == 1) clock.advance(Duration.ofSeconds(2));
            log.append(
                    log.leadership().epoch(),
                    MetadataVersion.LATEST,
                    List.of(new TopicRecord("t" + i, new Uuid(1, i))));
            listener.awaitBatches(i);
        }
        disk.loseFromCache();
        assertThat(CommittedEnd.read(disk, ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME)))
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(6);
        log.close();
    }
}
