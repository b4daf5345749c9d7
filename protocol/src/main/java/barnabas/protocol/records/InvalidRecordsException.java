package barnabas.protocol.records;

/// The records inside a batch are not what its header promises, do not decompress, or are larger than the reader
/// allows.
public final class InvalidRecordsException extends Exception {
    private static final long serialVersionUID = 1;

    public InvalidRecordsException(String message) {
        super(message);
    }

    public InvalidRecordsException(String message, Throwable cause) {
        super(message, cause);
    }
}
