package barnabas.protocol.compression;

import java.util.Optional;

/// Compression of a batch's records (attribute bits 0-2).
public enum CompressionCodec {
    NONE(0, "none"),
    GZIP(1, "gzip"),
    SNAPPY(2, "snappy"),
    LZ4(3, "lz4"),
    ZSTD(4, "zstd");

    private static final CompressionCodec[] BY_ID = values();

    private final int id;
    private final String configName;

    CompressionCodec(int id, String configName) {
        this.id = id;
        this.configName = configName;
    }

    public int id() {
        return id;
    }

    /// The name in `compression.type`.
    public String configName() {
        return configName;
    }

    public static Optional<CompressionCodec> ofId(int id) {
        return id >= 0 && id < BY_ID.length ? Optional.of(BY_ID[id]) : Optional.empty();
    }

    public static Optional<CompressionCodec> ofConfigName(String name) {
        for (var codec : BY_ID) if (codec.configName.equals(name)) return Optional.of(codec);
        return Optional.empty();
    }
}
