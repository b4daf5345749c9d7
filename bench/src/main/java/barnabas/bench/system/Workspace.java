package barnabas.bench.system;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ThreadLocalRandom;

/// The folders of one checkout that the bench reads and writes.
///
/// @param root the checkout
public record Workspace(Path root) {
    private static final int COPY_BLOCK_BYTES = 1 << 16;

    private static final int PORT_LEAST = 20_000;
    private static final int PORT_MOST = 32_000;

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

    /// The jar of Prometheus's JMX exporter; apart from the others, for it is on no class path.
    Path metricsAgent() throws IOException {
        try (var jars = Files.newDirectoryStream(target().resolve("peer/agent"), "*.jar")) {
            for (Path jar : jars) return jar;
        }
        throw new IOException("no agent in " + target().resolve("peer/agent"));
    }

    /// Directory for the data of brokers under test on disk.
    public Path runs() {
        return target().resolve("runs");
    }

    /// Directory for the data of brokers under test when the disk must not be measured, if the machine has a memory
    /// file system; otherwise the same as `runs`.
    public Path runsInMemory() {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? memory.resolve("barnabas-bench") : runs();
    }

    /// The JDK that runs all brokers: the one that runs the harness.
    public static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /// A free port, below the range from which the kernel takes the ports of outgoing connections: the harness
    /// tries to connect many times a second before a broker listens, and an attempt from the broker's own port
    /// would keep it from binding.
    static int freePort() throws IOException {
        for (int tries = 0; tries < 1000; tries++) {
            int port = ThreadLocalRandom.current().nextInt(PORT_LEAST, PORT_MOST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IOException("no free port between " + PORT_LEAST + " and " + PORT_MOST);
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (BindException taken) {
            return false;
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

    public static void copyTree(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    copySparse(path, copy);
                }
            }
        }
    }

    /// Leaves out blocks of zeros: Kafka's index files are 10 MB each, of which next to nothing is written, and a
    /// thousand partitions have two thousand of them.
    private static void copySparse(Path from, Path to) throws IOException {
        try (var source = FileChannel.open(from, StandardOpenOption.READ);
                var target = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(COPY_BLOCK_BYTES);
            ByteBuffer zeros = ByteBuffer.allocate(COPY_BLOCK_BYTES);
            long end = source.size();
            for (long at = 0; at < end; at += block.limit()) {
                block.clear();
                while (block.hasRemaining() && source.read(block, at + block.position()) > 0) {}
                block.flip();
                boolean last = at + block.limit() >= end;
                if (last || !block.equals(zeros.slice(0, block.limit()))) target.write(block.duplicate(), at);
            }
        }
    }
}
