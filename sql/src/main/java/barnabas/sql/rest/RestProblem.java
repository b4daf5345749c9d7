package barnabas.sql.rest;

import org.jspecify.annotations.Nullable;

/// A refusal of a request.
final class RestProblem extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int BAD_REQUEST = 40_000;
    static final int BAD_STATEMENT = 40_001;
    static final int UNAUTHORIZED = 40_100;
    static final int FORBIDDEN = 40_300;
    static final int NOT_FOUND = 40_400;
    static final int UNKNOWN_HOST = 42_100;
    static final int SERVER_ERROR = 50_000;

    private final int code;
    private final @Nullable String statement;

    /// @param code the HTTP status and two digits
    RestProblem(int code, String message) {
        super(message);
        this.code = code;
        statement = null;
    }

    /// @param statement the one that failed
    RestProblem(int code, String message, String statement, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.statement = statement;
    }

    int status() {
        return code / 100;
    }

    int code() {
        return code;
    }

    @Nullable
    String statement() {
        return statement;
    }
}
