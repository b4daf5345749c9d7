package barnabas.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FileDescriptorsTest {
    @Test
    void connectionsLeaveRoomForFiles() {
        assertThat(new FileDescriptors(1_048_576).connectionsMax()).isEqualTo(1_048_576 - 512 - 256);
        assertThat(new FileDescriptors(1024).connectionsMax()).isEqualTo(512);
        assertThat(new FileDescriptors(400).connectionsMax()).isEqualTo(200);
        assertThat(new FileDescriptors(400).segmentsMax()).isEqualTo(100);
        assertThat(new FileDescriptors(1).connectionsMax()).isEqualTo(1);
        assertThat(FileDescriptors.UNLIMITED.connectionsMax()).isEqualTo(Integer.MAX_VALUE);
    }

    /// With three directories of 256 files each, a process that may have 1,024 had none left for its connections.
    @Test
    void logDirectoriesShareTheFilesOfSegments() {
        var few = new FileDescriptors(1024);
        assertThat(3 * few.segmentsMaxIn(3)).isLessThanOrEqualTo(few.segmentsMax());
        assertThat(few.segmentsMaxIn(1)).isEqualTo(few.segmentsMax());
        assertThat(new FileDescriptors(4).segmentsMaxIn(9)).isEqualTo(1);
    }

    @Test
    void theSoftLimitCounts() {
        assertThat(FileDescriptors.in(List.of(
                        "Limit                     Soft Limit           Hard Limit           Units",
                        "Max open files            1024                 524288               files")))
                .isEqualTo(new FileDescriptors(1024));
        assertThat(FileDescriptors.in(List.of("Max open files            unlimited            unlimited  files")))
                .isEqualTo(FileDescriptors.UNLIMITED);
        assertThat(FileDescriptors.in(List.of())).isEqualTo(FileDescriptors.UNLIMITED);
        assertThat(FileDescriptors.ofProcess().processMax()).isPositive();
    }
}
