package barnabas.protocol.compression;

/// A codec with the effort it shall make when it compresses.
///
/// @param level gzip 1-9 or -1 (the library's default), lz4 1-17, zstd -131072..22; without meaning for the others
public record Compression(CompressionCodec codec, int level) {
    public static final Compression NONE = of(CompressionCodec.NONE);

    /// With the level that Kafka takes when none is configured.
    public static Compression of(CompressionCodec codec) {
        return new Compression(
                codec,
                switch (codec) {
                    case NONE, SNAPPY -> 0;
                    case GZIP -> -1;
                    case LZ4 -> 9;
                    case ZSTD -> 3;
                });
    }
}
