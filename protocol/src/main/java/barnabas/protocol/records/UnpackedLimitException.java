package barnabas.protocol.records;

import barnabas.protocol.compression.DecompressionLimitException;

/// The records of a compressed batch take more bytes than the reader allows for the whole batch.
public final class UnpackedLimitException extends InvalidRecordsException {
    private static final long serialVersionUID = 1;

    UnpackedLimitException(DecompressionLimitException cause) {
        super("records do not decompress: " + cause.getMessage(), cause);
    }
}
