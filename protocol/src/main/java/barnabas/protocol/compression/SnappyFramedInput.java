package barnabas.protocol.compression;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/// Reads the framing of snappy-java, which Kafka's clients use, and bare snappy blocks, which some others send.
///
/// ```
/// magic 82 53 4e 41 50 50 59 00 | version int32 | oldest compatible version int32
/// then any number of: length int32 | snappy block
/// ```
final class SnappyFramedInput extends BlockInput {
    static final long MAGIC = 0x82_53_4e_41_50_50_59_00L;
    static final int HEADER_BYTES = 16;

    /// The densest thing a snappy block can hold is copies of 64 bytes in 3, so a block that declares to be larger
    /// than this many times its size lies. Checked before memory is taken.
    private static final int EXPANSION_MAX = 24;

    private final ByteBuffer source;
    private final boolean framed;

    SnappyFramedInput(ByteBuffer source) {
        this.source = source;
        this.framed = source.remaining() >= HEADER_BYTES && source.getLong(source.position()) == MAGIC;
        if (framed) source.position(source.position() + HEADER_BYTES);
    }

    @Override
    boolean nextBlock() throws IOException {
        if (!source.hasRemaining()) return false;
        int compressedBytes = source.remaining();
        if (framed) {
            if (source.remaining() < Integer.BYTES) throw new IOException("snappy block length is cut off");
            compressedBytes = source.getInt();
            if (compressedBytes <= 0 || compressedBytes > source.remaining())
                throw new IOException("snappy block of " + compressedBytes + " bytes where " + source.remaining()
                        + " bytes are left");
        }
        var compressed = new byte[compressedBytes];
        source.get(compressed);
        int bytes = Snappy.uncompressedLength(compressed, 0, compressedBytes);
        if (bytes < 0 || bytes > (long) compressedBytes * EXPANSION_MAX)
            throw new IOException("snappy block of " + compressedBytes + " bytes claims to hold " + bytes);
        give(Snappy.uncompress(compressed, 0, compressedBytes, blockOf(bytes), 0));
        return true;
    }
}
