package barnabas.protocol.compression;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The layout of a zstd frame (RFC 8878, section 3.1), as far as it decides whether a stream would take the frame too.
///
/// ```
/// magic 0xFD2FB528 | descriptor | window, 1 byte, unless single segment | dictionary id, 0-4 | content size, 0-8
/// then blocks: 3 bytes: bit 0 last, bits 1-2 type (0 raw, 1 one byte repeated, 2 compressed), size ; data
/// then checksum, 4 bytes, if descriptor bit 2                                               (all little-endian)
/// ```
final class ZstdFrame {
    private static final int MAGIC = 0xFD2FB528;
    private static final int MAGIC_BYTES = 4;
    private static final int SINGLE_SEGMENT_BIT = 0x20;
    private static final int CHECKSUM_BIT = 0x04;
    private static final int WINDOW_LOG_MIN = 10;

    /// Streams refuse windows above 128 MB, unless they are set otherwise; a decoder that has all the data takes any.
    private static final int WINDOW_LOG_END = 27;

    private static final int BLOCK_HEADER_BYTES = 3;
    private static final int TYPE_RLE = 1;
    private static final int TYPE_RESERVED = 3;

    private ZstdFrame() {}

    /// True when the bytes from `source`'s position to its limit are exactly one frame, without a dictionary, whose
    /// window a stream takes.
    static boolean isReadable(ByteBuffer source) {
        var bytes = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int at = bytes.position();
        int end = bytes.limit();
        if (end - at < MAGIC_BYTES + 2 || bytes.getInt(at) != MAGIC) return false;
        int descriptor = bytes.get(at + MAGIC_BYTES);
        at += MAGIC_BYTES + 1;
        boolean singleSegment = (descriptor & SINGLE_SEGMENT_BIT) != 0;
        if (!singleSegment && WINDOW_LOG_MIN + ((bytes.get(at++) & 0xff) >>> 3) >= WINDOW_LOG_END) return false;
        if ((descriptor & 0x03) != 0) return false;
        int contentSize = (descriptor & 0xff) >>> 6;
        at += contentSize == 0 ? (singleSegment ? 1 : 0) : 1 << contentSize;
        at = afterBlocks(bytes, at, end);
        return at >= 0 && at + ((descriptor & CHECKSUM_BIT) != 0 ? Integer.BYTES : 0) == end;
    }

    /// The index behind the last block, -1 when the data ends before.
    private static int afterBlocks(ByteBuffer bytes, int from, int end) {
        int at = from;
        while (at <= end - BLOCK_HEADER_BYTES) {
            int header = (bytes.getShort(at) & 0xffff) | (bytes.get(at + 2) & 0xff) << 16;
            int type = (header >>> 1) & 0x03;
            int size = type == TYPE_RLE ? 1 : header >>> 3;
            at += BLOCK_HEADER_BYTES;
            if (type == TYPE_RESERVED || size > end - at) return -1;
            at += size;
            if ((header & 1) != 0) return at;
        }
        return -1;
    }
}
