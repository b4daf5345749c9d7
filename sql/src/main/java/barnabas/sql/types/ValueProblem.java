package barnabas.sql.types;

/// A value that a cast or a function cannot take. The expression around it becomes null, and the message goes to the
/// processing log.
public final class ValueProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    public ValueProblem(String message) {
        super(message);
    }

    public ValueProblem(String message, Throwable cause) {
        super(message, cause);
    }
}
