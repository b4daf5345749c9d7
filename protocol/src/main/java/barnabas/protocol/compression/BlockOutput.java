package barnabas.protocol.compression;

import java.io.IOException;
import java.io.OutputStream;

/// A stream that collects a block's worth of bytes before it compresses them.
abstract class BlockOutput extends OutputStream {
    final OutputStream target;
    private final byte[] block;
    private int filled;
    private boolean closed;

    BlockOutput(OutputStream target, int blockBytes) {
        this.target = target;
        this.block = new byte[blockBytes];
    }

    /// Compresses the first `bytes` of `block` and writes them.
    abstract void writeBlock(byte[] block, int bytes) throws IOException;

    /// Called once after the last block.
    abstract void finish() throws IOException;

    @Override
    public final void write(int value) throws IOException {
        if (filled == block.length) flushBlock();
        block[filled++] = (byte) value;
    }

    @Override
    public final void write(byte[] source, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == block.length) flushBlock();
            int count = Math.min(left, block.length - filled);
            System.arraycopy(source, from, block, filled, count);
            filled += count;
            from += count;
            left -= count;
        }
    }

    private void flushBlock() throws IOException {
        if (filled > 0) writeBlock(block, filled);
        filled = 0;
    }

    @Override
    public final void close() throws IOException {
        if (closed) return;
        closed = true;
        flushBlock();
        finish();
        target.close();
    }
}
