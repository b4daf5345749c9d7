package barnabas.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Errors of the real file system name the file and keep their kind.
class FileDiskTest {
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    Path folder;

    private final FileDisk disk = new FileDisk();

    private static void assertNamed(ThrowingCallable operation, Path file, DiskError kind) {
        assertThatThrownBy(operation).isInstanceOfSatisfying(IOException.class, failed -> {
            assertThat(failed).hasMessageStartingWith(file.toString());
            assertThat(DiskError.of(failed)).isEqualTo(kind);
        });
    }

    @Test
    void aDirectoryInThePlaceOfAFileIsNamed() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("meta.properties"));
        assertNamed(() -> disk.open(directory), directory, DiskError.OBSTRUCTED);
        assertNamed(() -> disk.readWhole(directory, 1 << 20), directory, DiskError.OBSTRUCTED);
        assertNamed(
                () -> {
                    try (DiskFile file = disk.openReadOnly(directory)) {
                        var _ = file.read(ByteBuffer.allocate(1), 0);
                    }
                },
                directory,
                DiskError.OBSTRUCTED);
    }

    @Test
    void aFullDiskIsNamed() throws Exception {
        if (!Files.exists(FULL)) return;
        try (DiskFile file = disk.openExisting(FULL)) {
            assertNamed(() -> file.write(ByteBuffer.allocate(1), 0), FULL, DiskError.OUT_OF_SPACE);
        }
    }

    @Test
    void aClosedFileStaysOne() throws Exception {
        DiskFile file = disk.open(folder.resolve("f"));
        file.close();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0)).isInstanceOf(ClosedChannelException.class);
        assertThatThrownBy(file::force).isExactlyInstanceOf(ClosedChannelException.class);
    }
}
