package barnabas.sql.types;

/// A type that does not exist, or types that do not fit together. The message is for the author of the statement.
public final class TypeProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TypeProblem(String message) {
        super(message);
    }
}
