package barnabas.net.socket;

import barnabas.base.DiskFile;
import barnabas.base.FileDisk;
import barnabas.base.ForwardingFile;
import barnabas.net.ReplySlice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A file with known content.
record TestFile(Path path, DiskFile file, byte[] content) implements AutoCloseable {
    static TestFile random(long seed, int size) throws IOException {
        Path path = Files.createTempFile("net", ".log");
        DiskFile file = new FileDisk().open(path);
        byte[] content = Frames.random(seed, size);
        file.write(ByteBuffer.wrap(content), 0);
        return new TestFile(path, file, content);
    }

    ReplySlice.FileSlice slice(long position, int size, Runnable released) {
        return new ReplySlice.FileSlice(file, position, size, released);
    }

    /// The same file as on a disk whose files have no channel.
    TestFile withoutChannel() {
        return new TestFile(path, new NoChannel(file), content);
    }

    byte[] bytes(int from, int to) {
        return java.util.Arrays.copyOfRange(content, from, to);
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(path);
    }

    private static final class NoChannel extends ForwardingFile {
        NoChannel(DiskFile real) {
            super(real);
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }
    }
}
