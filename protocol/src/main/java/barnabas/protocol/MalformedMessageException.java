package barnabas.protocol;

/// Bytes that are no message of the expected kind. The connection they came from is closed.
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String message) {
        // No stack trace: a peer that sends garbage must not cost more than its frame.
        super(message, null, false, false);
    }
}
