package barnabas.protocol.compression;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/// Writes what [Lz4FrameInput] draws: independent blocks of 64 KB without checksums, as Kafka's clients do.
final class Lz4FrameOutput extends BlockOutput {
    /// Kafka's default. It stands for the fast compressor; other levels take the high compression one.
    static final int DEFAULT_LEVEL = 9;

    private static final int BLOCK_BYTES = 64 * 1024;
    private static final byte BLOCK_DESCRIPTOR = 4 << 4;

    private final LZ4Compressor compressor;
    private final byte[] compressed;

    Lz4FrameOutput(OutputStream target, int level) throws IOException {
        super(target, BLOCK_BYTES);
        var factory = LZ4Factory.fastestInstance();
        compressor = level == DEFAULT_LEVEL ? factory.fastCompressor() : factory.highCompressor(level);
        compressed = new byte[compressor.maxCompressedLength(BLOCK_BYTES)];
        var header = ByteBuffer.allocate(7).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(Lz4FrameInput.MAGIC);
        header.put((byte) (Lz4FrameInput.VERSION | Lz4FrameInput.INDEPENDENT_BIT));
        header.put(BLOCK_DESCRIPTOR);
        header.put((byte) (Lz4FrameInput.CHECKSUM.hash(header, 4, 2, 0) >>> 8));
        target.write(header.array());
    }

    @Override
    void writeBlock(byte[] block, int bytes) throws IOException {
        int compressedBytes = compressor.compress(block, 0, bytes, compressed, 0, compressed.length);
        if (compressedBytes < bytes) {
            writeLength(compressedBytes);
            target.write(compressed, 0, compressedBytes);
        } else {
            writeLength(bytes | Lz4FrameInput.STORED_BIT);
            target.write(block, 0, bytes);
        }
    }

    @Override
    void finish() throws IOException {
        writeLength(0);
    }

    private void writeLength(int length) throws IOException {
        for (int shift = 0; shift < 32; shift += 8) target.write(length >>> shift);
    }
}
