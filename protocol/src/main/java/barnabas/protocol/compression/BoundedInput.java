package barnabas.protocol.compression;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Fails instead of giving out more than the allowed number of bytes.
final class BoundedInput extends FilterInputStream {
    private final long bytesMax;
    private long given;

    BoundedInput(InputStream source, long bytesMax) {
        super(source);
        this.bytesMax = bytesMax;
    }

    @Override
    public int read() throws IOException {
        int value = in.read();
        if (value >= 0) count(1);
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = in.read(target, offset, length);
        if (read > 0) count(read);
        return read;
    }

    @Override
    public long skip(long count) throws IOException {
        long skipped = in.skip(count);
        count(skipped);
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    private void count(long bytes) throws IOException {
        given += bytes;
        if (given > bytesMax) throw new DecompressionLimitException(bytesMax);
    }
}
