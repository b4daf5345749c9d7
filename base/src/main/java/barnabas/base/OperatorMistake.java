package barnabas.base;

/// Failure that settings or files caused and no bug: the message is one line that says what does not fit. A stack trace
/// adds nothing, so that none is printed.
public final class OperatorMistake extends IllegalStateException {
    private static final long serialVersionUID = 1;

    public OperatorMistake(String message) {
        super(message);
    }
}
