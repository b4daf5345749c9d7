package barnabas.sql.functions;

/// A call that no function fits. The message is for the author of the statement; it has no position.
public final class FunctionProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    public FunctionProblem(String message) {
        super(message);
    }
}
