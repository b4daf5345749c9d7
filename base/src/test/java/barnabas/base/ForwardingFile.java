package barnabas.base;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Another file, for tests to change one thing or two.
public class ForwardingFile implements DiskFile {
    private final DiskFile real;

    protected ForwardingFile(DiskFile real) {
        this.real = real;
    }

    @Override
    public long sizeBytes() throws IOException {
        return real.sizeBytes();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return real.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        real.write(source, position);
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
        real.truncate(sizeBytes);
    }

    @Override
    public void force() throws IOException {
        real.force();
    }

    @Override
    public @Nullable FileChannel channel() {
        return real.channel();
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
