package barnabas.sql.syntax;

import org.jspecify.annotations.Nullable;

/// A statement that cannot be carried out. The message is for its author and names the place when there is one.
public final class SqlProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SqlProblem(String message) {
        super(message);
    }

    public SqlProblem(String message, Throwable cause) {
        super(message, cause);
    }

    public SqlProblem(@Nullable Position at, String message) {
        super(at == null ? message : at + ": " + message);
    }
}
