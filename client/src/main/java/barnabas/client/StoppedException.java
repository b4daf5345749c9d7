package barnabas.client;

/// The thread was interrupted, or the client closed, while it waited. The thread's interrupt flag is set again when
/// it was an interrupt.
public final class StoppedException extends ClientException {
    private static final long serialVersionUID = 1;

    public StoppedException(String message) {
        super(message);
    }
}
