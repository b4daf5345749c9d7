package barnabas.bench.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/// The folders of one checkout that the bench reads and writes.
///
/// @param root the checkout
public record Workspace(Path root) {
    /// The checkout that `bench/run` belongs to.
    public static Workspace ofThisCheckout() {
        return new Workspace(Path.of(System.getProperty("barnabas.root", "")).toAbsolutePath());
    }

    public Path target() {
        return root.resolve("bench/target");
    }

    /// The jars of Apache Kafka and what it needs.
    public Path peerJars() {
        return target().resolve("peer/libs");
    }

    /// Where brokers under test keep their data on disk.
    public Path runs() {
        return target().resolve("runs");
    }

    /// Where brokers under test keep their data when the disk must not be what is measured, if the machine has a
    /// memory file system; otherwise the same as `runs`.
    public Path runsInMemory() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory.resolve("barnabas-bench") : runs();
    }

    /// The JDK that runs all brokers: the one that runs the harness.
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                    Path visited, @org.jspecify.annotations.Nullable IOException failure) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    static void copyTree(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }
}
