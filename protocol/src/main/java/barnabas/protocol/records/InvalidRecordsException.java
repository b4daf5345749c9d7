package barnabas.protocol.records;

/// The records inside a batch are not what its header promises, do not decompress, or are larger than the reader
/// allows.
public sealed class InvalidRecordsException extends Exception permits UnpackedLimitException {
    private static final long serialVersionUID = 1;

    public InvalidRecordsException(String message) {
        super(message);
    }

    public InvalidRecordsException(String message, Throwable cause) {
        super(message, cause);
    }
}
