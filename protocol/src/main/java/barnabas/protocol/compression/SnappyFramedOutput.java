package barnabas.protocol.compression;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/// Writes what [SnappyFramedInput] draws, in blocks of 32 KB.
final class SnappyFramedOutput extends BlockOutput {
    private static final int BLOCK_BYTES = 32 * 1024;

    private final byte[] compressed = new byte[Snappy.maxCompressedLength(BLOCK_BYTES)];

    SnappyFramedOutput(OutputStream target) throws IOException {
        super(target, BLOCK_BYTES);
        target.write(ByteBuffer.allocate(SnappyFramedInput.HEADER_BYTES)
                .putLong(SnappyFramedInput.MAGIC)
                .putInt(1)
                .putInt(1)
                .array());
    }

    @Override
    void writeBlock(byte[] block, int bytes) throws IOException {
        int compressedBytes = Snappy.compress(block, 0, bytes, compressed, 0);
        target.write(ByteBuffer.allocate(Integer.BYTES).putInt(compressedBytes).array());
        target.write(compressed, 0, compressedBytes);
    }

    @Override
    void finish() {}
}
