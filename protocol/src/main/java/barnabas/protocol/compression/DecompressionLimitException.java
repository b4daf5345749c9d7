package barnabas.protocol.compression;

import java.io.IOException;

/// Compressed data turned out larger than the reader allows.
public final class DecompressionLimitException extends IOException {
    private static final long serialVersionUID = 1;

    public DecompressionLimitException(long bytesMax) {
        super("Decompressed data is larger than the limit of " + bytesMax + " bytes");
    }
}
