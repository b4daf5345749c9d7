package barnabas.protocol.compression;

import java.io.IOException;
import java.io.InputStream;

/// A stream over data that is decompressed one block at a time.
abstract class BlockInput extends InputStream {
    private byte[] block = new byte[0];
    private int position;
    private int limit;

    /// Decompresses the next block and hands it over with [#give]; false at the end of the data.
    abstract boolean nextBlock() throws IOException;

    /// An array for a block of at most `bytes`; the one of the block before is reused where it is large enough.
    final byte[] blockOf(int bytes) {
        if (block.length < bytes) block = new byte[bytes];
        return block;
    }

    /// The array of [#blockOf] now holds this many bytes.
    final void give(int bytes) {
        position = 0;
        limit = bytes;
    }

    private boolean hasMore() throws IOException {
        while (position == limit) if (!nextBlock()) return false;
        return true;
    }

    @Override
    public final int read() throws IOException {
        return hasMore() ? block[position++] & 0xff : -1;
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (!hasMore()) return -1;
        int count = Math.min(length, limit - position);
        System.arraycopy(block, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public final int available() {
        return limit - position;
    }
}
