package barnabas.protocol.compression;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// A codec with the effort it shall make when it compresses.
///
/// @param level gzip 1-9 or -1 (the library's default), lz4 1-17, zstd -131072..22; without meaning for the others
public record Compression(CompressionCodec codec, int level) {
    private static final int GZIP_BUFFER_BYTES = 8192;

    public static final Compression NONE = of(CompressionCodec.NONE);

    /// With the level that Kafka takes when none is configured.
    public static Compression of(CompressionCodec codec) {
        return new Compression(
                codec,
                switch (codec) {
                    case NONE, SNAPPY -> 0;
                    case GZIP -> Deflater.DEFAULT_COMPRESSION;
                    case LZ4 -> Lz4FrameOutput.DEFAULT_LEVEL;
                    case ZSTD -> 3;
                });
    }

    /// Compresses what is written to the returned stream into `target`; closing it completes the block.
    public OutputStream compress(OutputStream target) throws IOException {
        return switch (codec) {
            case NONE -> target;
            case GZIP -> new LeveledGzipOutput(target, level);
            case SNAPPY -> new SnappyFramedOutput(target);
            case LZ4 -> new Lz4FrameOutput(target, level);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(target, RecyclingBufferPool.INSTANCE, level);
        };
    }

    /// Decompresses the bytes between `source`'s position and limit, which do not move. Memory is taken as bytes come
    /// out, never as the input declares.
    ///
    /// @param bytesMax reading beyond this many bytes fails with [DecompressionLimitException]
    public static InputStream decompress(CompressionCodec codec, ByteBuffer source, long bytesMax) throws IOException {
        var bytes = source.duplicate();
        var stream = switch (codec) {
            case NONE -> new BufferInput(bytes);
            case GZIP -> new GZIPInputStream(new BufferInput(bytes), GZIP_BUFFER_BYTES);
            case SNAPPY -> new SnappyFramedInput(bytes);
            case LZ4 -> new Lz4FrameInput(bytes);
            case ZSTD -> new ZstdInputStreamNoFinalizer(new BufferInput(bytes), RecyclingBufferPool.INSTANCE);
        };
        return new BoundedInput(stream, bytesMax);
    }

    /// The JDK's stream has no constructor that takes a level.
    private static final class LeveledGzipOutput extends GZIPOutputStream {
        LeveledGzipOutput(OutputStream target, int level) throws IOException {
            super(target, GZIP_BUFFER_BYTES);
            def.setLevel(level);
        }
    }
}
