package barnabas.protocol.compression;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/// Reads one LZ4 frame (format 1.6.4), as Kafka's clients write it: independent blocks.
///
/// ```
/// magic 0x184D2204 | FLG | BD | content size, 8 bytes, if FLG bit 3 | dictionary id, 4, if bit 0 | header checksum
/// then blocks: length int32, top bit: stored as is | data | checksum int32, if FLG bit 4 ; length 0 ends
/// then content checksum int32, if FLG bit 2                                            (all little-endian)
/// ```
final class Lz4FrameInput extends BlockInput {
    static final int MAGIC = 0x184D2204;
    static final int VERSION_MASK = 0xc0;
    static final int VERSION = 0x40;
    static final int INDEPENDENT_BIT = 0x20;
    private static final int BLOCK_CHECKSUM_BIT = 0x10;
    private static final int CONTENT_SIZE_BIT = 0x08;
    private static final int CONTENT_CHECKSUM_BIT = 0x04;
    private static final int DICTIONARY_BIT = 0x01;
    static final int STORED_BIT = 0x80000000;

    /// One byte of LZ4 data stands for at most 255 bytes, so smaller blocks need no array of the frame's block size.
    private static final int EXPANSION_MAX = 255;

    private static final LZ4SafeDecompressor DECOMPRESSOR =
            LZ4Factory.fastestInstance().safeDecompressor();
    static final XXHash32 CHECKSUM = XXHashFactory.fastestInstance().hash32();

    private final ByteBuffer source;
    private final int flags;
    private final int blockBytesMax;
    private boolean ended;
    private boolean stored;
    private int blockStart;
    private int blockBytes;

    Lz4FrameInput(ByteBuffer bytes) throws IOException {
        source = bytes.order(ByteOrder.LITTLE_ENDIAN);
        need(7);
        if (source.getInt() != MAGIC) throw new IOException("not an LZ4 frame");
        int descriptor = source.position();
        flags = source.get();
        int blockDescriptor = source.get();
        if ((flags & VERSION_MASK) != VERSION) throw new IOException("unknown LZ4 frame version");
        if ((flags & INDEPENDENT_BIT) == 0) throw new IOException("LZ4 frame with linked blocks");
        if ((flags & DICTIONARY_BIT) != 0) throw new IOException("LZ4 frame with a dictionary");
        int size = (blockDescriptor >>> 4) & 0x07;
        if (size < 4 || (blockDescriptor & 0x8f) != 0) throw new IOException("unknown LZ4 block size");
        blockBytesMax = 1 << (8 + 2 * size);
        if ((flags & CONTENT_SIZE_BIT) != 0) {
            need(9);
            source.position(source.position() + 8);
        }
        int checksum = (CHECKSUM.hash(source, descriptor, source.position() - descriptor, 0) >>> 8) & 0xff;
        if ((source.get() & 0xff) != checksum) throw new IOException("LZ4 frame header is damaged");
    }

    @Override
    boolean nextBlock() throws IOException {
        if (!nextHeader()) return false;
        var block = blockOf(blockCapacity());
        give(unpackBlock(ByteBuffer.wrap(block), 0, blockCapacity()));
        return true;
    }

    /// Reads the lengths and the checksum of the next block; false at the end of the frame.
    boolean nextHeader() throws IOException {
        if (ended) return false;
        need(Integer.BYTES);
        int length = source.getInt();
        if (length == 0) {
            ended = true;
            if ((flags & CONTENT_CHECKSUM_BIT) != 0) need(Integer.BYTES);
            return false;
        }
        stored = (length & STORED_BIT) != 0;
        blockBytes = length & ~STORED_BIT;
        // the limit of a block's stored form is the block size, whether compressed or not
        if (blockBytes > blockBytesMax)
            throw new IOException("LZ4 block of " + blockBytes + " bytes in a frame of smaller ones");
        need(blockBytes);
        blockStart = source.position();
        source.position(blockStart + blockBytes);
        if ((flags & BLOCK_CHECKSUM_BIT) != 0) {
            need(Integer.BYTES);
            if (source.getInt() != CHECKSUM.hash(source, blockStart, blockBytes, 0))
                throw new IOException("LZ4 block is damaged");
        }
        return true;
    }

    /// Bytes that the present block unpacks to at most.
    int blockCapacity() {
        return stored ? blockBytes : (int) Math.min(blockBytesMax, (long) blockBytes * EXPANSION_MAX);
    }

    /// Unpacks the present block to `target` from index `at` on and returns its length.
    ///
    /// @throws IOException also when it takes more than `capacity`
    int unpackBlock(ByteBuffer target, int at, int capacity) throws IOException {
        if (stored) {
            if (blockBytes > capacity) throw new IOException("LZ4 block larger than its target");
            target.put(at, source, blockStart, blockBytes);
            return blockBytes;
        }
        try {
            return DECOMPRESSOR.decompress(source, blockStart, blockBytes, target, at, capacity);
        } catch (LZ4Exception damaged) {
            throw new IOException("LZ4 block does not decompress", damaged);
        }
    }

    private void need(int bytes) throws IOException {
        if (source.remaining() < bytes) throw new IOException("LZ4 frame is cut off");
    }
}
