package barnabas.protocol.compression;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;

/// Memory that the records of one small batch are unpacked to at once. It is used again for the next batch, with the
/// codec's own state: a stream of [Compression#decompress] takes both new for each batch. Owned by one thread between
/// [#take] and [#close].
public final class UnpackBuffer implements AutoCloseable {
    /// Most batches of a producer with default settings unpack to less.
    static final int CAPACITY_BYTES = 128 << 10;

    /// The result for what this buffer cannot take: another codec, data that does not decompress or takes more than
    /// the capacity. A stream shows which.
    public static final int NOT_UNPACKED = -1;

    /// So many wait to be used again; more than the processors are in use only while others are held up.
    private static final ArrayBlockingQueue<UnpackBuffer> IDLE =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY_BYTES);
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

    private UnpackBuffer() {}

    public static UnpackBuffer take() {
        UnpackBuffer idle = IDLE.poll();
        return idle == null ? new UnpackBuffer() : idle;
    }

    /// Unpacks `source`, from its position to its limit, which do not move. The result is the number of bytes in
    /// [#bytes] from index 0 on, or [#NOT_UNPACKED].
    public int unpack(CompressionCodec codec, ByteBuffer source) {
        return switch (codec) {
            case LZ4 -> lz4(source.duplicate());
            case ZSTD -> source.isDirect() ? zstd(source) : NOT_UNPACKED;
            case NONE, GZIP, SNAPPY -> NOT_UNPACKED;
        };
    }

    public ByteBuffer bytes() {
        return bytes;
    }

    private int lz4(ByteBuffer source) {
        try {
            var frame = new Lz4FrameInput(source);
            int size = 0;
            while (frame.nextHeader())
                size += frame.unpackBlock(bytes, size, Math.min(frame.blockCapacity(), CAPACITY_BYTES - size));
            return size;
        } catch (IOException tooLargeOrDamaged) {
            return NOT_UNPACKED;
        }
    }

    private int zstd(ByteBuffer source) {
        if (!ZstdFrame.isReadable(source)) return NOT_UNPACKED;
        try {
            return zstd.decompressDirectByteBuffer(
                    bytes, 0, CAPACITY_BYTES, source, source.position(), source.remaining());
        } catch (ZstdException tooLargeOrDamaged) {
            return NOT_UNPACKED;
        }
    }

    /// Leaves the buffer to who takes one next.
    @Override
    public void close() {
        if (!IDLE.offer(this)) zstd.close();
    }
}
