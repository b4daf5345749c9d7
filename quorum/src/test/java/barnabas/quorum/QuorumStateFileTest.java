package barnabas.quorum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.DiskFile;
import barnabas.base.SimulatedDisk;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataReserve;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.server.common.KRaftVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuorumStateFileTest {
    private static final Path DIRECTORY = QuorumNodes.ROOT.resolve(LocalMetadataLog.DIRECTORY_NAME);

    private final SimulatedDisk disk = new SimulatedDisk(1, Clock.SYSTEM);
    private final QuorumStateFile file = new QuorumStateFile(
            1,
            DIRECTORY,
            new LogSpace(QuorumNodes.ROOT, new MetadataReserve(disk, DIRECTORY, 1 << 10), Clock.SYSTEM),
            disk);

    @BeforeEach
    void makeDirectory() throws IOException {
        disk.createDirectories(DIRECTORY);
    }

    private void write(String text) throws IOException {
        disk.delete(file.path());
        try (DiskFile written = disk.open(file.path())) {
            written.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        }
    }

    @Test
    void stateIsReadAsItWasWritten() {
        ElectionState state = ElectionState.withElectedLeader(7, 2, Optional.empty(), Set.of(1, 2, 3));
        file.writeElectionState(state, KRaftVersion.KRAFT_VERSION_0);
        assertThat(file.readElectionState()).contains(state);
    }

    @Test
    void damagedFileIsNamedInOneLine() throws IOException {
        for (String text : new String[] {
            "",
            "{\"leaderId\":1m\"leaderEpoch\":2,\"data_version\":0}",
            "{\"data_version\":0}",
            "{\"data_version\":99}",
            "[1]",
        }) {
            write(text);
            assertThatThrownBy(file::readElectionState)
                    .as(text)
                    .isInstanceOf(UncheckedIOException.class)
                    .cause()
                    .hasMessageContaining(file.path().toString())
                    .message()
                    .doesNotContain("\n")
                    .doesNotContain("jackson");
        }
    }
}
