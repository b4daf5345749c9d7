package barnabas.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskErrorTest {
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path folder;

    /// Provokes real errors and prints the kind of each and its text. Runs in a process of its own, in German.
    static final class Provoked {
        private Provoked() {}

        public static void main(String[] arguments) {
            var folder = Path.of(arguments[0]);
            DiskError.prepare();
            say(() -> openTooMany(folder.resolve("first")));
            say(() -> writeTo(FULL));
            say(() -> Files.createDirectory(folder.resolve("n".repeat(300))));
            say(() -> writeTo(folder.resolve("no/such")));
            say(() -> writeTo(Files.createFile(folder.resolve("file")).resolve("below")));
            say(() ->
                    Files.delete(Files.createDirectories(folder.resolve("a/b")).resolve("..")));
            say(() -> openTooMany(folder.resolve("many")));
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void say(Work work) {
            try {
                work.run();
                System.out.println("nothing failed");
            } catch (IOException failed) {
                System.out.println(DiskError.of(failed) + " " + failed.getMessage());
            }
        }

        private static void writeTo(Path file) throws IOException {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
                channel.write(ByteBuffer.allocate(1));
            }
        }

        private static void openTooMany(Path file) throws IOException {
            var open = new ArrayList<FileChannel>();
            try {
                while (open.size() < 100_000)
                    open.add(FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
            } catch (IOException failed) {
                // While no file can be opened: the kind has to be found without.
                if (DiskError.of(failed) == DiskError.OUT_OF_DESCRIPTORS) throw failed;
                throw new IOException("not recognised");
            } finally {
                for (var each : open) each.close();
            }
        }
    }

    @Test
    void errorsHaveTheirKindInEveryLanguage() throws Exception {
        assumeTrue(Files.exists(FULL), "no /dev/full here");
        for (var language : List.of("en", "de")) {
            var output = provoke(language);
            assertThat(output.lines().map(line -> line.substring(0, line.indexOf(' '))))
                    .as(output)
                    .containsExactly(
                            "OUT_OF_DESCRIPTORS",
                            "OUT_OF_SPACE",
                            "NAME_TOO_LONG",
                            "MISSING",
                            "MISSING",
                            "OBSTRUCTED",
                            "OUT_OF_DESCRIPTORS");
        }
    }

    private String provoke(String language) throws Exception {
        var own = Files.createDirectory(folder.resolve(language));
        var builder = new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n 200; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-MaxFDLimit",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Provoked.class.getName(),
                own.toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("LANGUAGE", language);
        var process = builder.redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @Test
    void aFileNameSaysNothingOfTheKind() {
        assertThat(DiskError.of(new FileSystemException("/data/No space left on device", null, "Input/output error")))
                .isEqualTo(DiskError.FAILED);
        assertThat(DiskError.of(new FileSystemException("/data/x", null, "No space left on device")))
                .isEqualTo(DiskError.OUT_OF_SPACE);
    }

    @Test
    void unknownErrorsAreFailures() {
        assertThat(DiskError.of(new IOException("something else"))).isEqualTo(DiskError.FAILED);
        assertThat(DiskError.of(new IOException())).isEqualTo(DiskError.FAILED);
        assertThat(DiskError.FAILED.isFailure()).isTrue();
        assertThat(DiskError.of(new IOException("Read-only file system")).isFailure())
                .as("Linux does that to a file system after an error")
                .isTrue();
    }

    @Test
    void theCauseCounts() {
        assertThat(DiskError.of(new IOException("while writing", new NoSuchFileException("x"))))
                .isEqualTo(DiskError.MISSING);
        assertThat(DiskError.of(new ClosedByInterruptException())).isEqualTo(DiskError.INTERRUPTED);
    }
}
